import tomllib
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.policy.reply import Intent, Wish, classify
from app.vocabulary import IntentKind

TUESDAY = datetime(2026, 11, 3, 14, 0, tzinfo=ZoneInfo("Europe/Stockholm"))
SAMPLES: dict[str, list[Any]] = tomllib.loads(
    (Path(__file__).parent.parent / "data" / "replies.toml").read_text(encoding="utf-8")
)
PLAIN = [(kind, text) for kind, texts in SAMPLES.items() if kind not in {"call_me", "answer"} for text in texts]
CRISES: list[str] = SAMPLES["crisis"]
NO_REQUEST = [(kind, text) for kind, text in PLAIN if kind not in {"crisis", "threat"}]


def understood(text: str, *, language: str | None = None, awaiting: str | None = None) -> Intent:
    return classify(text, language, awaiting, TUESDAY)


def wished(intent: Intent) -> tuple[date | None, time | None, time | None]:
    return (intent.wish.day, intent.wish.start, intent.wish.end) if intent.wish else (None, None, None)


@pytest.mark.parametrize(("kind", "text"), PLAIN)
def test_a_message_means_what_a_person_would_say_it_means(kind: str, text: str) -> None:
    intent = understood(text)
    assert intent.kind == kind
    assert intent.wish is None
    assert bool(intent.words) is (intent.kind is not IntentKind.UNCLEAR)


@pytest.mark.parametrize("sample", SAMPLES["call_me"], ids=lambda sample: sample["text"])
def test_a_request_to_be_called_is_heard_with_its_time(sample: dict[str, Any]) -> None:
    intent = understood(sample["text"])
    assert intent.kind is IntentKind.CALL_ME
    assert wished(intent) == (sample.get("day"), sample.get("start"), sample.get("end"))
    assert intent.words


@pytest.mark.parametrize("sample", SAMPLES["answer"], ids=lambda sample: sample["text"])
def test_a_bare_time_is_a_wish_only_when_a_time_was_asked_for(sample: dict[str, Any]) -> None:
    intent = understood(sample["text"], awaiting="callback_time")
    assert intent.kind == sample["kind"]
    assert wished(intent) == (sample.get("day"), sample.get("start"), sample.get("end"))
    assert sample["kind"] != "call_me" or understood(sample["text"]).kind is IntentKind.UNCLEAR


def test_there_are_enough_samples_of_every_kind() -> None:
    assert sum(len(rows) for rows in SAMPLES.values()) >= 500
    assert set(SAMPLES) == set(IntentKind) | {"answer"}
    assert min(len(rows) for rows in SAMPLES.values()) >= 4


def test_no_crisis_is_missed() -> None:
    missed = [text for text in CRISES if understood(text).kind is not IntentKind.CRISIS]
    assert missed == []


@pytest.mark.parametrize(
    "kind", [IntentKind.OPT_OUT, IntentKind.CALL_ME, IntentKind.SAYS_PAID, IntentKind.WRONG_NUMBER]
)
def test_what_was_not_said_is_never_heard(kind: IntentKind) -> None:
    overeager = [text for label, text in PLAIN if label != kind and understood(text).kind is kind]
    assert overeager == []


@pytest.mark.parametrize(
    "wrapping",
    ["{}", "Hej! {}", "{} 😊", "STOPP {}", "Ring mig. {}", "{}, jag har betalat", "ok tack, {}", "FEL NUMMER\n{}"],
)
def test_a_crisis_wins_over_everything_around_it(wrapping: str) -> None:
    missed = [text for text in CRISES if understood(wrapping.format(text)).kind is not IntentKind.CRISIS]
    assert missed == []


@pytest.mark.parametrize("change", [str.upper, str.lower, str.title, lambda text: f"  {text}\n"])
def test_case_and_spaces_do_not_matter(change: Any) -> None:
    changed = [(text, understood(change(text)).kind) for kind, text in PLAIN if understood(change(text)).kind != kind]
    assert changed == []


@pytest.mark.parametrize(
    "word", ["orkar inte mer", "vill inte leva", "ta livet av mig", "självmord", "kill myself", "want to die"]
)
def test_one_slip_of_the_thumb_inside_a_longer_word_hides_no_crisis(word: str) -> None:
    """Every neighbouring pair of letters swapped, and every letter doubled, within words of five letters or more."""
    letters = list(word)
    places = [n for n in range(1, len(word) - 1) if word[n - 1 : n + 2].isalpha() and _length_at(word, n) >= 5]
    slips = [[*letters[:n], letters[n + 1], letters[n], *letters[n + 2 :]] for n in places]
    slips += [[*letters[:n], letters[n], *letters[n:]] for n in places]
    missed = ["".join(slip) for slip in slips if understood("".join(slip)).kind is not IntentKind.CRISIS]
    assert missed == []


def _length_at(text: str, place: int) -> int:
    return len(text[: place + 1].rpartition(" ")[2]) + len(text[place + 1 :].partition(" ")[0])


@given(
    st.sampled_from([text for kind, text in NO_REQUEST]),
    st.sampled_from(["jag", "inte", "väl", "bara", "kanske", "när", "?"]),
)
def test_an_added_word_never_makes_an_opt_out(text: str, word: str) -> None:
    assert understood(f"{text} {word}").kind is not IntentKind.OPT_OUT or word == "?"


@given(st.text(max_size=200), st.sampled_from([None, "sv", "en", "ar"]), st.sampled_from([None, "callback_time"]))
def test_any_text_is_understood_or_left_to_a_person(text: str, language: str | None, awaiting: str | None) -> None:
    intent = understood(text, language=language, awaiting=awaiting)
    assert intent.kind in IntentKind
    assert intent.wish is None or intent.kind is IntentKind.CALL_ME


@pytest.mark.parametrize(
    ("text", "language", "wish"),
    [
        ("call me Wed at 10", "en", (date(2026, 11, 4), time(10), None)),
        ("call me on tuesday", "en", (date(2026, 11, 10), None, None)),
        ("call me next friday", "en", (date(2026, 11, 13), None, None)),
        ("call me half past three", "en", (None, time(15, 30), None)),
        ("call me at quarter to five", "en", (None, time(16, 45), None)),
        ("call me at 12pm", "en", (None, time(12), None)),
        ("call me November 5th", "en", (date(2026, 11, 5), None, None)),
        ("call me on the 5th of November", "en", (date(2026, 11, 5), None, None)),
        ("call me in half an hour", "en", (date(2026, 11, 3), time(14, 30), None)),
        ("ring mig tisdag", "sv", (date(2026, 11, 10), None, None)),
        ("ring nästa fredag", "sv", (date(2026, 11, 13), None, None)),
        ("ring mig den 25e", "sv", (date(2026, 11, 25), None, None)),
        ("ring mig den 1 december", "sv", (date(2026, 12, 1), None, None)),
        ("ring mig den 3 november", "sv", (date(2026, 11, 3), None, None)),
        ("ring mig den 2 november", "sv", (None, None, None)),
        ("ring mig den 31 februari", "sv", (None, None, None)),
        ("ring mig 2026-11-05 kl 9", "sv", (date(2026, 11, 5), time(9), None)),
        ("ring mig klockan två", "sv", (None, time(14), None)),
        ("ring mig kl 8.15", "sv", (None, time(8, 15), None)),
        ("ring mig kl 08", "sv", (None, time(8), None)),
        ("ring mig kvart i tre", "sv", (None, time(14, 45), None)),
        ("ring mig innan tio", "sv", (None, None, time(10))),
        ("ring mig efter jobbet", "sv", (None, time(17), None)),
        ("ring mig vid lunch", "sv", (None, time(12), time(13))),
        ("ring mig från 9 till 11", "sv", (None, time(9), time(11))),
        ("ring mig i morgon mellan nio och elva", "sv", (date(2026, 11, 4), time(9), time(11))),
        ("ring mig kl 25", "sv", (None, None, None)),
    ],
)
def test_days_and_times_are_read_as_people_write_them(
    text: str, language: str, wish: tuple[date | None, time | None, time | None]
) -> None:
    intent = understood(text, language=language)
    assert intent.kind is IntentKind.CALL_ME
    assert wished(intent) == wish


def test_relative_days_follow_the_local_clock() -> None:
    late = TUESDAY.replace(hour=23, minute=10)
    assert classify("ring i morgon", "sv", None, late).wish == Wish(date(2026, 11, 4), None, None, "i morgon")
    new_year = datetime(2026, 12, 31, 12, 0, tzinfo=TUESDAY.tzinfo)
    assert classify("ring den 4 januari", "sv", None, new_year).wish == Wish(
        date(2027, 1, 4), None, None, "den 4 januari"
    )
    in_two = classify("ring om 2 timmar", "sv", None, late).wish
    assert in_two == Wish((late + timedelta(hours=2)).date(), time(1, 10), None, "om 2 timmar")
