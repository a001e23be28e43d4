"""Which step of the plan is next: what is passed over on the way, and from which day it may be done."""

from dataclasses import dataclass
from datetime import date

from app.policy.because import because
from app.policy.conditions import answered, holds
from app.policy.decision import Skip
from app.policy.look import Look
from app.policy.sequence_file import Step
from app.vocabulary import Condition, ReasonCode, StepKind


@dataclass(frozen=True, slots=True)
class Next:
    """The next step and its day, with the steps passed over to get there. `step` is None when nothing is left."""

    step: Step | None
    day: date | None
    skipped: tuple[Skip, ...] = ()


def next_step(look: Look) -> Next:
    """The review on its day, nothing after it; the gentle message first; the latest due step in time; what comes."""
    review = look.sequence.review
    if review is not None and review.key in look.done:
        return Next(None, None)
    undone = [s for s in look.sequence.steps if s.key not in look.done]
    undone, skipped = _without_overtaken(look, undone)
    if review is not None and look.review_day is not None and look.review_day <= look.today:
        passed = [_skip(s, ReasonCode.REVIEW_DAY) for s in undone if s is not review]
        return Next(review, look.review_day, (*skipped, *passed))
    message = _after_calls(look)
    if message is not None:
        return Next(message, look.today, tuple(skipped))
    gentle = _gentle_first(look, undone)
    if gentle is not None:
        step = gentle if review is None else min(gentle, review, key=look.due_day)
        return Next(step, look.due_day(step), tuple(skipped))
    due = [s for s in undone if look.due_day(s) <= look.today]
    eligible: list[Step] = []
    for step in due:
        passed_over = _passed_over(look, step)
        if passed_over is None:
            eligible.append(step)
        else:
            skipped.append(passed_over)
    if eligible:
        skipped += [_skip(s, ReasonCode.LATER_STEP_DUE, eligible[-1]) for s in eligible[:-1]]
        return Next(eligible[-1], look.due_day(eligible[-1]), tuple(skipped))
    ahead = [s for s in undone if s not in due]
    if not ahead:
        return Next(None, None, tuple(skipped))
    step = min(ahead, key=look.due_day)
    return Next(step, look.due_day(step), tuple(skipped))


def _without_overtaken(look: Look, undone: list[Step]) -> tuple[list[Step], list[Skip]]:
    """A step that sorts before the latest done one is over for this round (a plan published in between)."""
    keys = [s.key for s in look.sequence.steps]
    latest = max((keys.index(t.step) for t in look.made if t.step in keys), default=-1)
    behind = [s for s in undone if keys.index(s.key) < latest]
    return [s for s in undone if s not in behind], [_skip(s, ReasonCode.BEFORE_DONE_STEP) for s in behind]


def _gentle_first(look: Look, undone: list[Step]) -> Step | None:
    if not look.sequence.is_arrears or look.gentle_sent:
        return None
    gentle = (s for s in undone if s.kind is StepKind.MESSAGE and s.gentle)
    return next((s for s in gentle if _unmet(look, s) is None), None)


def _after_calls(look: Look) -> Step | None:
    """The message that follows the last unanswered attempt of a call step."""
    for step in look.sequence.steps:
        key = f"{step.key}.not_reached"
        if step.if_not_reached is None or step.key not in {t.step for t in look.made} or key in look.done:
            continue
        attempts = [a for a in look.facts.call_attempts if a.step == step.key and a.anchor == look.facts.run.anchor]
        unanswered = len(attempts) >= step.attempts and not any(a.reached for a in attempts)
        if unanswered and not answered(look.facts, look.rules, look.anchor_date):
            return Step(
                key=key, kind=StepKind.MESSAGE, after=step.after, until=step.until, template=step.if_not_reached
            )
    return None


def _passed_over(look: Look, step: Step) -> Skip | None:
    last = look.last_day(step)
    if last is not None and look.today > last:
        return Skip(step.key, step.kind, because(ReasonCode.UNTIL_PASSED, step=step.key, day=last))
    unmet = _unmet(look, step)
    if unmet is None:
        return None
    reason = because(ReasonCode.CONDITION_NOT_MET, step=step.key, condition=unmet.value)
    return Skip(step.key, step.kind, reason)


def _unmet(look: Look, step: Step) -> Condition | None:
    """The first condition of the step that does not hold."""
    return next((c for c in step.when if not holds(c, look.facts, look.rules, look.anchor_date, look.today)), None)


def _skip(step: Step, code: ReasonCode, instead: Step | None = None) -> Skip:
    return Skip(step.key, step.kind, because(code, step=step.key, instead=instead.key if instead else None))
