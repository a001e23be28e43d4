"""When a tenant is phoned back: as wished, moved into opening hours, and never later than promised."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from app.policy.contact_hours import OpenHours
from app.policy.reply import Wish
from app.policy.rules import Rules

_SLOT = timedelta(hours=2)
_SHORTEST = timedelta(minutes=30)
_DAY = timedelta(days=1)
_HORIZON = 400

Slot = tuple[datetime, datetime]


@dataclass(frozen=True, slots=True)
class Appointment:
    """A call-back in aware UTC. Without a wish `start` is the next opening and `end` is None.

    `adjusted`: the wish fell outside opening hours, so this is the nearest time that does not.
    """

    start: datetime
    end: datetime | None
    due_by: datetime
    adjusted: bool = False


def appoint(wish: Wish | None, now: datetime, rules: Rules) -> Appointment:
    """Say when to call; `now` is the moment of asking."""
    if wish is None or (wish.day is None and wish.start is None and wish.end is None):
        return _soon(now, rules)
    today = rules.local_date(now)
    first = max(wish.day or today, today)
    for day in (first + _DAY * n for n in range(_HORIZON)):
        slots = _ahead(day, now, rules.opening_hours)
        if not slots:
            continue
        fitting = _fitting(wish, day, slots, rules)
        if fitting is not None:
            return Appointment(*fitting, due_by=fitting[1], adjusted=wish.day is not None and day != wish.day)
        if wish.day is None and day == today and not _still_to_come(wish, day, now, rules):
            continue
        nearest = _nearest(wish, day, slots, rules)
        return Appointment(*nearest, due_by=nearest[1], adjusted=True)
    raise ValueError(f"nothing opens within {_HORIZON} days after {first}")


def _soon(now: datetime, rules: Rules) -> Appointment:
    """At the next opening; at the latest before closing on the day that `callback_within` reaches."""
    hours = rules.opening_hours
    start = hours.next_open(now)
    promised = hours.next_open_on(rules.callback_within.after(rules.local_date(now), rules.calendar))
    last_day = rules.local_date(max(start, promised))
    return Appointment(start, None, due_by=hours.openings(last_day)[-1][1])


def _ahead(day: date, now: datetime, hours: OpenHours) -> list[Slot]:
    """What is left of a day's openings at `now`, without scraps too short for a call."""
    left = ((max(start, now.astimezone(UTC)), end) for start, end in hours.openings(day))
    return [(start, end) for start, end in left if end - start >= _SHORTEST]


def _wished(wish: Wish, day: date, slots: list[Slot], rules: Rules) -> Slot:
    """The wished window on `day`: a single time is two hours long, an open end reaches as far as the openings."""
    if wish.start is None:
        start = slots[0][0]
        return start, slots[-1][1] if wish.end is None else _at(day, wish.end, rules)
    start = _at(day, wish.start, rules)
    if wish.end is None or wish.end <= wish.start:
        return start, start + _SLOT
    return start, _at(day, wish.end, rules)


def _fitting(wish: Wish, day: date, slots: list[Slot], rules: Rules) -> Slot | None:
    """The first stretch of the wished window in which somebody is there, long enough for a call."""
    start, end = _wished(wish, day, slots, rules)
    enough = min(_SHORTEST, end - start)
    stretches = ((max(start, opens), min(end, closes)) for opens, closes in slots)
    return next((slot for slot in stretches if slot[1] > slot[0] and slot[1] - slot[0] >= enough), None)


def _still_to_come(wish: Wish, day: date, now: datetime, rules: Rules) -> bool:
    """Whether the wished time of day lies ahead; a time that has passed, with no day named, means another day."""
    wall = wish.start or wish.end
    return wall is not None and _at(day, wall, rules) > now


def _nearest(wish: Wish, day: date, slots: list[Slot], rules: Rules) -> Slot:
    """Two hours of the day's openings, as near to the wished window as they come."""
    start, end = _wished(wish, day, slots, rules)
    opens, closes = min(slots, key=lambda slot: max(slot[0] - end, start - slot[1]))
    if start >= closes - _SHORTEST:
        return max(opens, closes - _SLOT), closes
    return opens, min(closes, opens + _SLOT)


def _at(day: date, wall: time, rules: Rules) -> datetime:
    return datetime.combine(day, wall, rules.timezone).astimezone(UTC)
