"""Filling in texts: what leaves, what is refused, how long it is."""

import pytest

from app.errors import ConfigurationError
from app.rendering.texts import Texts
from app.rendering.variables import variables
from app.vocabulary import Channel
from tests.support.texts import COMPANY, sms

GREETING = "{{ hello }} Hyran för {{ month }} saknas. /{{ sender }}, {{ company }}"


def render(source: str, **values: str) -> str:
    known = variables(COMPANY, "sv", name="Amina", months=["2026-11"]) | values
    return Texts([sms(source)]).render("note", "sv", Channel.SMS, known).body


def test_an_sms_carries_its_template_version_encoding_and_parts() -> None:
    rendered = Texts([sms(GREETING, version=7)]).render(
        "note", "sv", Channel.SMS, variables(COMPANY, "sv", name="Amina", months=["2026-10", "2026-11"])
    )
    assert rendered.body == "Hej Amina! Hyran för oktober och november saknas. /Sara, Bostadsbolaget"
    assert (rendered.template, rendered.version, rendered.language) == ("note", 7, "sv")
    assert (rendered.encoding, rendered.parts, rendered.subject, rendered.html) == ("GSM-7", 1, None, None)


def test_the_newest_version_is_used_whatever_the_order() -> None:
    texts = Texts([sms("ny", version=2), sms("gammal", version=1)])
    assert texts.render("note", "sv", Channel.SMS, {}).body == "ny"


def test_what_there_is_can_be_asked_for() -> None:
    texts = Texts([sms("x")])
    assert texts.has("note", "sv", Channel.SMS)
    assert not texts.has("note", "sv", Channel.EMAIL)
    assert texts.languages("note") == {"sv"}
    assert texts.languages("other") == frozenset()


def test_a_missing_text_is_named() -> None:
    with pytest.raises(ConfigurationError, match="no text 'note' in 'en' for sms"):
        Texts([sms("x")]).render("note", "en", Channel.SMS, {})


def test_a_text_is_never_sent_with_a_hole_in_it() -> None:
    texts = Texts([sms(GREETING)])
    with pytest.raises(ConfigurationError, match=r"note/sv\.sms\.txt: the variable 'month' has no value"):
        texts.render("note", "sv", Channel.SMS, variables(COMPANY, "sv", name="Amina"))
    with pytest.raises(ConfigurationError, match="'month'"):
        texts.render("note", "sv", Channel.SMS, variables(COMPANY, "sv") | {"month": " \n "})


def test_values_outside_the_closed_set_are_not_let_in() -> None:
    assert render("{{ company }}", secret="x") == "Bostadsbolaget"


def test_no_break_spaces_and_curly_quotes_do_not_make_an_sms_twice_as_long() -> None:
    rendered = Texts([sms("6\u00a0450\u202fkr – “så”, ’nu’")]).render("note", "sv", Channel.SMS, {})
    assert rendered.body == "6 450 kr - \"så\", 'nu'"
    assert rendered.encoding == "GSM-7"


def test_a_name_in_another_script_is_kept_and_counted_as_such() -> None:
    rendered = Texts([sms("{{ hello }}")]).render("note", "sv", Channel.SMS, variables(COMPANY, "sv", name="Łukasz"))
    assert (rendered.body, rendered.encoding) == ("Hej Łukasz!", "UCS-2")


def test_a_name_on_two_lines_stays_on_one() -> None:
    assert render("{{ hello }}", hello="Hej Amina\r\nSubject: x\x00!") == "Hej Amina Subject: x !"


def test_an_sms_that_grows_too_long_is_refused() -> None:
    with pytest.raises(ConfigurationError, match="becomes longer than 1530"):
        render("{{ when }} " * 300, when="i morgon mellan 10 och 12 " * 2)
