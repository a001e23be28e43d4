"""Which step comes when: a gap apart, the gentle one first, and after a standstill only what still fits."""

from typing import Any

import pytest

from app.policy.facts import CallAttempt, TouchFacts
from app.policy.sequence_file import Sequence
from app.vocabulary import PaymentMethod, ReasonCode, StepKind
from tests.support.facts import (
    at,
    call_at,
    day,
    december,
    decided,
    holder,
    invoice,
    passed_over,
    plan,
    sms,
    told,
    touch,
)

GENTLE = touch("not_seen_yet", "2026-11-03 09:00")
CALL = touch("call", "2026-11-05 09:00", StepKind.CALL, task_open=True)
HEAD = 'key = "arrears"\nanchor = "due_date"\nclass = "arrears"\nstop = "nothing_chaseable"\n'


def steps(*lines: str, gap: str = "2 bank days") -> Sequence:
    """A plan for late rents: one line a step, fields separated by `|`."""
    bodies = ("\n".join(["[[step]]", *line.split("|")]) for line in lines)
    return plan(HEAD + f'gap = "{gap}"\n' + "\n".join(bodies))


MESSAGE = 'key="first"|kind="message"|template="not_seen_yet"|gentle=true|after="2 days"|until="3 days"'
SECOND = 'key="second"|kind="message"|template="still_missing"|after="3 days"|until="6 days"'
THIRD = 'key="third"|kind="message"|template="may_we_meet"|after="4 days"|until="6 days"'
VISIT = 'key="visit"|kind="visit"|after="5 days"|until="5 days"'
REVIEW = 'key="review"|kind="review"|after="12 days"'


@pytest.mark.parametrize(
    ("now", "touches", "expected"),
    [
        ("2026-10-31 12:00", (), "wait not_yet 2026-11-03 09:00"),
        ("2026-11-02 17:59", (), "wait not_yet 2026-11-03 09:00"),
        ("2026-11-03 09:00", (), "send not_seen_yet"),
        ("2026-11-03 09:01", (GENTLE,), "wait not_yet 2026-11-05 09:00"),
        ("2026-11-04 23:00", (GENTLE,), "wait not_yet 2026-11-05 09:00"),
        ("2026-11-05 09:00", (GENTLE,), "assign call call_due"),
        ("2026-11-05 09:01", (GENTLE, CALL), "wait not_yet 2026-11-09 09:00"),
        ("2026-11-09 08:59", (GENTLE, CALL), "wait outside_hours 2026-11-09 09:00"),
        ("2026-11-09 09:00", (GENTLE, CALL), "assign review review_day"),
        ("2026-11-09 09:00", (GENTLE, CALL, touch("review", "2026-11-09 09:00")), "wait person_has_it for facts"),
        ("2027-03-01 09:00", (GENTLE, CALL, touch("review", "2026-11-09 09:00")), "wait person_has_it for facts"),
    ],
)
def test_the_shipped_plan_step_by_step(now: str, touches: tuple[TouchFacts, ...], expected: str) -> None:
    assert told(decided(now, touches=touches)) == expected


@pytest.mark.parametrize(
    ("sent", "call_day"),
    [
        ("2026-11-03 09:00", "wait not_yet 2026-11-05 09:00"),
        ("2026-11-03 17:59", "wait not_yet 2026-11-05 09:00"),
        ("2026-11-04 10:00", "wait not_yet 2026-11-06 09:00"),
        ("2026-11-05 10:00", "wait not_yet 2026-11-09 09:00"),
    ],
)
def test_a_gap_lies_between_steps_counted_from_when_the_one_before_was_sent(sent: str, call_day: str) -> None:
    decision = decided(sent, touches=(touch("not_seen_yet", sent),))
    assert told(decision) == call_day


def test_a_step_that_was_passed_over_makes_no_gap() -> None:
    skipped = touch("call", "2026-11-05 09:00", StepKind.CALL, skipped=True)
    plan_of_two = steps(
        MESSAGE, 'key="call"|kind="call"|after="3 days"', 'key="visit"|kind="visit"|after="6 days"', REVIEW
    )
    touches = (touch("first", "2026-11-03 09:00", gentle=True), skipped)
    assert told(decided("2026-11-05 09:00", plan_of_two, touches=touches)) == "assign visit call_due"


CATCH_UP = steps(MESSAGE, SECOND, THIRD, VISIT, REVIEW, gap="0 days")
FIRST_SENT = touch("first", "2026-11-02 09:00", gentle=True)


@pytest.mark.parametrize(
    ("now", "touches", "expected", "skips"),
    [
        ("2026-11-02 09:00", (), "send not_seen_yet", []),
        ("2026-11-06 09:00", (), "send not_seen_yet", []),
        ("2026-11-10 09:00", (), "send not_seen_yet", []),
        ("2026-11-10 17:59", (), "send not_seen_yet", []),
        (
            "2026-11-11 09:00",
            (),
            "assign review review_day",
            ["first review_day", "second review_day", "third review_day", "visit review_day"],
        ),
        ("2026-11-03 09:00", (FIRST_SENT,), "send may_we_meet", ["second later_step_due"]),
        ("2026-11-04 09:00", (FIRST_SENT,), "assign visit call_due", ["second later_step_due", "third later_step_due"]),
        ("2026-11-05 09:00", (FIRST_SENT,), "send may_we_meet", ["visit until_passed", "second later_step_due"]),
        (
            "2026-11-06 09:00",
            (FIRST_SENT,),
            "wait not_yet 2026-11-11 09:00",
            ["second until_passed", "third until_passed", "visit until_passed"],
        ),
        (
            "2026-11-12 09:00",
            (FIRST_SENT,),
            "assign review review_day",
            ["second review_day", "third review_day", "visit review_day"],
        ),
    ],
)
def test_after_a_standstill(now: str, touches: tuple[TouchFacts, ...], expected: str, skips: list[str]) -> None:
    """Gentle first whatever its `until`; from the review day on the review; else the latest step still in its time."""
    decision = decided(now, CATCH_UP, touches=touches)
    assert told(decision) == expected
    assert [f"{step} {code}" for step, code in passed_over(decision)] == skips


def test_a_skip_is_told_with_its_day_and_what_came_instead() -> None:
    decision = decided("2026-11-05 09:00", CATCH_UP, touches=(FIRST_SENT,))
    assert [skip.because.as_dict() for skip in decision.skipped] == [
        {"step": "visit", "day": "2026-11-04"},
        {"step": "second", "instead": "third"},
    ]


def test_never_a_sterner_step_before_the_gentle_one_even_when_its_day_comes_first() -> None:
    early_call = steps('key="call"|kind="call"|after="1 day"', MESSAGE.replace("2 days", "5 days"), REVIEW)
    assert told(decided("2026-11-02 09:00", early_call)) == "wait not_yet 2026-11-04 09:00"
    assert told(decided("2026-11-04 09:00", early_call)) == "send not_seen_yet"


def test_waiting_for_the_gentle_message_never_outlasts_the_review() -> None:
    due = invoice(due_date=day("2026-12-30"), payment_method=PaymentMethod.AUTOGIRO)
    assert told(decided("2027-01-05 09:00", invoices=(due,))) == "wait not_yet 2027-01-07 09:00"
    assert told(decided("2027-01-07 09:00", invoices=(due,))) == "assign review review_day"


def test_a_newly_published_step_before_the_latest_done_one_is_passed_over() -> None:
    published = steps(MESSAGE, SECOND, THIRD, REVIEW)
    decision = decided("2026-11-06 09:00", published, touches=(FIRST_SENT, touch("third", "2026-11-04 09:00")))
    assert told(decision) == "wait not_yet 2026-11-11 09:00"
    assert passed_over(decision) == [("second", ReasonCode.BEFORE_DONE_STEP)]


@pytest.mark.parametrize(
    ("method", "tenancy_method", "now", "expected"),
    [
        ("autogiro", None, "2026-11-03 09:00", "wait autogiro_shift 2026-11-05 09:00"),
        ("autogiro", None, "2026-11-05 09:00", "send not_seen_yet"),
        (None, "autogiro", "2026-11-03 09:00", "wait autogiro_shift 2026-11-05 09:00"),
        ("invoice", "autogiro", "2026-11-03 09:00", "send not_seen_yet"),
        ("e_invoice", None, "2026-11-03 09:00", "send not_seen_yet"),
        ("autogiro", None, "2026-11-09 09:00", "assign review review_day"),
    ],
)
def test_autogiro_shifts_every_step_but_the_review(
    method: str | None, tenancy_method: str | None, now: str, expected: str
) -> None:
    known: dict[str, Any] = {
        "invoices": (invoice(payment_method=PaymentMethod(method) if method else None),),
        "payment_method": PaymentMethod(tenancy_method) if tenancy_method else None,
    }
    assert told(decided(now, **known)) == expected


def test_autogiro_shifts_the_last_day_of_a_step_too() -> None:
    touches = (FIRST_SENT,)
    by_autogiro = (invoice(payment_method=PaymentMethod.AUTOGIRO),)
    assert told(decided("2026-11-06 09:00", CATCH_UP, touches=touches, invoices=by_autogiro)) == "assign visit call_due"
    assert "until_passed" in str(decided("2026-11-09 09:00", CATCH_UP, touches=touches, invoices=by_autogiro).skipped)


@pytest.mark.parametrize(
    ("remaining", "template", "code"),
    [
        (845_000, "not_seen_yet", ReasonCode.RENT_NOT_SEEN),
        (844_999, "part_missing", ReasonCode.PART_MISSING),
        (10_000, "part_missing", ReasonCode.PART_MISSING),
    ],
)
def test_when_something_is_paid_but_not_all_the_message_says_so(
    remaining: int, template: str, code: ReasonCode
) -> None:
    decision = decided("2026-11-03 09:00", invoices=(invoice(remaining=remaining),))
    assert told(decision) == f"send {template}"
    assert decision.because.code is code


def test_a_part_payment_of_a_rent_that_is_not_late_yet_changes_nothing() -> None:
    ahead = december(remaining=1)
    assert told(decided("2026-11-03 09:00", invoices=(invoice(), ahead))) == "send not_seen_yet"


@pytest.mark.parametrize(
    ("attempts", "expected"),
    [
        ((), "wait not_yet 2026-11-09 09:00"),
        ((call_at("2026-11-05 10:00"),), "wait not_yet 2026-11-09 09:00"),
        ((call_at("2026-11-05 10:00"), call_at("2026-11-06 10:00")), "send still_missing"),
        ((call_at("2026-11-05 10:00"), call_at("2026-11-06 10:00", reached=True)), "wait not_yet 2026-11-09 09:00"),
        (
            (call_at("2026-11-05 10:00"), CallAttempt("call", "INV-0", at("2026-11-06 10:00"), reached=False)),
            "wait not_yet 2026-11-09 09:00",
        ),
        (
            (call_at("2026-11-05 10:00"), CallAttempt("visit", "INV-1", at("2026-11-06 10:00"), reached=False)),
            "wait not_yet 2026-11-09 09:00",
        ),
    ],
)
def test_a_message_follows_the_last_unanswered_attempt_and_not_the_first(
    attempts: tuple[CallAttempt, ...], expected: str
) -> None:
    decision = decided("2026-11-06 10:30", touches=(GENTLE, CALL), call_attempts=attempts)
    assert told(decision) == expected
    if expected.startswith("send"):
        assert decision.because.code is ReasonCode.NOT_REACHED


TWICE = (call_at("2026-11-05 10:00"), call_at("2026-11-06 10:00"))
WRITTEN = touch("call.not_reached", "2026-11-06 10:30")


@pytest.mark.parametrize(
    ("now", "changes", "expected"),
    [
        ("2026-11-06 10:31", {"touches": (GENTLE, CALL, WRITTEN)}, "wait not_yet 2026-11-09 09:00"),
        (
            "2026-11-06 10:30",
            {"touches": (GENTLE, CALL), "answered_at": (at("2026-11-06 08:00"),)},
            "wait not_yet 2026-11-09 09:00",
        ),
        ("2026-11-09 09:00", {"touches": (GENTLE, CALL)}, "assign review review_day"),
        (
            "2026-11-09 10:00",
            {"touches": (GENTLE, CALL, touch("review", "2026-11-09 09:00"))},
            "wait person_has_it for facts",
        ),
        ("2026-11-06 10:30", {"touches": (CALL,)}, "assign call.not_reached review_day"),
        (
            "2026-11-06 10:30",
            {"touches": (GENTLE, CALL), "holders": (holder(points=()),)},
            "assign call.not_reached no_way_to_reach",
        ),
    ],
)
def test_that_message_is_sent_once_and_not_to_one_who_answered_or_after_the_review(
    now: str, changes: dict[str, Any], expected: str
) -> None:
    assert told(decided(now, call_attempts=TWICE, **changes)) == expected


@pytest.mark.parametrize(
    ("answered", "expected"),
    [
        ("2026-10-29 12:00", "assign call call_due"),
        ("2026-10-30 08:00", "wait not_yet 2026-11-09 09:00"),
        ("2026-11-04 20:00", "wait not_yet 2026-11-09 09:00"),
    ],
)
def test_who_has_answered_since_the_due_date_is_not_called_again(answered: str, expected: str) -> None:
    decision = decided("2026-11-05 09:00", touches=(GENTLE,), answered_at=(at(answered),))
    assert told(decision) == expected
    skips = [] if expected.startswith("assign") else [("call", ReasonCode.CONDITION_NOT_MET)]
    assert passed_over(decision) == skips


def test_of_two_gentle_messages_the_one_whose_conditions_hold_is_sent() -> None:
    by_channel = steps(
        MESSAGE + '|when=["has_email"]',
        MESSAGE.replace("first", "other").replace("not_seen_yet", "part_missing"),
        REVIEW,
    )
    decision = decided("2026-11-03 09:00", by_channel, holders=(holder(points=(sms(),)),))
    assert told(decision) == "send part_missing"


def test_a_stern_message_that_no_gentle_one_could_precede_becomes_a_persons() -> None:
    only_by_email = steps(MESSAGE + '|when=["has_email"]', SECOND, REVIEW)
    decision = decided("2026-11-02 09:00", only_by_email)
    assert told(decision) == "assign second review_day"
    assert passed_over(decision) == [("first", ReasonCode.CONDITION_NOT_MET)]
