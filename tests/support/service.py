"""A whole Kvar for flow tests: shipped texts and sequences, a fixed clock, and senders that do as they are told."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache

from sqlalchemy import Engine

from app.channels.base import Accepted, Outgoing
from app.flows.publishing import shipped_sequences
from app.flows.service import Service
from app.main import make_rules
from app.policy.sequence_file import Sequence, parse_sequence
from app.rendering.shipped import shipped_texts
from app.rendering.variables import Company
from app.settings import SHIPPED, Settings
from app.vocabulary import Channel
from tests.support.texts import shipped

TUESDAY = datetime(2026, 11, 3, 9, 0, tzinfo=UTC)
"""Ten in the morning in Stockholm, on a bank day, inside contact and opening hours."""

Fault = Callable[[Outgoing], Accepted | None]


@dataclass
class FixedClock:
    """Stands still until it is set."""

    now: datetime = TUESDAY

    def __call__(self) -> datetime:
        return self.now


@dataclass
class FakeSender:
    """Keeps what it was given. `fault` runs first: it may raise, or return another outcome than accepted."""

    name: str = "fake"
    timeout: timedelta = timedelta(seconds=5)
    delivered: bool = False
    fault: Fault | None = None
    sent: list[Outgoing] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def send(self, outgoing: Outgoing) -> Accepted:
        with self._lock:
            self.sent.append(outgoing)
        accepted = self.fault(outgoing) if self.fault is not None else None
        return accepted or Accepted(f"ref-{outgoing.attempt_id}", delivered=self.delivered)

    def fails_with(self, failure: Exception) -> None:
        """Every send from now on raises this."""

        def fault(_outgoing: Outgoing) -> None:
            raise failure

        self.fault = fault

    @property
    def bodies(self) -> list[str]:
        return [outgoing.body for outgoing in self.sent]


@cache
def sequences() -> dict[str, Sequence]:
    keys = {text.key for text in shipped_texts(SHIPPED / "templates" / "messages")}
    sources = shipped_sequences(SHIPPED / "templates" / "sequences", keys)
    return {key: parse_sequence(source, key, keys) for key, source in sources.items()}


def make_service(
    engine: Engine,
    *,
    now: datetime = TUESDAY,
    sms: FakeSender | None = None,
    email: FakeSender | None = None,
    **values: object,
) -> Service:
    """A service on `engine` whose clock stands at `now`. `values` are settings."""
    settings = Settings.isolated(**values)
    rules = make_rules(settings, shipped())
    company = Company(
        name=settings.company_name,
        phone=settings.company_phone,
        sender=settings.sender_name,
        public_url=settings.public_url,
        timezone=rules.timezone,
        opening_hours_text=settings.opening_hours,
    )
    return Service(
        engine=engine,
        clock=FixedClock(now),
        rules=rules,
        company=company,
        texts=shipped(),
        sequences=sequences(),
        senders={Channel.SMS: sms or FakeSender(), Channel.EMAIL: email or FakeSender()},
        alert_email=settings.alert_email,
        alert_sms=settings.alert_sms,
    )
