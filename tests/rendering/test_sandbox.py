"""What a text may hold: words and variables, and nothing else."""

import pytest

from app.errors import ConfigurationError
from app.rendering.texts import Texts
from app.rendering.variables import variables
from app.vocabulary import Channel
from tests.support.texts import COMPANY, email, sms

REFUSED = [
    ("{% for x in name %}x{% endfor %}", "a loop"),
    ("{% if name %}x{% endif %}", "a condition"),
    ("{{ name if name else company }}", "a condition"),
    ("{% macro m() %}x{% endmacro %}", "a macro"),
    ("{% set x = 1 %}", "set"),
    ("{% set x %}y{% endset %}", "set"),
    ("{% include 'x' %}", "an include"),
    ("{% import 'x' as y %}", "an import"),
    ("{% from 'x' import y %}", "an import"),
    ("{% extends 'x' %}", "extends"),
    ("{% block a %}x{% endblock %}", "a block"),
    ("{{ name.__class__ }}", "an attribute"),
    ("{{ name['x'] }}", "an item"),
    ("{{ name() }}", "a call"),
    ("{{ range(10) }}", "a call"),
    ("{{ name | upper }}", "a filter"),
    ("{% filter upper %}x{% endfilter %}", "a filter"),
    ("{{ 'x' }}", "a fixed value"),
    ("{{ 9 ** 9 }}", "pow"),
    ("{{ name ~ company }}", "concat"),
    ("{{ tenant }}", "no variable 'tenant'"),
    ("{{ self }}", "no variable 'self'"),
    ("{{ config }}", "no variable 'config'"),
    ("{{ name", "line 1"),
    ("{% raw %}", "is empty"),
    ("{# only a note #}", "is empty"),
    ("{% endfor %}", "line 1"),
    ("{{ " + "(" * 1500 + "name" + ")" * 1500 + " }}", ""),
    ("   \n ", "is empty"),
    ("x" * 4001, "longer than 4000"),
]


@pytest.mark.parametrize(("source", "told"), REFUSED, ids=[told or "depth" for _, told in REFUSED])
def test_only_words_and_variables_get_through(source: str, told: str) -> None:
    with pytest.raises(ConfigurationError) as error:
        Texts([sms(source)])
    assert "note/sv.sms.txt" in str(error.value)
    assert told in str(error.value)


@pytest.mark.parametrize("source", ["{% for x in name %}x{% endfor %}", "{{ name | safe }}", "{{ tenant }}"])
def test_an_email_is_held_to_the_same(source: str) -> None:
    with pytest.raises(ConfigurationError, match=r"note/sv\.email\.md"):
        Texts([email(f"Subject: Hej\n\n{source}")])


def test_an_unknown_variable_is_told_with_the_ones_there_are() -> None:
    with pytest.raises(ConfigurationError, match=r"line 2: no variable 'amount'; there are company, .*, when, where"):
        Texts([sms("Hej\n{{ amount }}")])


def test_a_comment_is_not_sent() -> None:
    rendered = Texts([sms("Hej{# note to editors #}!")]).render("note", "sv", Channel.SMS, variables(COMPANY, "sv"))
    assert rendered.body == "Hej!"


def test_a_value_is_never_read_as_a_template() -> None:
    values = variables(COMPANY, "sv", name="{{ company_phone }}")
    assert Texts([sms("{{ hello }}")]).render("note", "sv", Channel.SMS, values).body == "Hej {{ company_phone }}!"
