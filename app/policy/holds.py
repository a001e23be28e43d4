"""Which hold speaks: what each blocks, when it ends, and what follows. The table of 4-decisions.md."""

from datetime import date, datetime
from typing import Final

from app.policy.because import Because, because
from app.policy.decision import Assign, Wait
from app.policy.facts import HoldFacts
from app.policy.look import Look
from app.policy.next_step import Next
from app.vocabulary import HoldKind, ReasonCode, StepKind

_ALL: Final = frozenset(StepKind) - {StepKind.REVIEW}
_MESSAGES: Final = frozenset({StepKind.MESSAGE})

BLOCKS: Final[dict[HoldKind, frozenset[StepKind]]] = {
    HoldKind.CRISIS: _ALL,
    HoldKind.THREAT: _ALL,
    HoldKind.STAFF: _ALL,
    HoldKind.UNREAD_REPLY: _MESSAGES,
    HoldKind.CALLBACK: _MESSAGES,
    HoldKind.SAYS_PAID: _MESSAGES,
    HoldKind.PROMISE: frozenset({StepKind.MESSAGE, StepKind.CALL}),
}
"""The gravest first. A hold never blocks the review step."""

_REASONS: Final[dict[HoldKind, ReasonCode]] = {
    HoldKind.CRISIS: ReasonCode.HOLD_CRISIS,
    HoldKind.THREAT: ReasonCode.HOLD_THREAT,
    HoldKind.STAFF: ReasonCode.HOLD_STAFF,
    HoldKind.UNREAD_REPLY: ReasonCode.HOLD_UNREAD_REPLY,
    HoldKind.CALLBACK: ReasonCode.HOLD_CALLBACK,
    HoldKind.SAYS_PAID: ReasonCode.HOLD_SAYS_PAID,
    HoldKind.PROMISE: ReasonCode.HOLD_PROMISE,
}

_LAPSED: Final = {HoldKind.SAYS_PAID: ReasonCode.SAYS_PAID_LAPSED, HoldKind.PROMISE: ReasonCode.PROMISE_LAPSED}
"""Holds on the tenant's word: when the day has passed and the rent has not come, a person looks, not the next step."""

UNENDED_TASK_AFTER: Final = 2
"""Bank days after which a hold without an end is put before a person."""


def in_force(hold: HoldFacts, now: datetime) -> bool:
    return hold.until is None or hold.until > now


def decide_holds(look: Look, upcoming: Next) -> Assign | Wait | None:
    """What the holds say about the upcoming step; None when they let it pass."""
    lapsed = _lapsed(look) if look.sequence.is_arrears else None
    assigned = lapsed or _without_end(look)
    if assigned is not None:
        return assigned
    if upcoming.step is None or upcoming.step.kind is StepKind.REVIEW:
        return None
    blocking = [h for h in _concerning(look) if in_force(h, look.now) and upcoming.step.kind in BLOCKS[h.kind]]
    if not blocking:
        return None
    hold = min(blocking, key=lambda h: (list(BLOCKS).index(h.kind), h.since))
    return Wait(
        until=look.sooner(_next_look(look, hold)),
        because=_reason(look, hold, _REASONS[hold.kind]),
        step=upcoming.step.key,
    )


def _concerning(look: Look) -> list[HoldFacts]:
    """The tenant's word on a payment holds reminders, not a welcome or a thank-you."""
    return [h for h in look.facts.holds if look.sequence.is_arrears or h.kind not in _LAPSED]


def _lapsed(look: Look) -> Assign | Wait | None:
    for hold in look.facts.holds:
        if hold.kind not in _LAPSED or in_force(hold, look.now):
            continue
        touch = next((t for t in look.facts.touches if t.step == _task_key(hold)), None)
        if touch is None:
            return _person(look, hold, _LAPSED[hold.kind])
        if touch.task_open and not _review_due(look):
            reason = because(ReasonCode.PERSON_HAS_IT, name=look.facts.name or None)
            return Wait(until=look.sooner(None), because=reason)
    return None


def _without_end(look: Look) -> Assign | Wait | None:
    for hold in look.facts.holds:
        if hold.until is None and look.today >= _task_day(look, hold) and _task_key(hold) not in look.assigned:
            return _person(look, hold, ReasonCode.HOLD_WITHOUT_END)
    return None


def _person(look: Look, hold: HoldFacts, code: ReasonCode) -> Assign | Wait:
    """A task for a person, in contact hours."""
    reason = _reason(look, hold, code)
    if look.rules.contact_hours.is_open(look.now):
        return Assign(step=_task_key(hold), kind=StepKind.REVIEW, because=reason)
    return Wait(until=look.rules.contact_hours.next_open(look.now), because=reason)


def _review_due(look: Look) -> bool:
    return look.review_day is not None and look.review_day <= look.today


def _next_look(look: Look, hold: HoldFacts) -> datetime | None:
    if hold.until is not None:
        return hold.until
    if _task_key(hold) in look.assigned:
        return None
    return look.rules.contact_hours.next_open_on(_task_day(look, hold))


def _task_day(look: Look, hold: HoldFacts) -> date:
    return look.rules.calendar.add_bank_days(look.rules.local_date(hold.since), UNENDED_TASK_AFTER)


def _task_key(hold: HoldFacts) -> str:
    return f"hold:{hold.id}"


def _reason(look: Look, hold: HoldFacts, code: ReasonCode) -> Because:
    return because(
        code,
        name=hold.name or look.facts.name or None,
        day=look.rules.local_date(hold.since),
        until=look.rules.local_date(hold.until) if hold.until else None,
        kind=hold.kind.value if code is ReasonCode.HOLD_WITHOUT_END else None,
        note=hold.note or None,
    )
