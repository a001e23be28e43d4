"""One look at a run: the facts, the plan, the rules and the moment, with what follows from them at once."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cached_property
from typing import Final

from app.policy.conditions import uses_autogiro
from app.policy.facts import Facts, InvoiceFacts, TouchFacts
from app.policy.rules import Rules
from app.policy.sequence_file import Sequence, Step
from app.vocabulary import StepKind

AUTOGIRO_SHIFT: Final = 2
"""Bank days: the bank tries again."""


@dataclass(frozen=True)
class Look:
    """What a decision about one run is made from. Dates are the company's local ones."""

    facts: Facts
    sequence: Sequence
    rules: Rules
    now: datetime

    @cached_property
    def today(self) -> date:
        return self.rules.local_date(self.now)

    @cached_property
    def invoice(self) -> InvoiceFacts | None:
        """The invoice that the anchor's chain has come to."""
        return self.facts.invoice(self.facts.run.anchor)

    @cached_property
    def anchor_date(self) -> date:
        """Day nought of the round: the due date as last reported, or the run's own day."""
        if self.sequence.is_arrears and self.invoice is not None:
            return self.invoice.due_date
        return self.facts.run.anchor_date

    @cached_property
    def touches(self) -> tuple[TouchFacts, ...]:
        """What has been done in this round."""
        run = self.facts.run
        return tuple(t for t in self.facts.touches if t.sequence == run.sequence and t.anchor == run.anchor)

    @cached_property
    def done(self) -> frozenset[str]:
        return frozenset(t.step for t in self.touches)

    @cached_property
    def assigned(self) -> frozenset[str]:
        """Every step of the tenancy, whatever the round: a task about a hold or a notice is given once."""
        return frozenset(t.step for t in self.facts.touches)

    @cached_property
    def made(self) -> tuple[TouchFacts, ...]:
        """Touches that were not skips."""
        return tuple(t for t in self.touches if not t.skipped)

    @cached_property
    def _before(self) -> tuple[TouchFacts, ...]:
        """What the next step keeps its distance from: this round, and messages of the tenancy's other rounds."""
        others = (t for t in self.facts.touches if t.sequence == self.facts.run.sequence and t not in self.made)
        return (*self.made, *(t for t in others if t.kind is StepKind.MESSAGE and not t.skipped))

    @cached_property
    def gentle_sent(self) -> bool:
        return any(t.gentle and t.kind is StepKind.MESSAGE for t in self.made)

    def would_be_first(self, step: Step | None) -> bool:
        """Doing `step` would be the first message of the round."""
        written = any(t.kind is StepKind.MESSAGE for t in self.made)
        return step is not None and step.kind is StepKind.MESSAGE and not written

    @cached_property
    def shift(self) -> int:
        """Bank days that autogiro adds to every step but the review."""
        return AUTOGIRO_SHIFT if self.sequence.is_arrears and uses_autogiro(self.facts) else 0

    def due_day(self, step: Step) -> date:
        """The first day on which `step` may be done: from the anchor, and `gap` after the step before."""
        calendar = self.rules.calendar
        day = step.after.after(self.anchor_date, calendar)
        if step.kind is StepKind.REVIEW:
            return day
        day = calendar.add_bank_days(day, self.shift)
        last = max((self.rules.local_date(t.at) for t in self._before), default=None)
        return day if last is None else max(day, self.sequence.gap.after(last, calendar))

    def last_day(self, step: Step) -> date | None:
        """The last day on which `step` may still be done."""
        if step.until is None:
            return None
        return self.rules.calendar.add_bank_days(step.until.after(self.anchor_date, self.rules.calendar), self.shift)

    @cached_property
    def review_day(self) -> date | None:
        """The day on which automation ends and a person looks; None when that is done or never comes."""
        step = self.sequence.review
        return None if step is None or step.key in self.done else self.due_day(step)

    def midnight(self, day: date) -> datetime:
        """The first moment of a local day, in UTC."""
        return datetime.combine(day, time(), self.rules.timezone).astimezone(self.now.tzinfo)

    def sooner(self, until: datetime | None) -> datetime | None:
        """`until`, or the review day's opening when that comes first: no wait outlasts the review."""
        if self.review_day is None:
            return until
        opening = max(self.rules.contact_hours.next_open_on(self.review_day), self.now + timedelta(minutes=1))
        return opening if until is None else min(until, opening)
