"""The fixed order of `decide`: of two checks that both have something to say, the one before speaks."""

from collections.abc import Callable
from dataclasses import replace
from itertools import combinations
from typing import Any

import pytest

from app.policy.facts import Facts, FeedFacts, LegalFacts
from app.policy.sequence import decide
from app.vocabulary import BlockKind, HoldKind
from tests.support.facts import (
    ARREARS,
    DUE,
    RULES,
    at,
    day,
    december,
    decided,
    facts,
    fresh,
    hold,
    holder,
    invoice,
    sms,
    told,
    touch,
)

Change = Callable[[Facts], Facts]


def with_invoice(**values: object) -> Change:
    return lambda f: replace(f, invoices=tuple(replace(i, **values) for i in f.invoices))  # type: ignore[arg-type]  # fields by name


def with_holder(**values: object) -> Change:
    return lambda f: replace(f, holders=tuple(replace(h, **values) for h in f.holders))  # type: ignore[arg-type]  # fields by name


def having(**values: object) -> Change:
    return lambda f: replace(f, **values)  # type: ignore[arg-type]  # fields by name


ENDED = ("ended", having(ended_on=DUE), "stop tenancy_ended")
DECEASED = ("deceased", with_holder(deceased=True), "stop deceased")
PAID = ("paid", with_invoice(remaining=0), "stop paid")
PROTECTED = ("protected", with_holder(protected_identity=True), "assign review protected_identity")
EVICTION = (
    "eviction",
    lambda f: replace(f, legal=replace(f.legal, eviction_applied_on=DUE)),
    "assign eviction_applied:2026-10-30 eviction_applied",
)
NOTICE = (
    "notice",
    lambda f: replace(f, legal=replace(f.legal, notice_served_on=day("2026-11-02"))),
    "assign notice_day_1:2026-11-02 notice_served",
)
DISPUTED = ("disputed", with_invoice(disputed=True), "wait disputed for facts")
HELD = (
    "held",
    having(holds=(hold(HoldKind.STAFF, "2026-11-01 12:00", "2026-11-04 12:00"),)),
    "wait hold_staff 2026-11-04 12:00",
)
PENDING = ("pending", having(pending_events=1), "wait facts_pending 2026-11-03 10:00")
STALE = ("stale", having(feed=FeedFacts(at("2026-10-30 06:00"), DUE)), "wait feed_stale 2026-11-03 10:00")
SMALL = ("small", with_invoice(remaining=9_999), "wait small_debt for facts")
UNREACHABLE = (
    "unreachable",
    with_holder(points=(sms(blocked=BlockKind.FAILED),)),
    "assign not_seen_yet no_way_to_reach",
)
PAUSED = ("paused", having(paused=True), "wait paused 2026-11-03 10:00")
SURGE = ("surge", having(surge=True), "wait surge 2026-11-03 10:00")
CAPPED = (
    "capped",
    having(claims={"tenant:P-1": (day("2026-11-03"),)}),
    "wait cap_day 2026-11-04 09:00",
)
ON_THE_DAY = [
    ENDED, DECEASED, PAID, PROTECTED, EVICTION, NOTICE, DISPUTED, HELD, PENDING, STALE, SMALL, UNREACHABLE, PAUSED,
    SURGE, CAPPED,
]  # fmt: skip


def _pairs(checks: list[tuple[str, Change, str]]) -> list[object]:
    """Each check with every later one. A disputed rent is not for the people of check 2 either: see below."""
    found = combinations(checks, 2)
    told_of = [(a, b) for a, b in found if (a[0], b[0]) != ("protected", "disputed")]
    return [pytest.param(a[1], b[1], a[2], id=f"{a[0]} before {b[0]}") for a, b in told_of]


@pytest.mark.parametrize(("change", "expected"), [pytest.param(c, e, id=n) for n, c, e in ON_THE_DAY])
def test_each_check_speaks_for_itself_on_the_day_of_the_first_message(change: Change, expected: str) -> None:
    now = at("2026-11-03 09:00")
    assert told(decide(facts(feed=fresh(now)), ARREARS, RULES, now)) == "send not_seen_yet"
    assert told(decide(change(facts(feed=fresh(now))), ARREARS, RULES, now)) == expected


@pytest.mark.parametrize(("earlier", "later", "expected"), _pairs(ON_THE_DAY))
def test_the_check_before_wins(earlier: Change, later: Change, expected: str) -> None:
    now = at("2026-11-03 09:00")
    assert told(decide(earlier(later(facts(feed=fresh(now)))), ARREARS, RULES, now)) == expected


PENDING_LATE = ("pending", having(pending_events=1), "wait facts_pending 2026-11-10 10:00")
STALE_LATE = ("stale", having(feed=FeedFacts(at("2026-11-06 06:00"), DUE)), "wait feed_stale 2026-11-10 10:00")
LATE = ("late", with_invoice(first_seen=at("2026-11-08 06:00")), "assign review late_import")
FOUR = (
    "fourth of a notice",
    having(legal=LegalFacts(day("2026-11-02"))),
    "assign notice_day_7:2026-11-02 notice_served",
)
LATE_IN_THE_ROUND = [ENDED, DECEASED, PAID, PROTECTED, EVICTION, FOUR, DISPUTED, PENDING_LATE, STALE_LATE, LATE, SMALL]


@pytest.mark.parametrize(("earlier", "later", "expected"), _pairs(LATE_IN_THE_ROUND))
def test_the_check_before_wins_after_the_review_day_too(earlier: Change, later: Change, expected: str) -> None:
    now = at("2026-11-10 09:00")
    assert told(decide(facts(feed=fresh(now)), ARREARS, RULES, now)) == "assign review review_day"
    assert told(decide(earlier(later(facts(feed=fresh(now)))), ARREARS, RULES, now)) == expected


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"holders": (holder(protected_identity=True),)}, "assign review protected_identity"),
        ({"holders": (holder(represented=True),)}, "assign review represented"),
        ({"holders": (holder(organisation=True),)}, "assign review organisation"),
        ({"holders": (holder(), holder("P-2", primary=False, deceased=True))}, "assign review deceased_holder"),
        (
            {"holders": (holder(), holder("P-2", primary=False, protected_identity=True))},
            "assign review protected_identity",
        ),
        ({"home": False}, "assign review not_a_home"),
        ({"invoices": (invoice(kind="parking"),)}, "assign review not_rent"),
        ({"holders": (holder(deceased=True), holder("P-2", primary=False))}, "assign review deceased_holder"),
        ({"holders": (holder(deceased=True), holder("P-2", deceased=True))}, "stop deceased"),
    ],
)
def test_people_write_to_these_and_software_does_not(changes: dict[str, Any], expected: str) -> None:
    assert told(decided("2026-11-02 09:00", **changes)) == expected
    told_to_a_person = (touch("review", "2026-11-02 09:00"),)
    again = decided("2026-11-03 09:00", touches=told_to_a_person, **changes)
    once = expected.startswith("stop") or told(again) == f"wait {again.because.code} for facts"
    assert once, told(again)


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        ("2026-11-01 12:00", "wait protected_identity 2026-11-02 09:00"),
        ("2026-11-02 18:30", "wait protected_identity 2026-11-03 09:00"),
        ("2026-11-03 10:00", "assign review protected_identity"),
    ],
)
def test_a_person_is_told_in_contact_hours(now: str, expected: str) -> None:
    assert told(decided(now, holders=(holder(protected_identity=True),))) == expected


def test_a_deferral_does_not_use_up_the_review_of_a_protected_tenant() -> None:
    protected = (holder(protected_identity=True),)
    deferred = (invoice(deferred_until=day("2026-11-20")),)
    waiting = decided("2026-11-10 09:00", holders=protected, invoices=deferred)
    assert told(waiting) == "wait deferred 2026-11-21 00:00"
    assert told(decided("2026-11-23 09:00", holders=protected, invoices=deferred)) == "assign review protected_identity"


def test_a_notice_gives_people_their_tasks_also_for_a_protected_tenant() -> None:
    known: dict[str, Any] = {"holders": (holder(protected_identity=True),), "legal": LegalFacts(day("2026-11-10"))}
    assert told(decided("2026-11-11 09:00", **known)) == "assign review protected_identity"
    told_once = (touch("review", "2026-11-04 09:00"),)
    assert (
        told(decided("2026-11-11 09:00", touches=told_once, **known)) == "assign notice_day_1:2026-11-10 notice_served"
    )


@pytest.mark.parametrize(
    ("due", "now", "expected"),
    [
        ("2026-10-30", "2026-10-30 23:59", "wait not_due 2026-10-31 00:00"),
        ("2026-10-30", "2026-10-31 00:00", "wait not_yet 2026-11-03 09:00"),
        ("2026-11-30", "2026-11-03 09:00", "wait not_due 2026-12-01 00:00"),
    ],
)
def test_a_rent_is_late_from_the_day_after_its_due_date(due: str, now: str, expected: str) -> None:
    moved = invoice(due_date=day(due))
    assert told(decided(now, invoices=(moved,))) == expected


@pytest.mark.parametrize(
    ("remaining", "expected"),
    [(9_999, "wait small_debt for facts"), (10_000, "send not_seen_yet"), (1, "wait small_debt for facts")],
)
def test_a_small_debt_is_left_alone(remaining: int, expected: str) -> None:
    assert told(decided("2026-11-03 09:00", invoices=(invoice(amount=remaining, remaining=remaining),))) == expected


def test_small_debts_add_up_and_the_next_rent_is_waited_for() -> None:
    left = invoice(remaining=5_000)
    assert told(decided("2026-11-10 09:00", invoices=(left, december()))) == "wait small_debt 2026-12-01 00:00"
    assert told(decided("2026-12-01 09:00", invoices=(left, december()))) == "assign review review_day"
    deferred = december(due_date=day("2026-10-30"), deferred_until=day("2026-11-20"))
    assert told(decided("2026-11-10 09:00", invoices=(left, deferred))) == "wait small_debt 2026-11-21 00:00"


@pytest.mark.parametrize(
    ("first_seen", "now", "expected"),
    [
        ("2026-11-07 06:00", "2026-11-09 09:00", "assign review review_day"),
        ("2026-11-08 06:00", "2026-11-09 09:00", "assign review late_import"),
        ("2027-02-01 06:00", "2027-02-01 09:00", "assign review late_import"),
    ],
)
def test_a_rent_seen_more_than_eight_days_late_is_a_persons(first_seen: str, now: str, expected: str) -> None:
    late = (invoice(first_seen=at(first_seen)),)
    assert told(decided(now, invoices=late)) == expected
    assert told(decided(now, invoices=late, touches=(touch("review", "2026-11-09 09:00"),))).startswith("wait")


@pytest.mark.parametrize(
    ("feed", "as_of", "expected"),
    [
        (FeedFacts(at("2026-11-03 06:00"), day("2026-11-02")), "2026-10-01 06:00", "send not_seen_yet"),
        (FeedFacts(at("2026-11-03 06:00"), DUE), "2026-11-03 06:00", "wait feed_stale 2026-11-03 10:00"),
        (FeedFacts(at("2026-11-01 06:00"), day("2026-11-02")), "2026-11-03 06:00", "send not_seen_yet"),
        (
            FeedFacts(at("2026-10-30 12:00"), day("2026-11-02")),
            "2026-11-03 06:00",
            "wait feed_stale 2026-11-03 10:00",
        ),
        (FeedFacts(), "2026-11-02 06:00", "send not_seen_yet"),
        (FeedFacts(), "2026-10-29 06:00", "wait feed_stale 2026-11-03 10:00"),
    ],
)
def test_nobody_is_reminded_on_old_news(feed: FeedFacts, as_of: str, expected: str) -> None:
    known = (invoice(as_of=at(as_of)),)
    assert told(decided("2026-11-03 09:00", invoices=known, feed=feed)) == expected


def test_doubt_speaks_only_once_a_step_is_due() -> None:
    stale = FeedFacts(at("2026-10-26 06:00"), day("2026-10-23"))
    waiting = decided("2026-11-02 09:00", feed=stale, pending_events=1)
    assert told(waiting) == "wait not_yet 2026-11-03 09:00"
