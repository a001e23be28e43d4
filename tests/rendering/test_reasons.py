"""Every reason is a sentence, in both languages, whatever values it comes with."""

import re
import string
import tomllib
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.errors import ConfigurationError
from app.policy.because import because
from app.rendering import reasons
from app.rendering.reasons import because_sentence, languages, name_of, sentence
from app.rendering.shipped import shipped_about
from app.vocabulary import (
    AlertKind,
    BlockKind,
    Channel,
    Condition,
    HoldKind,
    IntentKind,
    ReasonCode,
    StepKind,
)
from tests.support.texts import MESSAGES, STOCKHOLM

SAMPLES: dict[str, str | int] = {
    "name": "Amina",
    "by": "Leyla",
    "day": "2026-11-03",
    "since": "2026-11-03",
    "at": "2026-11-03T08:12:00Z",
    "until": "2026-11-05T08:00:00Z",
    "month": "2026-11",
    "older": "2026-10",
    "step": "not_seen_yet",
    "instead": "call",
    "condition": "not_answered",
    "kind": "says_paid",
    "intent": "call_me",
    "count": 400,
    "limit": 40,
    "code": "21211",
    "note": "väntar på lön",
}
FOLDER = Path(reasons.__file__).parent


def variants() -> list[tuple[str, ReasonCode, str]]:
    found = []
    for language in languages():
        raw = tomllib.loads((FOLDER / f"{language}.toml").read_text(encoding="utf-8"))
        for code, texts in raw["sentences"].items():
            found += [(language, ReasonCode(code), text) for text in ([texts] if isinstance(texts, str) else texts)]
    return found


def fields(text: str) -> set[str]:
    return {field for _, field, _, _ in string.Formatter().parse(text) if field}


def test_there_is_swedish_and_english() -> None:
    assert languages() == ("en", "sv")


@pytest.mark.parametrize("language", ["sv", "en"])
@pytest.mark.parametrize("code", list(ReasonCode))
def test_every_code_is_a_full_sentence_with_and_without_values(code: ReasonCode, language: str) -> None:
    for values in ({}, SAMPLES, {"name": ""}):
        told = sentence(code, values, language, STOCKHOLM)
        assert re.fullmatch(r"[A-ZÅÄÖ“”].*\.", told), told
        assert not re.search(r"[{}_]|\d{4}-\d{2}|  |\.\.|None|!", told), told


@pytest.mark.parametrize(("language", "code", "text"), variants())
def test_each_way_to_say_it_comes_out_when_its_values_are_there(language: str, code: ReasonCode, text: str) -> None:
    assert fields(text) <= SAMPLES.keys()
    told = sentence(code, {name: SAMPLES[name] for name in fields(text)}, language, STOCKHOLM)
    opening = text.split("{", maxsplit=1)[0]
    assert told.lower().startswith(opening.lower())
    if "name" in fields(text):
        assert "Amina" in told


def test_both_languages_say_the_same_things_with_the_same_values() -> None:
    by_language = {
        language: {(code, frozenset(fields(text))) for told, code, text in variants() if told == language}
        for language in languages()
    }
    assert by_language["sv"] == by_language["en"]


@pytest.mark.parametrize(
    ("language", "told"),
    [
        ("sv", "Inte skickat: Amina bad om ett samtal den 3 november, och samtalet är inte gjort."),
        ("en", "Not sent: Amina asked for a call on 3 November, and the call has not been made."),
    ],
)
def test_the_example_of_the_design(language: str, told: str) -> None:
    reason = because(ReasonCode.HOLD_CALLBACK, name="Amina", day=date(2026, 11, 3))
    assert because_sentence(reason, language, STOCKHOLM) == told


@pytest.mark.parametrize(
    ("code", "values", "sv", "en"),
    [
        ("hold_callback", {}, "Inte skickat: hyresgästen har bett om ett samtal, och samtalet är inte gjort.",
         "Not sent: the tenant has asked for a call, and the call has not been made."),
        ("outside_hours", {"until": "2026-11-05T08:00:00Z"},
         "Väntar till torsdag 5 november 09.00: vi hör inte av oss så här dags.",
         "Waiting until Thursday 5 November at 09:00: we do not get in touch at this hour."),
        ("hold_set", {"kind": "says_paid", "until": "2026-11-04T23:00:00Z"},
         "Pausat till torsdag 5 november: hyran är redan betald.",
         "Paused until Thursday 5 November: the rent is already paid."),
        ("newly_overdue", {"month": "2026-10,2026-11"},
         "Nu saknas också hyran för oktober och november. En människa bestämmer nästa steg.",
         "Now the rent for October and November is missing too. A person decides what comes next."),
        ("condition_not_met", {"step": "call", "condition": "not_answered"},
         "Steget ”Ring upp” hoppades över: hyresgästen har redan hört av sig.",
         "The step “Call” was passed over: the tenant has already been in touch."),
        ("not_due", {"month": "2026-12", "day": "2026-11-30"},
         "Inget att göra: hyran för december ska betalas den 30 november.",
         "Nothing to do: the rent for December is due on 30 November."),
        ("says_paid_lapsed", {"name": "Åsa", "day": "2026-11-03T23:30:00Z"},
         "Åsa skrev den 4 november att hyran är betald, men betalningen syns inte. En människa hör sig för.",
         "Åsa wrote on 4 November that the rent is paid, but the payment is not there. A person asks."),
    ],
)  # fmt: skip
def test_values_are_told_in_local_words(code: str, values: dict[str, str], sv: str, en: str) -> None:
    assert sentence(code, values, "sv", STOCKHOLM) == sv
    assert sentence(code, values, "en", STOCKHOLM) == en


def test_a_moment_as_because_stores_it_is_read_back() -> None:
    reason = because(ReasonCode.HOLIDAY, until=datetime(2026, 11, 2, 8, tzinfo=UTC), day=date(2026, 10, 31))
    assert because_sentence(reason, "sv", STOCKHOLM) == (
        "Väntar till måndag 2 november 09.00: den 31 oktober är en helgdag."
    )


@pytest.mark.parametrize("language", ["sv", "en"])
def test_every_key_among_the_values_has_a_name(language: str) -> None:
    kinds = [*StepKind, *HoldKind, *AlertKind, *IntentKind, *BlockKind, *Condition, *Channel, "call.not_reached"]
    raw = tomllib.loads((FOLDER / f"{language}.toml").read_text(encoding="utf-8"))
    assert [kind for kind in kinds if kind not in raw["names"]] == []


@pytest.mark.parametrize("language", ["sv", "en"])
def test_every_shipped_text_is_called_the_same_here_and_in_its_own_folder(language: str) -> None:
    titles = {key: about.title[language] for key, about in shipped_about(MESSAGES).items()}
    assert {key: name_of(key, language) for key in titles} == titles


def test_unknown_keys_are_spelled_out_and_words_are_left_alone() -> None:
    assert name_of("new_company_step", "sv") == "new company step"
    assert name_of("hold:17", "sv") == "paus"
    assert name_of("ring efter 16.30", "sv") == "ring efter 16.30"


def test_what_people_wrote_is_shown_as_it_is() -> None:
    told = sentence("hold_staff", {"until": "2026-11-05", "note": "se 2026-11 {name} <b>"}, "sv", STOCKHOLM)
    assert told == "Inte skickat: pausat till den 5 november (se 2026-11 {name} <b>)."


@given(st.sampled_from(list(ReasonCode)), st.dictionaries(st.sampled_from(sorted(SAMPLES)), st.text() | st.integers()))
def test_no_value_makes_a_sentence_fail(code: ReasonCode, values: dict[str, str | int]) -> None:
    for language in ("sv", "en"):
        assert sentence(code, values, language, STOCKHOLM)


def test_a_language_without_a_file_is_named() -> None:
    with pytest.raises(ConfigurationError, match="not in 'ti'"):
        sentence(ReasonCode.PAID, {}, "ti", STOCKHOLM)
