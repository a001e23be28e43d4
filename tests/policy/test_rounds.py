"""What may be reminded of, and which invoice leads: a month set aside never silences another."""

from typing import Any

import pytest

from app.policy.decision import Send
from app.policy.facts import Facts, InvoiceFacts, TouchFacts
from app.policy.sequence import decide
from app.vocabulary import ReasonCode, StepKind
from tests.support.facts import (
    ARREARS,
    RULES,
    at,
    day,
    december,
    decided,
    done,
    facts,
    fresh,
    invoice,
    passed_over,
    plan,
    run,
    told,
    touch,
)

NEWER = run(anchor="INV-2", anchor_date=day("2026-11-30"))
REVIEWED = touch("review", "2026-11-09 09:00", StepKind.REVIEW)
SET_ASIDE: list[tuple[dict[str, Any], str]] = [
    ({"in_plan": True}, "wait plan_active for facts"),
    ({"disputed": True}, "wait disputed for facts"),
    ({"in_collection": True}, "wait in_collection for facts"),
    ({"deferred_until": day("2026-12-20")}, "wait deferred 2026-12-21 00:00"),
]


@pytest.mark.parametrize(("aside", "expected"), SET_ASIDE)
def test_a_rent_that_is_set_aside_is_not_reminded_of(aside: dict[str, Any], expected: str) -> None:
    assert told(decided("2026-11-03 09:00", invoices=(invoice(**aside),))) == expected
    assert told(decided("2026-12-02 09:00", invoices=(invoice(**aside), december()))) == expected


@pytest.mark.parametrize(("aside", "expected"), SET_ASIDE)
def test_and_silences_no_other_month(aside: dict[str, Any], expected: str) -> None:
    decision = decided("2026-12-02 09:00", run=NEWER, invoices=(invoice(**aside), december()))
    assert isinstance(decision, Send)
    assert decision.months == ("2026-12",)
    lone = decided("2026-12-02 09:00", run=NEWER, invoices=(invoice(remaining=0), december(**aside)))
    assert told(lone) == expected


@pytest.mark.parametrize(
    ("until", "now", "expected"),
    [
        ("2026-11-02", "2026-11-02 23:00", "wait deferred 2026-11-03 00:00"),
        ("2026-11-02", "2026-11-03 09:00", "send not_seen_yet"),
        ("2026-11-03", "2026-11-03 09:00", "wait deferred 2026-11-04 00:00"),
        ("2026-11-20", "2026-11-23 09:00", "assign review review_day"),
    ],
)
def test_a_deferral_holds_through_its_last_day(until: str, now: str, expected: str) -> None:
    assert told(decided(now, invoices=(invoice(deferred_until=day(until)),))) == expected


def test_several_unpaid_months_make_one_message_by_the_oldest_ones_run() -> None:
    both = (december(due_date=day("2026-11-02")), invoice())
    leading = decided("2026-11-04 09:00", invoices=both)
    assert isinstance(leading, Send)
    assert leading.months == ("2026-11", "2026-12")
    following = decided("2026-11-04 09:00", invoices=both, run=NEWER)
    assert told(following) == "wait told_with_older for facts"
    assert following.because.as_dict() == {"month": "2026-12", "older": "2026-11"}


def test_of_two_rents_due_on_one_day_one_leads() -> None:
    both = (invoice(), december(due_date=invoice().due_date))
    assert told(decided("2026-11-03 09:00", invoices=both)) == "send not_seen_yet"
    assert told(decided("2026-11-03 09:00", invoices=both, run=NEWER)) == "wait told_with_older for facts"


@pytest.mark.parametrize(
    ("older", "touches", "now", "expected"),
    [
        (invoice(), (REVIEWED,), "2026-11-30 12:00", "wait not_due 2026-12-01 00:00"),
        (invoice(), (REVIEWED,), "2026-12-01 08:59", "wait newly_overdue 2026-12-01 09:00"),
        (invoice(), (REVIEWED,), "2026-12-01 09:00", "assign newly_overdue newly_overdue"),
        (invoice(), (), "2026-12-01 09:00", "wait told_with_older for facts"),
        (invoice(), (touch("review", "2026-12-01 09:00"),), "2026-12-02 09:00", "wait told_with_older for facts"),
        (invoice(remaining=0), (REVIEWED,), "2026-12-02 09:00", "send not_seen_yet"),
        (invoice(disputed=True), (REVIEWED,), "2026-12-02 09:00", "send not_seen_yet"),
    ],
)
def test_after_the_review_each_newly_overdue_rent_is_put_before_a_person(
    older: InvoiceFacts, touches: tuple[Any, ...], now: str, expected: str
) -> None:
    assert told(decided(now, run=NEWER, invoices=(older, december()), touches=touches)) == expected


def test_a_newly_overdue_rent_is_told_of_once_and_only_on_fresh_news() -> None:
    both = (invoice(), december())
    told_once = touch("newly_overdue", "2026-12-01 09:00", StepKind.REVIEW, anchor="INV-2")
    known: dict[str, Any] = {"run": NEWER, "invoices": both}
    again = decided("2026-12-02 09:00", touches=(REVIEWED, told_once), **known)
    assert told(again) == "wait told_with_older for facts"
    in_doubt = decided("2026-12-01 09:00", touches=(REVIEWED,), pending_events=1, **known)
    assert told(in_doubt) == "wait facts_pending 2026-12-01 10:00"


@pytest.mark.parametrize(
    ("newer", "expected"),
    [
        (december(due_date=day("2026-11-05")), "wait told_with_older for facts"),
        (december(due_date=day("2026-11-09")), "assign newly_overdue newly_overdue"),
        (december(due_date=day("2026-11-05"), first_seen=at("2026-11-10 06:00")), "assign newly_overdue newly_overdue"),
        (december(due_date=day("2026-11-05"), deferred_until=day("2026-11-20")), "assign newly_overdue newly_overdue"),
    ],
)
def test_a_rent_that_the_review_could_see_is_not_newly_overdue(newer: InvoiceFacts, expected: str) -> None:
    decision = decided("2026-12-02 09:00", run=NEWER, invoices=(invoice(), newer), touches=(REVIEWED,))
    assert told(decision) == expected


def test_the_review_step_may_have_any_key() -> None:
    renamed = plan("""
        key = "arrears"
        anchor = "due_date"
        class = "arrears"
        stop = "nothing_chaseable"
        [[step]]
        key = "officer"
        kind = "review"
        after = "8 days"
    """)
    assert told(decided("2026-11-09 09:00", renamed)) == "assign officer review_day"
    late = (invoice(first_seen=at("2026-11-20 06:00")),)
    assert told(decided("2026-11-20 09:00", renamed, invoices=late)) == "assign officer late_import"
    reviewed = (touch("officer", "2026-11-09 09:00", StepKind.REVIEW),)
    newly = decided("2026-12-01 09:00", renamed, run=NEWER, invoices=(invoice(), december()), touches=reviewed)
    assert told(newly) == "assign newly_overdue newly_overdue"


def test_when_the_older_rent_is_settled_the_newer_one_begins_a_round_of_its_own_gently() -> None:
    both = (invoice(remaining=0), december())
    old_round = (touch("not_seen_yet", "2026-11-03 09:00"), touch("call", "2026-11-05 09:00", StepKind.CALL), REVIEWED)
    decision = decided("2026-12-02 09:00", run=NEWER, invoices=both, touches=old_round)
    assert isinstance(decision, Send)
    assert (decision.template, decision.gentle, decision.first, decision.months) == (
        "not_seen_yet",
        True,
        True,
        ("2026-12",),
    )
    assert told(decided("2026-12-02 09:00", invoices=both, touches=old_round)) == "stop paid"


@pytest.mark.parametrize(
    ("told_before", "expected"),
    [
        (touch("not_seen_yet", "2026-12-01 09:00"), "wait not_yet 2026-12-03 09:00"),
        (touch("not_seen_yet", "2026-11-30 09:00"), "send not_seen_yet"),
        (touch("not_seen_yet", "2026-12-01 09:00", skipped=True), "send not_seen_yet"),
        (touch("call", "2026-12-01 09:00", StepKind.CALL), "send not_seen_yet"),
        (touch("welcome", "2026-12-01 09:00", sequence="welcome", anchor="start"), "send not_seen_yet"),
    ],
)
def test_the_gap_lies_between_the_messages_of_two_rounds_too(told_before: TouchFacts, expected: str) -> None:
    both = (invoice(remaining=0), december())
    assert told(decided("2026-12-02 09:00", run=NEWER, invoices=both, touches=(told_before,))) == expected


def test_a_bounced_payment_repeats_nothing_of_its_round() -> None:
    now = at("2026-11-03 09:00")
    before = facts(feed=fresh(now))
    sent = decide(before, ARREARS, RULES, now)
    assert isinstance(sent, Send)
    after: Facts = done(before, sent, now)
    bounced = decide(after, ARREARS, RULES, at("2026-11-04 09:00"))
    assert told(bounced) == "wait not_yet 2026-11-05 09:00"


CORRECTED = december(root="INV-1", period="2026-11", due_date=invoice().due_date, as_of=at("2026-11-02 06:00"))


@pytest.mark.parametrize(
    ("replaced", "expected"),
    [
        (invoice(replaced=True, as_of=at("2026-11-01 06:00")), "send not_seen_yet"),
        (invoice(replaced=True, as_of=at("2026-11-02 07:00"), remaining=0), "send not_seen_yet"),
        (invoice(replaced=True, as_of=at("2026-11-02 07:00"), disputed=True), "send not_seen_yet"),
    ],
)
def test_the_invoice_that_replaces_another_speaks_for_both(replaced: InvoiceFacts, expected: str) -> None:
    decision = decided("2026-11-03 09:00", invoices=(replaced, CORRECTED))
    assert told(decision) == expected
    assert isinstance(decision, Send)
    assert decision.months == ("2026-11",)


def test_a_replaced_invoice_owes_nothing_whatever_its_last_snapshot_says() -> None:
    settled = december(root="INV-1", remaining=0)
    left_behind = invoice(replaced=True, as_of=at("2026-11-03 07:00"))
    assert told(decided("2026-11-03 09:00", invoices=(left_behind, settled))) == "stop paid"
    january = invoice("INV-3", period="2027-01", due_date=day("2026-12-30"))
    led = decided(
        "2027-01-05 09:00",
        run=run(anchor="INV-3", anchor_date=january.due_date),
        invoices=(left_behind, settled, january),
    )
    assert told(led) == "send not_seen_yet"


def test_the_round_goes_on_when_its_invoice_is_replaced() -> None:
    sent = (touch("not_seen_yet", "2026-11-03 09:00"),)
    decision = decided("2026-11-04 09:00", invoices=(invoice(replaced=True), CORRECTED), touches=sent)
    assert told(decision) == "wait not_yet 2026-11-05 09:00"
    assert passed_over(decision) == []
    assert decision.because.code is ReasonCode.NOT_YET
