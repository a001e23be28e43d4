"""What the flows are given: made once by `main`, passed down, never looked up."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Engine

from app.channels.base import Sender
from app.policy.rules import Rules
from app.policy.sequence_file import Sequence
from app.rendering.texts import Texts
from app.rendering.variables import Company
from app.vocabulary import Channel


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """The running Kvar. `clock` returns aware UTC; only ticks and doors call it, and pass `now` on."""

    engine: Engine
    clock: Callable[[], datetime]
    rules: Rules
    company: Company
    texts: Texts
    sequences: Mapping[str, Sequence]
    senders: Mapping[Channel, Sender]
    alert_email: str | None = None
    alert_sms: str | None = None
