"""What holds a due message back: the hour, the holiday, the pause, the surge, the caps. Tasks obey the hours only."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from app.policy.calendar import Calendar
from app.policy.contact_hours import OpenHours
from app.policy.facts import TouchFacts
from app.vocabulary import StepKind
from tests.support.facts import ADDRESS, PHONE, at, call_at, day, decided, invoice, rules, told, touch

GENTLE = touch("not_seen_yet", "2026-11-03 09:00")


@pytest.mark.parametrize(
    ("due", "now", "expected"),
    [
        ("2026-10-30", "2026-11-03 08:59", "wait outside_hours 2026-11-03 09:00"),
        ("2026-10-30", "2026-11-03 09:00", "send not_seen_yet"),
        ("2026-10-30", "2026-11-03 17:59", "send not_seen_yet"),
        ("2026-10-30", "2026-11-03 18:00", "wait outside_hours 2026-11-04 09:00"),
        ("2026-11-03", "2026-11-07 12:00", "wait outside_hours 2026-11-09 09:00"),
        ("2026-12-18", "2026-12-23 18:00", "wait outside_hours 2026-12-28 09:00"),
        ("2026-12-18", "2026-12-24 12:00", "wait holiday 2026-12-28 09:00"),
        ("2026-12-18", "2026-12-25 12:00", "wait holiday 2026-12-28 09:00"),
        ("2026-12-18", "2026-12-26 12:00", "wait outside_hours 2026-12-28 09:00"),
        ("2026-12-28", "2026-12-31 12:00", "wait holiday 2027-01-04 09:00"),
        ("2026-12-28", "2027-01-01 12:00", "wait holiday 2027-01-04 09:00"),
        ("2026-06-15", "2026-06-19 12:00", "wait holiday 2026-06-22 09:00"),
        ("2026-04-29", "2026-05-01 12:00", "wait not_yet 2026-05-04 09:00"),
        ("2026-03-31", "2026-04-06 12:00", "wait holiday 2026-04-07 09:00"),
        ("2026-05-11", "2026-05-14 12:00", "wait holiday 2026-05-15 09:00"),
    ],
)
def test_nobody_is_written_to_at_night_at_weekends_or_on_holidays_and_eves(due: str, now: str, expected: str) -> None:
    owed = (invoice(due_date=day(due), first_seen=at("2026-03-01 06:00")),)
    assert told(decided(now, invoices=owed)) == expected


def test_the_reason_names_the_holiday_and_when_we_open() -> None:
    owed = (invoice(due_date=day("2026-12-18")),)
    values = decided("2026-12-24 12:00", invoices=owed).because.as_dict()
    assert values == {"day": "2026-12-24", "until": "2026-12-28T08:00:00Z"}


@pytest.mark.parametrize(
    ("hours", "calendar", "now", "expected"),
    [
        ("mon-sun 00:00-24:00", Calendar("SE"), "2026-11-03 00:00", "send not_seen_yet"),
        ("mon-sun 00:00-24:00", Calendar("SE"), "2026-12-24 12:00", "wait holiday 2026-12-27 00:00"),
        ("mon-sun 00:00-24:00", Calendar(None), "2026-12-24 12:00", "send not_seen_yet"),
        ("sat 10:00-14:00", Calendar("SE"), "2026-11-03 12:00", "wait outside_hours 2026-11-07 10:00"),
    ],
)
def test_hours_and_holidays_are_the_companys_choice(hours: str, calendar: Calendar, now: str, expected: str) -> None:
    owed = (invoice(due_date=day("2026-10-30" if now < "2026-12" else "2026-12-18")),)
    assert told(decided(now, by=rules(hours, calendar), invoices=owed)) == expected


@pytest.mark.parametrize(
    ("due", "now", "opens"),
    [
        ("2026-03-25", "2026-03-28 20:00", datetime.fromisoformat("2026-03-30T07:00+00:00")),
        ("2026-10-21", "2026-10-24 20:00", datetime.fromisoformat("2026-10-26T08:00+00:00")),
    ],
)
def test_nine_o_clock_is_nine_o_clock_on_both_sides_of_a_clock_change(due: str, now: str, opens: datetime) -> None:
    owed = (invoice(due_date=day(due), first_seen=at("2026-03-01 06:00")),)
    waiting = decided(now, invoices=owed)
    assert waiting.until == opens  # type: ignore[union-attr]  # a Wait, or the comparison fails
    assert OpenHours.is_open(rules().contact_hours, opens)
    assert not OpenHours.is_open(rules().contact_hours, opens - timedelta(minutes=1))


@pytest.mark.parametrize(
    ("claims", "expected"),
    [
        ({"tenant:P-1": ["2026-11-03"]}, "wait cap_day 2026-11-04 09:00"),
        ({f"point:{PHONE}": ["2026-11-03"]}, "wait cap_day 2026-11-04 09:00"),
        ({"tenant:P-2": ["2026-11-03"], "point:+46700000000": ["2026-11-03"]}, "send not_seen_yet"),
        ({"tenant:P-1": ["2026-11-02"]}, "send not_seen_yet"),
        ({"tenant:P-1": ["2026-10-28", "2026-10-30", "2026-11-02"]}, "wait cap_week 2026-11-04 09:00"),
        ({"tenant:P-1": ["2026-10-27", "2026-10-30", "2026-11-02"]}, "send not_seen_yet"),
        ({f"point:{PHONE}": ["2026-10-31", "2026-11-01", "2026-11-02"]}, "wait cap_week 2026-11-09 09:00"),
        ({"tenant:P-1": ["2026-10-30", "2026-11-01"], f"point:{PHONE}": ["2026-11-02"]}, "send not_seen_yet"),
        ({f"point:{ADDRESS}": ["2026-11-03"]}, "send not_seen_yet"),
    ],
)
def test_one_unsolicited_message_a_day_and_three_in_seven_days(claims: dict[str, list[str]], expected: str) -> None:
    held = {key: tuple(day(d) for d in days) for key, days in claims.items()}
    assert told(decided("2026-11-03 09:00", claims=held)) == expected


def test_a_cap_that_lasts_beyond_the_review_is_waited_for_only_until_the_review() -> None:
    full = {"tenant:P-1": tuple(day(d) for d in ("2026-11-04", "2026-11-05", "2026-11-06"))}
    assert told(decided("2026-11-06 09:00", claims=full)) == "wait cap_day 2026-11-09 09:00"


def test_caps_hold_back_no_task() -> None:
    claims = {"tenant:P-1": (day("2026-11-05"),)}
    assert told(decided("2026-11-05 09:00", touches=(GENTLE,), claims=claims)) == "assign call call_due"


def test_caps_are_counted_on_local_days() -> None:
    midnight_hours = rules("mon-sun 00:00-24:00")
    claims = {"tenant:P-1": (day("2026-11-03"),)}
    assert told(decided("2026-11-03 23:59", by=midnight_hours, claims=claims)) == "wait cap_day 2026-11-04 00:00"
    assert told(decided("2026-11-04 00:00", by=midnight_hours, claims=claims)) == "send not_seen_yet"


@pytest.mark.parametrize(
    ("now", "touches", "changes", "expected"),
    [
        ("2026-11-03 09:00", (), {"paused": True}, "wait paused 2026-11-03 10:00"),
        ("2026-11-03 09:00", (), {"surge": True}, "wait surge 2026-11-03 10:00"),
        ("2026-11-03 09:00", (), {"surge": True, "paused": True}, "wait paused 2026-11-03 10:00"),
        ("2026-11-05 09:00", (GENTLE,), {"paused": True, "surge": True}, "assign call call_due"),
        ("2026-11-09 09:00", (), {"paused": True, "surge": True}, "assign review review_day"),
        ("2026-11-02 09:00", (), {"paused": True, "surge": True}, "wait not_yet 2026-11-03 09:00"),
        ("2026-11-03 17:59", (), {"paused": True}, "wait paused 2026-11-03 18:59"),
        ("2026-11-03 18:59", (), {"paused": True}, "wait outside_hours 2026-11-04 09:00"),
    ],
)
def test_a_pause_stops_messages_and_a_surge_stops_first_touches(
    now: str, touches: tuple[TouchFacts, ...], changes: dict[str, Any], expected: str
) -> None:
    assert told(decided(now, touches=touches, **changes)) == expected


@pytest.mark.parametrize(
    ("before", "expected"),
    [
        ((), "wait surge 2026-11-04 10:00"),
        ((touch("hold:staff", "2026-11-02 09:00", StepKind.REVIEW),), "wait surge 2026-11-04 10:00"),
        ((touch("not_seen_yet", "2026-10-05 09:00", anchor="INV-0"),), "wait surge 2026-11-04 10:00"),
        ((touch("not_seen_yet", "2026-11-02 09:00"),), "send still_missing"),
    ],
)
def test_a_surge_holds_only_the_first_message_of_a_round(before: tuple[TouchFacts, ...], expected: str) -> None:
    called = touch("call", "2026-11-02 10:00", StepKind.CALL)
    attempts = (call_at("2026-11-02 12:00"), call_at("2026-11-03 12:00"))
    after_calls = (*before, called) if expected.startswith("send") else before
    decision = decided("2026-11-04 09:00", touches=after_calls, call_attempts=attempts, surge=True)
    assert told(decision) == expected


@pytest.mark.parametrize(
    ("now", "changes", "first"),
    [
        ("2026-11-02 09:00", {}, True),
        ("2026-11-03 08:00", {}, True),
        ("2026-11-03 09:00", {"surge": True}, True),
        ("2026-11-03 09:00", {"paused": True}, True),
        ("2026-11-03 09:00", {"pending_events": 1}, True),
        ("2026-11-04 09:00", {"touches": (GENTLE,)}, False),
    ],
)
def test_a_wait_says_whether_the_first_touch_is_what_it_waits_for(
    now: str, changes: dict[str, Any], first: bool
) -> None:
    decision = decided(now, **changes)
    assert decision.first is first  # type: ignore[union-attr]  # a Wait, or there is no such field
