"""The sequences that are not about a late rent: their own stop rules, the same hours, caps, holds and recipients."""

from typing import Any

import pytest

from app.policy.because import because
from app.policy.decision import Decision, Send
from app.policy.facts import FeedFacts
from app.vocabulary import BlockKind, Channel, MessageClass, ReasonCode, StepKind
from tests.support.facts import (
    THANKS,
    WELCOME,
    day,
    december,
    decided,
    email,
    holder,
    invoice,
    passed_over,
    run,
    sms,
    told,
    touch,
)

STARTED = run("welcome", "start", day("2026-11-02"))
BOTH = (holder(points=(sms(), email())),)
SAID = touch("welcome", "2026-11-03 09:00", sequence="welcome", anchor="start")


def welcomed(now: str, **changes: Any) -> Decision:
    known: dict[str, Any] = {"run": STARTED, "invoices": (), "holders": BOTH}
    return decided(now, WELCOME, **(known | changes))


@pytest.mark.parametrize(
    ("now", "changes", "expected"),
    [
        ("2026-11-01 12:00", {}, "wait not_yet 2026-11-03 09:00"),
        ("2026-11-03 08:59", {}, "wait outside_hours 2026-11-03 09:00"),
        ("2026-11-03 09:00", {}, "send welcome"),
        ("2026-11-03 09:01", {"touches": (SAID,)}, "wait not_yet 2026-11-06 09:00"),
        ("2026-11-06 09:00", {"touches": (SAID,)}, "send how_it_works"),
        ("2026-11-03 09:00", {"ended_on": day("2026-11-02")}, "stop tenancy_ended"),
        ("2026-11-03 09:00", {"invoices": (invoice(),)}, "wait not_yet 2026-11-06 09:00"),
        ("2026-11-03 09:00", {"invoices": (december(),)}, "send welcome"),
        ("2026-11-03 09:00", {"pending_events": 1, "feed": FeedFacts()}, "send welcome"),
        ("2026-11-03 09:00", {"claims": {"tenant:P-1": (day("2026-11-03"),)}}, "wait cap_day 2026-11-04 09:00"),
        ("2026-11-03 09:00", {"paused": True}, "wait paused 2026-11-03 10:00"),
        ("2026-11-03 09:00", {"surge": True}, "wait surge 2026-11-03 10:00"),
        ("2026-11-03 09:00", {"home": False}, "assign review not_a_home"),
        ("2026-11-03 09:00", {"holders": (holder(protected_identity=True),)}, "assign review protected_identity"),
        ("2026-11-03 09:00", {"holders": (holder(points=()),)}, "assign welcome no_way_to_reach"),
        ("2027-11-03 09:00", {}, "stop completed"),
    ],
)
def test_the_welcome(now: str, changes: dict[str, Any], expected: str) -> None:
    assert told(welcomed(now, **changes)) == expected


def test_what_a_welcome_says_of_itself() -> None:
    decision = welcomed("2026-11-03 09:00")
    assert isinstance(decision, Send)
    assert (decision.message_class, decision.months) == (MessageClass.INFORMATION, ())
    assert decision.because == because(ReasonCode.WELCOME, name="Amina", step="welcome")
    assert decision.recipient.channel is Channel.SMS


def test_rules_and_consequences_go_by_email_only() -> None:
    by_email = welcomed("2026-11-06 09:00", touches=(SAID,))
    assert isinstance(by_email, Send)
    assert by_email.recipient.channel is Channel.EMAIL
    without = welcomed("2026-11-06 09:00", touches=(SAID,), holders=(holder(),))
    assert told(without) == "stop completed"
    assert passed_over(without) == [("how_it_works", ReasonCode.CONDITION_NOT_MET)]


def test_an_old_tenancy_is_not_welcomed_and_the_log_says_why() -> None:
    decision = welcomed("2027-11-03 09:00")
    assert passed_over(decision) == [
        ("welcome", ReasonCode.UNTIL_PASSED),
        ("how_it_works", ReasonCode.UNTIL_PASSED),
    ]


def test_a_protected_tenant_is_welcomed_by_a_person_once() -> None:
    asked = touch("review", "2026-11-03 09:00", StepKind.REVIEW, sequence="welcome", anchor="start")
    again = welcomed("2026-11-04 09:00", touches=(asked,), holders=(holder(protected_identity=True),))
    assert told(again) == "wait protected_identity for facts"


SEEN = run("thanks", "INV-1", day("2026-11-04"))
PAID = invoice(remaining=0, paid_on=day("2026-11-02"))


def thanked(now: str, **changes: Any) -> Decision:
    known: dict[str, Any] = {"run": SEEN, "invoices": (PAID,), "last_arrears_sent_on": day("2026-11-03")}
    return decided(now, THANKS, **(known | changes))


@pytest.mark.parametrize(
    ("paid_on", "sent_on", "expected"),
    [
        ("2026-11-02", "2026-11-03", "send thanks"),
        ("2026-11-03", "2026-11-03", "send thanks"),
        ("2026-11-04", "2026-11-03", "stop not_crossed"),
        (None, "2026-11-03", "stop not_crossed"),
        ("2026-11-02", None, "stop not_crossed"),
        ("2026-10-20", "2026-10-05", "stop not_crossed"),
        ("2026-10-05", "2026-10-05", "stop not_crossed"),
    ],
)
def test_thanks_go_out_only_when_the_payment_was_on_its_way_as_we_wrote(
    paid_on: str | None, sent_on: str | None, expected: str
) -> None:
    """The last two: our message was about an earlier month, and this rent was not late at all."""
    paid = invoice(remaining=0, paid_on=day(paid_on) if paid_on else None)
    sent = day(sent_on) if sent_on else None
    assert told(thanked("2026-11-04 10:00", invoices=(paid,), last_arrears_sent_on=sent)) == expected


@pytest.mark.parametrize(
    ("now", "changes", "expected"),
    [
        ("2026-11-04 20:00", {}, "wait outside_hours 2026-11-05 09:00"),
        ("2026-11-06 17:59", {}, "send thanks"),
        ("2026-11-06 18:00", {}, "wait outside_hours 2026-11-09 09:00"),
        ("2026-11-09 09:00", {}, "stop completed"),
        ("2026-11-04 10:00", {"invoices": (invoice(),)}, "stop unpaid_again"),
        ("2026-11-04 10:00", {"invoices": ()}, "stop unpaid_again"),
        ("2026-12-02 10:00", {"invoices": (PAID, december())}, "stop still_owes"),
        ("2026-11-04 10:00", {"invoices": (PAID, december())}, "send thanks"),
        ("2026-11-04 10:00", {"invoices": (PAID, december(due_date=day("2026-11-03")))}, "stop still_owes"),
        ("2026-11-04 10:00", {"claims": {"tenant:P-1": (day("2026-11-04"),)}}, "wait cap_day 2026-11-05 09:00"),
        ("2026-11-04 10:00", {"paused": True}, "wait paused 2026-11-04 11:00"),
        ("2026-11-04 10:00", {"pending_events": 1, "feed": FeedFacts()}, "send thanks"),
        ("2026-11-04 10:00", {"holders": (holder(protected_identity=True),)}, "wait protected_identity for facts"),
        ("2026-11-04 10:00", {"holders": (holder(points=(sms(blocked=BlockKind.OPT_OUT),)),)}, "stop point_blocked"),
        ("2026-11-04 10:00", {"ended_on": day("2026-11-03")}, "stop tenancy_ended"),
        ("2026-11-04 10:00", {"touches": (touch("thanks", "2026-11-04 10:00", sequence="thanks"),)}, "stop completed"),
    ],
)
def test_thanks_obey_what_every_message_obeys_and_in_doubt_there_is_silence(
    now: str, changes: dict[str, Any], expected: str
) -> None:
    assert told(thanked(now, **changes)) == expected


def test_thanks_that_came_too_late_are_not_sent_and_the_log_says_why() -> None:
    decision = thanked("2026-11-09 09:00")
    assert [skip.because for skip in decision.skipped] == [
        because(ReasonCode.UNTIL_PASSED, step="thanks", day=day("2026-11-06"))
    ]


def test_what_thanks_say_of_themselves() -> None:
    decision = thanked("2026-11-04 10:00")
    assert isinstance(decision, Send)
    assert (decision.message_class, decision.months) == (MessageClass.INFORMATION, ("2026-11",))
    assert decision.because.code is ReasonCode.PAYMENT_CROSSED
