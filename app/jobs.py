"""The ticks: APScheduler calls the flows again and again. No logic here: the truth is rows, a lost tick is no loss."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

import structlog
from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler

from app.flows import delivery, outreach, rent
from app.flows.service import Service

Flow = Callable[[Service, datetime], object]

TICKS: Final[dict[str, tuple[Flow, float]]] = {
    "rent": (rent.apply_events, 0.25),
    "outreach": (outreach.sweep, 0.5),
    "delivery": (delivery.deliver, 0.25),
    "leases": (delivery.sweep_leases, 15.0),
    "waiting_events": (rent.alert_waiting, 600.0),
    "retention": (rent.expire_bodies, 3600.0),
}
"""What runs, and how often, in seconds."""

MAX_ROUNDS: Final = 1000

log = structlog.get_logger()


@dataclass
class Ticks:
    """The scheduler and, for `/readyz`, when each tick last came through (monotonic seconds)."""

    service: Service
    last: dict[str, float] = field(default_factory=dict)
    _scheduler: BackgroundScheduler = field(init=False)

    def start(self) -> None:
        # In memory, one instance each, coalesced, never dropped for being late: a tick asks the rows what is due.
        self._scheduler = BackgroundScheduler(
            executors={"default": ThreadPoolExecutor(len(TICKS))},
            job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
            timezone="UTC",
        )
        for name, (flow, seconds) in TICKS.items():
            self.last[name] = time.monotonic()
            self._scheduler.add_job(self._tick, "interval", seconds=seconds, args=(name, flow), id=name)
        self._scheduler.start()

    def stop(self) -> None:
        """Let what is under way finish, and start nothing more."""
        self._scheduler.shutdown(wait=True)

    def _tick(self, name: str, flow: Flow) -> None:
        try:
            flow(self.service, self.service.clock())
        except Exception:
            log.exception("tick_failed", tick=name)
        else:
            self.last[name] = time.monotonic()


def run_all(service: Service, now: datetime) -> None:
    """Run every tick at `now` until nothing moves any more. For the demo and for journeys in tests."""
    delivery.sweep_leases(service, now)
    rent.alert_waiting(service, now)
    rent.expire_bodies(service, now)
    for _ in range(MAX_ROUNDS):
        moved = rent.apply_events(service, now) + outreach.sweep(service, now) + delivery.deliver(service, now)
        if not moved:
            return
    raise RuntimeError(f"the ticks do not come to rest at {now.isoformat()}")
