"""The table of holds: what each blocks, until when, and what follows. The review is never blocked."""

from datetime import timedelta
from typing import Any

import pytest

from app.policy.facts import HoldFacts
from app.policy.holds import BLOCKS
from app.policy.sequence_file import Sequence
from app.vocabulary import HoldKind, ReasonCode, StepKind
from tests.support.facts import (
    ARREARS,
    THANKS,
    WELCOME,
    at,
    day,
    december,
    decided,
    hold,
    invoice,
    plan,
    run,
    told,
    touch,
)

GENTLE = touch("not_seen_yet", "2026-11-03 09:00")
EVERY = [
    (HoldKind.CRISIS, None),
    (HoldKind.THREAT, None),
    (HoldKind.STAFF, "2026-11-20 00:00"),
    (HoldKind.UNREAD_REPLY, None),
    (HoldKind.CALLBACK, None),
    (HoldKind.SAYS_PAID, "2026-11-06 00:00"),
    (HoldKind.PROMISE, "2026-11-12 00:00"),
]


def calling(kind: str) -> Sequence:
    """The arrears plan with a visit or a letter in place of the call."""
    return plan(f"""
        key = "arrears"
        anchor = "due_date"
        class = "arrears"
        stop = "nothing_chaseable"
        [[step]]
        key = "not_seen_yet"
        kind = "message"
        after = "2 bank days"
        template = "not_seen_yet"
        gentle = true
        [[step]]
        key = "{kind}"
        kind = "{kind}"
        after = "4 days"
        [[step]]
        key = "review"
        kind = "review"
        after = "8 days"
    """)


@pytest.mark.parametrize(
    ("kind", "until", "expected"),
    [
        (HoldKind.CRISIS, None, "wait hold_crisis 2026-11-04 09:00"),
        (HoldKind.THREAT, None, "wait hold_threat 2026-11-04 09:00"),
        (HoldKind.STAFF, "2026-11-04 12:00", "wait hold_staff 2026-11-04 12:00"),
        (HoldKind.STAFF, "2026-11-20 00:00", "wait hold_staff 2026-11-09 09:00"),
        (HoldKind.STAFF, None, "wait hold_staff 2026-11-04 09:00"),
        (HoldKind.UNREAD_REPLY, None, "wait hold_unread_reply 2026-11-04 09:00"),
        (HoldKind.CALLBACK, None, "wait hold_callback 2026-11-04 09:00"),
        (HoldKind.SAYS_PAID, "2026-11-06 00:00", "wait hold_says_paid 2026-11-06 00:00"),
        (HoldKind.PROMISE, "2026-11-12 00:00", "wait hold_promise 2026-11-09 09:00"),
    ],
)
def test_every_hold_blocks_messages(kind: HoldKind, until: str | None, expected: str) -> None:
    held = (hold(kind, "2026-11-02 12:00", until),)
    assert told(decided("2026-11-03 09:00", holds=held)) == expected


@pytest.mark.parametrize(
    ("kind", "blocked"),
    [
        (HoldKind.CRISIS, {"call", "visit", "letter"}),
        (HoldKind.THREAT, {"call", "visit", "letter"}),
        (HoldKind.STAFF, {"call", "visit", "letter"}),
        (HoldKind.UNREAD_REPLY, set()),
        (HoldKind.CALLBACK, set()),
        (HoldKind.SAYS_PAID, set()),
        (HoldKind.PROMISE, {"call"}),
    ],
)
@pytest.mark.parametrize("task", ["call", "visit", "letter"])
def test_some_holds_block_tasks(kind: HoldKind, blocked: set[str], task: str) -> None:
    held = (hold(kind, "2026-11-04 12:00", dict(EVERY)[kind]),)
    decision = told(decided("2026-11-05 09:00", calling(task), touches=(GENTLE,), holds=held))
    if task in blocked:
        assert decision.startswith(f"wait hold_{kind}"), decision
    else:
        assert decision == f"assign {task} call_due"


def test_the_review_is_in_no_hold_and_every_hold_is_in_the_table() -> None:
    assert set(BLOCKS) == set(HoldKind)
    assert all(StepKind.REVIEW not in blocked for blocked in BLOCKS.values())


@pytest.mark.parametrize(("kind", "until"), [*EVERY, (HoldKind.STAFF, None)])
def test_no_hold_blocks_the_review(kind: HoldKind, until: str | None) -> None:
    since = "2026-11-07 12:00" if until is None else "2026-11-04 12:00"
    kept = until if until is None or until > "2026-11-09" else "2026-11-11 00:00"
    decision = decided("2026-11-09 09:00", holds=(hold(kind, since, kept),))
    assert told(decision) == "assign review review_day"


@pytest.mark.parametrize(
    ("kind", "until", "now", "expected"),
    [
        (HoldKind.STAFF, "2026-11-04 12:00", "2026-11-04 11:59", "wait hold_staff 2026-11-04 12:00"),
        (HoldKind.STAFF, "2026-11-04 12:00", "2026-11-04 12:00", "send not_seen_yet"),
        (HoldKind.STAFF, "2026-11-05 00:00", "2026-11-05 00:00", "wait outside_hours 2026-11-05 09:00"),
        (HoldKind.SAYS_PAID, "2026-11-06 00:00", "2026-11-06 00:00", "wait says_paid_lapsed 2026-11-06 09:00"),
        (HoldKind.SAYS_PAID, "2026-11-06 00:00", "2026-11-06 09:00", "assign hold:says_paid says_paid_lapsed"),
        (HoldKind.PROMISE, "2026-11-05 00:00", "2026-11-05 09:00", "assign hold:promise promise_lapsed"),
        (HoldKind.PROMISE, "2026-11-05 00:00", "2026-11-09 09:00", "assign hold:promise promise_lapsed"),
    ],
)
def test_what_follows_a_hold_that_ends(kind: HoldKind, until: str, now: str, expected: str) -> None:
    assert told(decided(now, holds=(hold(kind, "2026-11-02 12:00", until),))) == expected


@pytest.mark.parametrize(("kind", "code"), [("says_paid", "says_paid_lapsed"), ("promise", "promise_lapsed")])
def test_after_the_tenants_word_a_person_looks_and_not_the_next_step(kind: str, code: str) -> None:
    lapsed = (hold(HoldKind(kind), "2026-11-02 12:00", "2026-11-04 00:00"),)
    looking = touch(f"hold:{kind}", "2026-11-04 09:00", StepKind.REVIEW, task_open=True)
    looked = touch(f"hold:{kind}", "2026-11-04 09:00", StepKind.REVIEW)
    assert told(decided("2026-11-04 09:00", holds=lapsed)) == f"assign hold:{kind} {code}"
    assert told(decided("2026-11-06 09:00", holds=lapsed, touches=(looking,))) == "wait person_has_it 2026-11-09 09:00"
    assert told(decided("2026-11-09 09:00", holds=lapsed, touches=(looking,))) == "assign review review_day"
    assert told(decided("2026-11-06 09:00", holds=lapsed, touches=(looked,))) == "send not_seen_yet"


@pytest.mark.parametrize(
    ("since", "task"),
    [
        ("2026-11-02 12:00", "2026-11-04 09:00"),
        ("2026-11-05 12:00", "2026-11-09 09:00"),
        ("2026-12-22 12:00", "2026-12-28 09:00"),
        ("2026-12-30 12:00", "2027-01-05 09:00"),
    ],
)
@pytest.mark.parametrize("kind", [kind for kind, until in EVERY if until is None] + [HoldKind.STAFF])
def test_a_hold_without_an_end_is_put_before_a_person_after_two_bank_days(
    kind: HoldKind, since: str, task: str
) -> None:
    due = day(since[:10])
    held: dict[str, Any] = {"holds": (hold(kind, since),), "invoices": (invoice(due_date=due),)}
    the_day_after = due + timedelta(days=1)
    assert told(decided(f"{the_day_after} 12:00", **held)) == f"wait hold_{kind} {task}"
    assert told(decided(task, **held)) == f"assign hold:{kind} hold_without_end"
    asked = (touch(f"hold:{kind}", task, StepKind.REVIEW, task_open=True),)
    assert "hold_without_end" not in told(decided(task, touches=asked, **held))


def test_the_task_about_a_hold_is_given_once_and_not_once_a_round() -> None:
    held: dict[str, Any] = {"holds": (hold(HoldKind.UNREAD_REPLY, "2026-11-02 12:00"),)}
    asked = (touch("hold:unread_reply", "2026-11-04 09:00", StepKind.REVIEW),)
    next_round: dict[str, Any] = {"run": run(anchor="INV-2", anchor_date=day("2026-11-30")), "invoices": (december(),)}
    assert (
        told(decided("2026-12-02 09:00", touches=asked, **held, **next_round))
        == "wait hold_unread_reply 2026-12-08 09:00"
    )
    welcome: dict[str, Any] = {"run": run("welcome", "start", day("2026-11-02")), "invoices": ()}
    assert (
        told(decided("2026-11-05 09:00", WELCOME, touches=asked, **held, **welcome))
        == "wait hold_unread_reply for facts"
    )


def test_a_reply_to_the_welcome_is_put_before_a_person_as_well() -> None:
    welcome: dict[str, Any] = {"run": run("welcome", "start", day("2026-11-02")), "invoices": ()}
    welcome["holds"] = (hold(HoldKind.UNREAD_REPLY, "2026-11-03 12:00"),)
    assert told(decided("2026-11-04 09:00", WELCOME, **welcome)) == "wait hold_unread_reply 2026-11-05 09:00"
    assert told(decided("2026-11-05 09:00", WELCOME, **welcome)) == "assign hold:unread_reply hold_without_end"


@pytest.mark.parametrize(("kind", "until"), EVERY)
@pytest.mark.parametrize("sequence", [WELCOME, THANKS])
def test_a_word_on_a_payment_holds_reminders_only(kind: HoldKind, until: str | None, sequence: Sequence) -> None:
    held = (hold(kind, "2026-11-03 12:00", until),)
    paid = invoice(remaining=0, paid_on=day("2026-11-02"))
    anchors = {
        "welcome": run("welcome", "start", day("2026-11-02")),
        "thanks": run("thanks", "INV-1", day("2026-11-03")),
    }
    decision = told(
        decided(
            "2026-11-04 09:00", sequence, run=anchors[sequence.key], invoices=(paid,), holds=held,
            last_arrears_sent_on=day("2026-11-03"),
        )
    )  # fmt: skip
    passes = kind in {HoldKind.SAYS_PAID, HoldKind.PROMISE}
    assert decision.startswith("send" if passes else f"wait hold_{kind}"), decision


@pytest.mark.parametrize(
    ("kinds", "speaks"),
    [
        ([HoldKind.STAFF, HoldKind.CRISIS], ReasonCode.HOLD_CRISIS),
        ([HoldKind.PROMISE, HoldKind.CALLBACK], ReasonCode.HOLD_CALLBACK),
        ([HoldKind.SAYS_PAID, HoldKind.STAFF, HoldKind.UNREAD_REPLY], ReasonCode.HOLD_STAFF),
        ([HoldKind.THREAT, HoldKind.CRISIS], ReasonCode.HOLD_CRISIS),
    ],
)
def test_the_gravest_hold_speaks(kinds: list[HoldKind], speaks: ReasonCode) -> None:
    held = tuple(hold(kind, "2026-11-02 12:00", "2026-11-20 00:00") for kind in kinds)
    assert decided("2026-11-03 09:00", holds=held).because.code is speaks


def test_a_hold_that_blocks_calls_does_not_keep_messages_when_it_has_ended() -> None:
    over = hold(HoldKind.STAFF, "2026-10-31 12:00", "2026-11-02 00:00")
    now_on = hold(HoldKind.CALLBACK, "2026-11-04 12:00")
    assert told(decided("2026-11-05 09:00", touches=(GENTLE,), holds=(over, now_on))) == "assign call call_due"


def test_the_reason_names_who_asked_and_when() -> None:
    asked = HoldFacts(id="callback7", kind=HoldKind.CALLBACK, since=at("2026-11-02 20:00"), name="Farid")
    values = decided("2026-11-03 09:00", holds=(asked,)).because.as_dict()
    assert values == {"name": "Farid", "day": "2026-11-02"}
    noted = hold(HoldKind.STAFF, "2026-11-02 12:00", "2026-11-05 00:00", note="talks with Sara")
    values = decided("2026-11-03 09:00", holds=(noted,)).because.as_dict()
    assert values == {"name": "Amina", "day": "2026-11-02", "until": "2026-11-05", "note": "talks with Sara"}


def test_a_held_gentle_message_is_not_overtaken_by_the_call() -> None:
    held = (hold(HoldKind.CALLBACK, "2026-11-04 12:00"),)
    assert told(decided("2026-11-05 09:00", ARREARS, holds=held)) == "wait hold_callback 2026-11-06 09:00"
