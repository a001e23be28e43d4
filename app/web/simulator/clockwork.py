"""Time passes in small steps, and at each of them everything that is due happens until nothing moves.

The steps are every moment at which the rent system speaks, every moment that a run, a message or a hold waits for, and
otherwise every third hour. So a day taken at once tells the same story as a day taken hour by hour.
"""

from datetime import datetime, timedelta

from app.flows.service import Service
from app.store.engine import reading
from app.store.neighbourhood import next_moment
from app.web.simulator.world import Simulator

_LONGEST = timedelta(hours=3)


def advance(simulator: Simulator, service: Service, to: datetime) -> None:
    """Let time pass until `to` (aware UTC)."""
    while (now := simulator.clock()) < to:
        step = _next_step(simulator, service, now, to)
        simulator.clock.move_to(step)
        simulator.rent_system.speak(step)
        simulator.run_ticks(service, step)


def _next_step(simulator: Simulator, service: Service, now: datetime, to: datetime) -> datetime:
    with reading(service.engine) as session:
        asked = next_moment(session, now)
    return min(to, now + _LONGEST, simulator.rent_system.next_at(now), asked or to)
