"""The closed set of plain strings, made safe to put into a sentence."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.errors import ConfigurationError
from app.policy.segments import count
from app.rendering.variables import LIMITS, clean, variables
from tests.support.texts import COMPANY


@pytest.mark.parametrize(
    ("language", "name", "hello", "thanks"),
    [
        ("sv", "Amina", "Hej Amina!", "Tack Amina!"),
        ("sv", "", "Hej!", "Tack!"),
        ("sv", "  \n", "Hej!", "Tack!"),
        ("en", "Grace", "Hi Grace!", "Thank you Grace!"),
        ("en", "", "Hi!", "Thank you!"),
    ],
)
def test_a_greeting_reads_well_with_and_without_a_name(language: str, name: str, hello: str, thanks: str) -> None:
    known = variables(COMPANY, language, name=name)
    assert (known["hello"], known["thanks"]) == (hello, thanks)


def test_what_is_not_known_is_left_out() -> None:
    assert variables(COMPANY, "sv").keys() == {
        "hello", "thanks", "company", "sender", "company_phone", "opening_hours", "where",
    }  # fmt: skip


def test_where_to_look_is_the_companys_own_address() -> None:
    assert variables(COMPANY, "sv", path="/demo")["where"] == "https://kvar.example.se/demo"


def test_a_language_without_words_is_refused() -> None:
    with pytest.raises(ConfigurationError, match="'ti'"):
        variables(COMPANY, "ti")


@pytest.mark.parametrize(
    ("value", "limit", "cleaned"),
    [
        ("Amina", 30, "Amina"),
        (" Anna  Karin\t", 30, "Anna Karin"),
        ("Anna\r\nBcc: x", 30, "Anna Bcc: x"),
        ("A\x00m\x1bina", 30, "A m ina"),
        ("\u202eanimA\u200b", 30, "animA"),
        ("A\ue000B", 30, "AB"),
        ("Anna-Karin Elisabeth Margareta", 21, "Anna-Karin Elisabeth"),
        ("Anna-Karin Elisabeth", 20, "Anna-Karin Elisabeth"),
        ("A" * 500, 30, "A" * 30),
        ("Jo Wolfeschlegelsteinhausenbergerdorff", 30, "Jo Wolfeschlegelsteinhausenber"),
        ("Ame\u0301lie", 30, "Am\u00e9lie"),
        ("abq\u0301x", 3, "ab"),
        ("", 30, ""),
    ],
)
def test_a_value_is_one_short_line(value: str, limit: int, cleaned: str) -> None:
    assert clean(value, limit) == cleaned


@given(st.text(max_size=600))
def test_whatever_a_name_holds_it_becomes_one_short_visible_line(name: str) -> None:
    cleaned = clean(name, LIMITS["name"])
    assert len(cleaned) <= LIMITS["name"]
    assert cleaned == " ".join(cleaned.split())
    assert not any(ord(character) < 32 or 0xE000 <= ord(character) <= 0xF8FF for character in cleaned)
    assert clean(cleaned, LIMITS["name"]) == cleaned


def test_the_greetings_limit_holds_the_longest_name() -> None:
    for language in ("sv", "en"):
        known = variables(COMPANY, language, name="N" * 500)
        assert all(len(known[key]) <= LIMITS[key] for key in known)
        assert count(known["hello"]).parts == 1
