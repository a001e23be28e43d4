"""Following one run through time as the runner does: look, do what is decided, look again when the wait is over."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from app.policy.decision import Assign, Send, Stop, Wait
from app.policy.facts import Facts
from app.policy.rules import Rules
from app.policy.sequence import decide
from app.policy.sequence_file import Sequence
from tests.support.facts import STOCKHOLM, done, fresh, skipped

Happening = tuple[datetime, Callable[[Facts], Facts]]
AT_ONCE = 20
"""More decisions than this at one moment would be a loop."""


@dataclass(frozen=True, slots=True)
class Event:
    """What was done, and when."""

    at: datetime
    decision: Send | Assign

    @property
    def what(self) -> str:
        return self.decision.template if isinstance(self.decision, Send) else self.decision.step

    def __str__(self) -> str:
        return f"{self.at.astimezone(STOCKHOLM):%Y-%m-%d %H:%M} {self.what}"


def walk(
    current: Facts,
    sequence: Sequence,
    by: Rules,
    start: datetime,
    end: datetime,
    happenings: Iterable[Happening] = (),
) -> list[Event]:
    """All that is sent and assigned from `start` until `end`, with a fresh feed. A happening changes the facts."""
    events: list[Event] = []
    ahead = sorted(happenings, key=lambda h: h[0])
    now: datetime | None = start
    while now is not None and now < end:
        while ahead and ahead[0][0] <= now:
            current = ahead.pop(0)[1](current)
        current, until = _look(current, sequence, by, now, events)
        moments = [m for m in (until, ahead[0][0] if ahead else None) if m is not None]
        now = min(moments, default=None)
    return events


def _look(
    current: Facts, sequence: Sequence, by: Rules, now: datetime, events: list[Event]
) -> tuple[Facts, datetime | None]:
    for _ in range(AT_ONCE):
        decision = decide(replace(current, feed=fresh(now)), sequence, by, now)
        match decision:
            case Send() | Assign():
                events.append(Event(now, decision))
                current = done(current, decision, now)
            case Wait(until=until):
                assert until is None or until > now, f"{decision} at {now}"
                return skipped(current, decision, now), until
            case Stop():
                return skipped(current, decision, now), None
    raise AssertionError(f"the same moment over and over: {events[-3:]}")
