"""The days after a served notice. People only: Kvar assigns, and never writes. 12 kap. 42-44 §§ jordabalken.

The reclaim period is three weeks from when the tenant was served and the social board notified (44 §).
"""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from app.vocabulary import StepKind

RECLAIM: Final = timedelta(days=21)


@dataclass(frozen=True, slots=True)
class Milestone:
    """A task for a person, `days` after the notice was served."""

    step: str
    days: int
    kind: StepKind

    def on(self, served_on: date) -> date:
        return served_on + timedelta(days=self.days)

    def key(self, served_on: date) -> str:
        """The task's own name: a notice that is withdrawn and served anew begins its days anew."""
        return f"{self.step}:{served_on.isoformat()}"


MILESTONES: Final = (
    Milestone("notice_day_1", 1, StepKind.CALL),
    Milestone("notice_day_7", 7, StepKind.VISIT),
    Milestone("notice_day_14", 14, StepKind.VISIT),
    Milestone("notice_day_18", 18, StepKind.REVIEW),
)


def due_milestone(served_on: date, assigned: frozenset[str], today: date) -> Milestone | None:
    """The latest milestone reached and not yet assigned; None when it has been, or none is reached."""
    reached = [m for m in MILESTONES if m.on(served_on) <= today]
    return reached[-1] if reached and reached[-1].key(served_on) not in assigned else None


def next_milestone_on(served_on: date, today: date) -> date | None:
    """The day of the next milestone after today."""
    return next((m.on(served_on) for m in MILESTONES if m.on(served_on) > today), None)
