"""The dignity check on every text that ships: what a frightened parent would read, in each language and channel."""

import re
from datetime import date

import pytest

from app.rendering.shipped import shipped_about
from app.rendering.texts import Rendered
from app.rendering.variables import Company, variables
from app.vocabulary import AlertKind, Channel, MessageClass
from tests.support.texts import COMPANY, MESSAGES, STOCKHOLM, shipped

ABOUTS = shipped_about(MESSAGES)
BOTH = {
    *("welcome", "not_seen_yet", "part_missing", "still_missing", "thanks", "may_we_meet"),
    *("callback_ack", "callback_moved", "callback_ack_adjusted", "says_paid_ack", "wrong_number_ack"),
    *("opt_out_ack", "opt_in_ack", "crisis_ack_open", "crisis_ack_closed", "read_later_ack"),
    *(f"alert_{kind.value}" for kind in AlertKind),
}
EMAIL_ONLY = {"how_it_works"}
LONGEST = Company(
    name="Fastighetsaktiebolaget Österängsgårdarna",
    phone="+46 771-00 00 00",
    sender="Anna-Margareta Wästerlundsson",
    public_url="https://kvar.bostadsbolaget.example.se",
    timezone=STOCKHOLM,
    opening_hours_text="mon-fri 09:00-16:00",
)
WHEN = {
    "callback": {"sv": "i morgon mellan 10 och 12", "en": "tomorrow between 10:00 and 12:00"},
    "reading": {"sv": "på torsdag klockan 9", "en": "on Thursday at 9:00"},
    "longest": {
        "sv": "torsdag 24 september mellan 10.30 och 12.30",
        "en": "on Wednesday 23 September between 10:30 and 12:30",
    },
}
CONSEQUENCES = (
    "uppsäg|säg\\w* upp|vräk|avhys|kronofogd|inkasso|betalningsanmärk|förverka|domstol|"
    "evict|terminat|enforcement|bailiff|debt collect|court"
)
PRESSURE = (
    "rättslig|åtgärd|konsekvens|omgående|omedelbar|genast|senast|krav|kräv|skuld|förfall|dröjsmål|ränta|avgift|påminn|"
    "legal|consequence|immediate|overdue|debt|owe|demand|fees?\\b|interest|remind|deadline|must"
)
SHAME = (
    "skäms|skam|slarv|ansvarslös|tyvärr|besvik|försum|misskö|fail|"
    "ashamed|shame|careless|irresponsib|unfortunate|disappoint|neglect"
)
COMMANDS = {"RING", "CALL", "STOPP", "STOP", "START", "JA", "YES"}
RENT_IN_SUBJECT = re.compile(r"hyra|hyror|skuld|betal|avi\b|rent|debt|owe|pay|invoice|missing|saknas", re.IGNORECASE)

Case = tuple[str, str, Channel]
CASES: list[Case] = [
    (key, language, channel)
    for key in sorted(ABOUTS)
    for language in ("sv", "en")
    for channel in Channel
    if shipped().has(key, language, channel)
]
SMS = [case for case in CASES if case[2] is Channel.SMS]
EMAILS = [case for case in CASES if case[2] is Channel.EMAIL]


def to_tenants(cases: list[Case]) -> list[Case]:
    return [case for case in cases if ABOUTS[case[0]].message_class is not MessageClass.ALERT]


def arrears(cases: list[Case]) -> list[Case]:
    return [case for case in cases if ABOUTS[case[0]].message_class is MessageClass.ARREARS]


def render(case: Case, *, name: str = "Amina", longest: bool = False) -> Rendered:
    key, language, channel = case
    wording = "longest" if longest else "callback" if key.startswith("callback") else "reading"
    months = ["2026-09", "2026-11"] if longest else ["2026-11"]
    company = LONGEST if longest else COMPANY
    known = variables(
        company, language, name=name, months=months, today=date(2026, 11, 5), when=WHEN[wording][language]
    )
    return shipped().render(key, language, channel, known)


def words_of(rendered: Rendered) -> str:
    """What is said, without the layout's foot."""
    return rendered.body.partition("\n\n-- \n")[0]


def test_every_text_is_there_in_both_languages_and_channels() -> None:
    assert ABOUTS.keys() == BOTH | EMAIL_ONLY
    expected = {(key, language, channel) for key in BOTH for language in ("sv", "en") for channel in Channel}
    expected |= {(key, language, Channel.EMAIL) for key in EMAIL_ONLY for language in ("sv", "en")}
    assert set(CASES) == expected
    assert all(about.reviewed.keys() == about.title.keys() == {"sv", "en"} for about in ABOUTS.values())


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("name", ["Amina", "", "N" * 500, "Anna\nKarin", "<b>*x*</b>"])
def test_every_text_can_be_filled_in_whatever_the_name(case: Case, name: str) -> None:
    rendered = render(case, name=name)
    assert "{{" not in rendered.body
    assert not re.search(r"  |^\s|\s$| [,.!?]", rendered.body.removesuffix("\n"))


@pytest.mark.parametrize("case", arrears(CASES))
def test_no_word_threatens_or_shames(case: Case) -> None:
    rendered = render(case)
    said = f"{rendered.subject or ''} {words_of(rendered)}".lower()
    assert re.findall(rf"\b(?:{CONSEQUENCES}|{PRESSURE}|{SHAME})", said) == []


@pytest.mark.parametrize("case", to_tenants(CASES))
def test_only_how_it_works_states_consequences(case: Case) -> None:
    if case[0] == "how_it_works":
        return
    said = words_of(render(case)).lower()
    assert re.findall(rf"\b(?:{CONSEQUENCES}|{SHAME})", said) == []


@pytest.mark.parametrize("case", to_tenants(CASES))
def test_no_amount_no_reference_no_link(case: Case) -> None:
    said = words_of(render(case)).replace(COMPANY.phone, "")
    assert not re.search(r"\bkr\b|kronor|SEK|ocr|\d[\d ]{2,}[.,]?\d*\s*(kr|:-)|€|\$", said, re.IGNORECASE)
    assert not re.search(r"https?:|www\.|\w\.(se|com|nu)\b", said)
    digits = set(re.findall(r"\d{3,}", said))
    assert digits <= {"112", "1177", "90101"}


@pytest.mark.parametrize("case", arrears(CASES))
def test_a_person_with_a_name_writes_and_can_be_answered(case: Case) -> None:
    _, language, channel = case
    said = words_of(render(case))
    assert COMPANY.sender in said
    assert COMPANY.name in said
    if channel is Channel.SMS:
        assert re.search({"sv": r"Svara (RING|JA) ", "en": r"Reply (CALL|YES) "}[language], said)
    else:
        assert {"sv": "Svara på det här mejlet", "en": "Reply to this e-mail"}[language] in said
        assert COMPANY.phone in said


@pytest.mark.parametrize("case", to_tenants(EMAILS))
def test_an_email_says_how_to_reach_a_person(case: Case) -> None:
    assert COMPANY.phone in render(case).body


@pytest.mark.parametrize("case", to_tenants(CASES))
def test_nothing_shouts(case: Case) -> None:
    said = words_of(render(case))
    assert said.count("!") <= 2
    assert "!!" not in said
    assert set(re.findall(r"\b[A-ZÅÄÖ]{2,}\b", said)) <= COMMANDS


@pytest.mark.parametrize("case", [case for case in CASES if case[0].startswith("crisis")])
def test_in_a_crisis_nothing_exclaims_and_help_is_near(case: Case) -> None:
    said = words_of(render(case))
    assert "!" not in said
    assert all(number in said for number in ("112", "90101", "1177"))


@pytest.mark.parametrize(
    "case", [case for case in CASES if case[0] in {"wrong_number_ack", "opt_out_ack", "opt_in_ack"}]
)
def test_what_may_reach_a_stranger_names_nobody(case: Case) -> None:
    assert "Amina" not in render(case).body
    assert "november" not in render(case).body.lower()


@pytest.mark.parametrize("case", [case for case in CASES if case[0].startswith("alert_")])
def test_an_alert_holds_no_personal_data_and_says_where_to_look(case: Case) -> None:
    assert not ABOUTS[case[0]].variables & {"name", "hello", "thanks", "month"}
    assert COMPANY.public_url in render(case).body


@pytest.mark.parametrize("case", SMS)
@pytest.mark.parametrize("name", ["Amina", "Johan", "Mohammed", "Åsa", ""])
def test_an_sms_is_one_part_with_ordinary_names(case: Case, name: str) -> None:
    rendered = render(case, name=name)
    assert (rendered.encoding, rendered.parts) == ("GSM-7", 1), rendered.body


@pytest.mark.parametrize("case", SMS)
def test_an_sms_is_two_parts_at_most_with_the_longest_names_and_two_months(case: Case) -> None:
    rendered = render(case, name="Wolfeschlegelsteinhausenberger" * 20, longest=True)
    assert rendered.encoding == "GSM-7"
    assert rendered.parts is not None
    assert rendered.parts <= 2, rendered.body


@pytest.mark.parametrize("case", EMAILS)
def test_a_subject_never_mentions_rent_or_debt(case: Case) -> None:
    subject = render(case).subject
    assert subject
    assert len(subject) <= 78
    assert not RENT_IN_SUBJECT.search(subject), subject
    assert "!" not in subject


@pytest.mark.parametrize("case", [case for case in CASES if case[1] == "sv"])
def test_swedish_is_easy_to_read(case: Case) -> None:
    assert lix(words_of(render(case))) <= 40


def lix(text: str) -> float:
    """Björnsson's readability index: words per sentence plus the share of words over six letters, in per cent."""
    words = re.findall(r"[^\W\d_]+", re.sub(r"https?://\S+", "", text))
    sentences = [part for part in re.split(r"[.!?:]+(?:\s|$)|\n\n", text) if re.search(r"\w", part)]
    return len(words) / len(sentences) + 100 * sum(len(word) > 6 for word in words) / len(words)


def test_lix_is_counted_as_bjornsson_did() -> None:
    assert lix("Solen skiner. Hyresgästen sover gott i natt.") == pytest.approx(7 / 2 + 100 * 1 / 7)


@pytest.mark.parametrize("case", to_tenants(SMS))
def test_the_shipped_swedish_is_swedish(case: Case) -> None:
    said = words_of(render(case))
    assert bool(re.search("[åäö]", said.replace("Självmordslinjen", ""))) == (case[1] == "sv")


def test_all_tenant_texts_say_what_the_person_can_do_or_need_not_do() -> None:
    """Read aloud: the gentle texts in full, so that a change of wording is a decision and not an accident."""
    assert render(("not_seen_yet", "sv", Channel.SMS)).body == (
        "Hej Amina! Vi ser inte hyran för november än. Har du betalat behöver du inte göra något. "
        "Vill du prata? Svara RING så ringer jag. /Sara, Bostadsbolaget"
    )
    assert render(("not_seen_yet", "en", Channel.SMS)).body == (
        "Hi Amina! We have not seen the rent for November yet. If you have paid, all is well. "
        "Want to talk? Reply CALL and I will call you. /Sara, Bostadsbolaget"
    )
