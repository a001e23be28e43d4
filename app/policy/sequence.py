"""The heart: what one run needs at one moment. Pure; the order of the checks is that of 4-decisions.md."""

from datetime import date, datetime, timedelta

from app.policy.because import Because, because
from app.policy.conditions import part_paid
from app.policy.decision import Assign, Decision, Recipient, Send, Stop, Wait
from app.policy.facts import Facts, HolderFacts
from app.policy.guards import AGAIN, doubt, ended, legal, no_automation, older_round, out_of_scope, set_aside
from app.policy.holds import decide_holds
from app.policy.look import Look
from app.policy.next_step import Next, next_step
from app.policy.recipient import choose, language_for
from app.policy.rules import Rules
from app.policy.sequence_file import Sequence, Step, StopRule
from app.vocabulary import ReasonCode, StepKind


def decide(facts: Facts, sequence: Sequence, rules: Rules, now: datetime) -> Decision:
    """Say what this run needs at `now`: a message, a task for a person, a later look, or nothing more.

    `now` is aware UTC. The same arguments always give the same answer, so the re-check before a message leaves is
    this very function on newly read facts.
    """
    look = Look(facts, sequence, rules, now)
    early = ended(look) or no_automation(look) or legal(look)
    if early is not None:
        return early
    if sequence.is_arrears:
        aside = set_aside(look) or older_round(look)
        if aside is not None:
            return aside
    upcoming = next_step(look)
    held = decide_holds(look, upcoming)
    if held is not None:
        return held
    if sequence.is_arrears:
        doubtful = doubt(look, upcoming) or out_of_scope(look)
        if doubtful is not None:
            return doubtful
    return _do(look, upcoming)


def _do(look: Look, upcoming: Next) -> Decision:
    """Checks 7 and 8: the next step, when its day has come and the hours allow; after the last one, a person."""
    step, day = upcoming.step, upcoming.day
    if step is None or day is None:
        if look.sequence.is_arrears:
            reason = because(ReasonCode.PERSON_HAS_IT, name=look.facts.name or None)
            return Wait(until=None, because=reason, skipped=upcoming.skipped)
        return Stop(because=because(ReasonCode.COMPLETED), skipped=upcoming.skipped)
    first = look.would_be_first(step)
    hours = look.rules.contact_hours
    if day > look.today:
        opening = hours.next_open_on(day)
        return Wait(
            until=opening, because=_not_yet(look, step, opening), step=step.key, first=first, skipped=upcoming.skipped
        )
    if not hours.is_open(look.now):
        opening = hours.next_open(look.now)
        return Wait(until=opening, because=_closed(look, opening), step=step.key, first=first, skipped=upcoming.skipped)
    if step.kind is not StepKind.MESSAGE:
        return Assign(step=step.key, kind=step.kind, because=_task_reason(look, step), skipped=upcoming.skipped)
    return _send(look, step, upcoming, first=first)


def _send(look: Look, step: Step, upcoming: Next, *, first: bool) -> Decision:
    chosen = choose(look.facts, step.channel)
    if chosen is None and look.sequence.stop is StopRule.NOT_CROSSED:
        return Stop(because=because(ReasonCode.POINT_BLOCKED))
    if chosen is None:
        return _to_person(step, upcoming, because(ReasonCode.NO_WAY_TO_REACH, name=look.facts.name or None))
    if look.sequence.is_arrears and not step.gentle and not look.gentle_sent:
        return _to_person(step, upcoming, because(ReasonCode.REVIEW_DAY, day=look.anchor_date))
    holder, recipient = chosen
    brake = _braked(look, recipient, first=first)
    if brake is not None:
        until, reason = brake
        return Wait(until=look.sooner(until), because=reason, step=step.key, first=first, skipped=upcoming.skipped)
    partly = look.sequence.is_arrears and step.if_part_paid is not None and part_paid(look.facts, look.today)
    template = step.if_part_paid if partly else step.template
    assert template is not None  # noqa: S101  parse_sequence refuses a message step without one
    return Send(
        step=step.key,
        template=template,
        message_class=look.sequence.message_class,
        recipient=recipient,
        language=language_for(holder, look.rules),
        months=_months(look),
        gentle=step.gentle,
        first=first,
        because=_send_reason(look, step, partly=partly, holder=holder),
        skipped=upcoming.skipped,
    )


def _to_person(step: Step, upcoming: Next, reason: Because) -> Assign:
    """Where no message can or may go, a person looks."""
    return Assign(step=step.key, kind=StepKind.REVIEW, because=reason, skipped=upcoming.skipped)


def _braked(look: Look, recipient: Recipient, *, first: bool) -> tuple[datetime, Because] | None:
    """Pause, surge, and the caps: one unsolicited message a day, three in seven days, per tenant and contact point."""
    if look.facts.paused:
        return look.now + AGAIN, because(ReasonCode.PAUSED)
    if first and look.facts.surge:
        return look.now + AGAIN, because(ReasonCode.SURGE)
    hours = look.rules.contact_hours
    for key in recipient.cap_keys:
        days = sorted(d for d in look.facts.claims.get(key, ()) if d > look.today - timedelta(days=7))
        if look.today in days:
            opening = hours.next_open_on(look.today + timedelta(days=1))
            return opening, because(ReasonCode.CAP_DAY, name=look.facts.name or None)
        if len(days) >= look.rules.cap_week:
            opening = hours.next_open_on(days[-look.rules.cap_week] + timedelta(days=7))
            return opening, because(
                ReasonCode.CAP_WEEK, name=look.facts.name or None, day=look.rules.local_date(opening)
            )
    return None


def _months(look: Look) -> tuple[str, ...]:
    if look.sequence.is_arrears:
        return tuple(sorted({i.period for i in look.facts.chaseable(look.today)}))
    return (look.invoice.period,) if look.invoice else ()


def _not_yet(look: Look, step: Step, opening: datetime) -> Because:
    code = ReasonCode.AUTOGIRO_SHIFT if look.shift and step.kind is not StepKind.REVIEW else ReasonCode.NOT_YET
    return because(code, step=step.key, day=look.rules.local_date(opening), name=look.facts.name or None)


def _closed(look: Look, opening: datetime) -> Because:
    holiday: date | None = look.rules.contact_hours.holiday_at(look.now)
    code = ReasonCode.OUTSIDE_HOURS if holiday is None else ReasonCode.HOLIDAY
    return because(code, day=holiday or look.today, until=opening)


def _task_reason(look: Look, step: Step) -> Because:
    code = ReasonCode.REVIEW_DAY if step.kind is StepKind.REVIEW else ReasonCode.CALL_DUE
    return because(code, step=step.key, name=look.facts.name or None, day=look.anchor_date, kind=step.kind.value)


def _send_reason(look: Look, step: Step, *, partly: bool, holder: HolderFacts) -> Because:
    name = holder.given_name or None
    if look.sequence.stop is StopRule.NOT_CROSSED:
        return because(ReasonCode.PAYMENT_CROSSED, name=name)
    if look.sequence.stop is StopRule.TENANCY_ENDED:
        return because(ReasonCode.WELCOME, name=name, step=step.key)
    if step.key.endswith(".not_reached"):
        return because(ReasonCode.NOT_REACHED, name=name)
    if partly:
        return because(ReasonCode.PART_MISSING, name=name, day=look.anchor_date)
    code = ReasonCode.RENT_NOT_SEEN if step.gentle else ReasonCode.STEP_DUE
    return because(code, name=name, day=look.anchor_date, step=step.key)
