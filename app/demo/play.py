"""Plays the story: moves the clock from scene to scene and does what each of them says, through the doors."""

from collections.abc import Callable, Sequence
from datetime import date, datetime, time, timedelta
from typing import assert_never

from app.demo.company import NOVEMBER, Household, find
from app.demo.doors import Doors
from app.demo.rent_system import CENTRAL
from app.demo.story import FallsSilent, Pays, Phones, Scene, SpeaksAgain, Writes


def play(
    doors: Doors, scenes: Sequence[Scene], *, start: datetime, end: datetime, day_over: Callable[[date], None]
) -> None:
    """Live through the story from `start` to `end`; `day_over` is told each local day when it has ended."""
    days = _Days(doors, start.astimezone(CENTRAL).date(), day_over)
    for scene in sorted(scenes, key=lambda one: one.at):
        days.live_until(scene.at)
        _act(doors, scene)
    days.live_until(end)
    day_over(end.astimezone(CENTRAL).date())


class _Days:
    """Moves the clock, and stops at every midnight on the way."""

    def __init__(self, doors: Doors, today: date, day_over: Callable[[date], None]) -> None:
        self._doors = doors
        self._today = today
        self._day_over = day_over

    def live_until(self, at: datetime) -> None:
        while self._today < at.astimezone(CENTRAL).date():
            tomorrow = self._today + timedelta(days=1)
            self._doors.move_to(datetime.combine(tomorrow, time(), CENTRAL) - timedelta(seconds=1))
            self._day_over(self._today)
            self._today = tomorrow
        self._doors.move_to(at)


def _act(doors: Doors, scene: Scene) -> None:
    match scene:
        case Writes(who=who, text=text):
            doors.write(find(who).primary.phone or "", text)
        case Pays():
            _pay(doors, scene)
        case Phones(who=who, reached=reached):
            doors.call(find(who).id, reached=reached)
        case FallsSilent():
            doors.rent("silence")
        case SpeaksAgain():
            doors.rent("resume")
        case _:
            assert_never(scene)


def _pay(doors: Doors, scene: Pays) -> None:
    more: dict[str, object] = {}
    if scene.kronor is not None:
        more["amount"] = scene.kronor * 100
    if scene.paid_on is not None:
        more["paid_on"] = scene.paid_on.isoformat()
    doors.rent("pay", invoice=oldest_invoice(find(scene.who)), **more)


def oldest_invoice(household: Household) -> str:
    """The id of the household's oldest invoice in the story."""
    period = household.also[0][0] if household.also else NOVEMBER
    return f"INV-{household.id[2:]}-{period[2:4]}{period[5:]}"
