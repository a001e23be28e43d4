"""After a served notice people have taken over: tasks on their days, and never a message."""

from typing import Any

import pytest

from app.policy.facts import LegalFacts, TouchFacts
from app.policy.legal import MILESTONES, RECLAIM
from app.vocabulary import StepKind
from tests.support.facts import WELCOME, day, december, decided, invoice, run, told, touch

SERVED = LegalFacts(notice_served_on=day("2026-11-12"))


def given(*keys: str, anchor: str = "INV-1") -> tuple[TouchFacts, ...]:
    return tuple(touch(key, "2026-11-13 09:00", StepKind.CALL, anchor=anchor) for key in keys)


@pytest.mark.parametrize(
    ("now", "before", "expected"),
    [
        ("2026-11-12 12:00", (), "wait notice_served 2026-11-13 00:00"),
        ("2026-11-13 00:00", (), "wait notice_served 2026-11-13 09:00"),
        ("2026-11-13 09:00", (), "assign notice_day_1:2026-11-12 notice_served"),
        ("2026-11-13 09:01", given("notice_day_1:2026-11-12"), "wait notice_served 2026-11-19 00:00"),
        ("2026-11-19 09:00", given("notice_day_1:2026-11-12"), "assign notice_day_7:2026-11-12 notice_served"),
        ("2026-11-26 09:00", given("notice_day_7:2026-11-12"), "assign notice_day_14:2026-11-12 notice_served"),
        ("2026-11-30 09:00", given("notice_day_14:2026-11-12"), "assign notice_day_18:2026-11-12 notice_served"),
        ("2026-11-30 09:01", given("notice_day_18:2026-11-12"), "wait notice_served for facts"),
        ("2027-05-03 09:00", given("notice_day_18:2026-11-12"), "wait notice_served for facts"),
        ("2026-11-27 09:00", (), "assign notice_day_14:2026-11-12 notice_served"),
        ("2026-11-15 12:00", (), "wait notice_served 2026-11-16 09:00"),
    ],
)
def test_the_clock_of_a_notice(now: str, before: tuple[TouchFacts, ...], expected: str) -> None:
    assert told(decided(now, legal=SERVED, touches=before)) == expected


def test_the_kind_of_each_task_and_that_all_fall_within_the_three_weeks() -> None:
    assert [(m.days, m.kind) for m in MILESTONES] == [
        (1, StepKind.CALL),
        (7, StepKind.VISIT),
        (14, StepKind.VISIT),
        (18, StepKind.REVIEW),
    ]
    assert all(m.on(day("2026-11-12")) < day("2026-11-12") + RECLAIM for m in MILESTONES)


def test_a_notice_served_anew_begins_its_days_anew() -> None:
    old = given("notice_day_1:2026-11-12", "notice_day_7:2026-11-12")
    anew = LegalFacts(notice_served_on=day("2026-12-01"))
    assert told(decided("2026-12-02 09:00", legal=anew, touches=old)) == "assign notice_day_1:2026-12-01 notice_served"


@pytest.mark.parametrize(
    ("invoices", "anchor", "expected"),
    [
        ((invoice(), december()), "INV-1", "assign notice_day_18:2026-11-12 notice_served"),
        ((invoice(), december()), "INV-2", "wait notice_served for facts"),
        ((invoice(remaining=0), december()), "INV-2", "assign notice_day_18:2026-11-12 notice_served"),
        ((invoice(disputed=True), december()), "INV-1", "assign notice_day_18:2026-11-12 notice_served"),
        ((invoice(kind="parking"), december()), "INV-2", "assign notice_day_18:2026-11-12 notice_served"),
    ],
)
def test_people_get_one_set_of_tasks_and_not_one_an_invoice(invoices: Any, anchor: str, expected: str) -> None:
    known = {"run": run(anchor=anchor), "invoices": invoices, "legal": SERVED}
    assert told(decided("2026-12-02 09:00", **known)) == expected


def test_nor_once_more_when_another_invoice_comes_to_lead() -> None:
    known: dict[str, Any] = {"run": run(anchor="INV-2"), "invoices": (invoice(remaining=0), december())}
    before = given("notice_day_18:2026-11-12")
    assert told(decided("2026-12-02 09:00", legal=SERVED, touches=before, **known)) == "wait notice_served for facts"


APPLIED = LegalFacts(day("2026-11-12"), day("2026-12-10"))


@pytest.mark.parametrize(
    ("now", "changes", "expected"),
    [
        ("2026-12-11 09:00", {}, "assign eviction_applied:2026-12-10 eviction_applied"),
        ("2026-12-11 08:00", {}, "wait eviction_applied 2026-12-11 09:00"),
        ("2026-12-14 09:00", {"touches": given("eviction_applied:2026-12-10")}, "wait eviction_applied for facts"),
        (
            "2026-12-14 09:00",
            {"touches": given("eviction_applied:2026-10-01")},
            "assign eviction_applied:2026-12-10 eviction_applied",
        ),
        (
            "2026-12-14 09:00",
            {"run": run(anchor="INV-2"), "invoices": (invoice(), december())},
            "wait eviction_applied for facts",
        ),
    ],
)
def test_an_application_for_eviction_is_a_persons_once(now: str, changes: dict[str, Any], expected: str) -> None:
    assert told(decided(now, legal=APPLIED, **changes)) == expected


@pytest.mark.parametrize(("legal", "code"), [(SERVED, "notice_served"), (APPLIED, "eviction_applied")])
def test_nobody_is_welcomed_with_a_notice_in_hand(legal: LegalFacts, code: str) -> None:
    started = run("welcome", "start", day("2026-12-14"))
    assert told(decided("2026-12-15 09:00", WELCOME, run=started, legal=legal)) == f"wait {code} for facts"


def test_when_the_rent_is_paid_the_clock_stops() -> None:
    assert told(decided("2026-11-13 09:00", legal=SERVED, invoices=(invoice(remaining=0),))) == "stop paid"
