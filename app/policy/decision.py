"""What a run needs: a message, a task for a person, a later look, or nothing more."""

from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias

from app.policy.because import Because
from app.vocabulary import Channel, MessageClass, StepKind


@dataclass(frozen=True, slots=True)
class Recipient:
    tenant_id: str
    channel: Channel
    address: str

    @property
    def cap_keys(self) -> tuple[str, str]:
        """One unsolicited message a day per tenant and per contact point."""
        return f"tenant:{self.tenant_id}", f"point:{self.address}"


@dataclass(frozen=True, slots=True)
class Skip:
    """A step that was passed over in this round, and why."""

    step: str
    kind: StepKind
    because: Because


@dataclass(frozen=True, slots=True, kw_only=True)
class Send:
    step: str
    template: str
    message_class: MessageClass
    recipient: Recipient
    language: str
    months: tuple[str, ...]
    """Periods the message speaks of, `2026-11`, oldest first."""
    gentle: bool
    first: bool
    """The first touch of its round: counts towards the surge brake."""
    because: Because
    skipped: tuple[Skip, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Assign:
    step: str
    kind: StepKind
    because: Because
    skipped: tuple[Skip, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Wait:
    until: datetime | None
    """Look again then; None = only when facts change."""
    because: Because
    step: str | None = None
    first: bool = False
    """What is waited for is the first touch of the round."""
    skipped: tuple[Skip, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Stop:
    because: Because
    skipped: tuple[Skip, ...] = ()


Decision: TypeAlias = Send | Assign | Wait | Stop
