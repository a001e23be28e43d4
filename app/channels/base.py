"""What a channel is: one message in, one of four outcomes out."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol

from app.vocabulary import Channel


@dataclass(frozen=True, slots=True, kw_only=True)
class Outgoing:
    """What a provider is given. `attempt_id` is ours, 32 hex digits, and comes back in receipts."""

    attempt_id: str
    message_id: str
    channel: Channel
    to: str
    body: str
    subject: str | None = None
    html: str | None = None


@dataclass(frozen=True, slots=True)
class Accepted:
    """The provider has taken the message. `delivered` when it is known to have arrived already."""

    provider_ref: str
    delivered: bool = False


class ChannelFailure(Exception):
    """The message was not accepted, or nobody knows."""

    def __init__(self, code: str) -> None:
        self.code = code
        super().__init__(code)


class TemporaryFailure(ChannelFailure):
    """The provider refused with a code of its own, or the connection was refused: not accepted, try later."""

    def __init__(self, code: str, retry_after: timedelta | None = None) -> None:
        super().__init__(code)
        self.retry_after = retry_after


class PermanentFailure(ChannelFailure):
    """The provider will never deliver this. `bad_address` when the contact point itself is at fault."""

    def __init__(self, code: str, *, bad_address: bool = False) -> None:
        super().__init__(code)
        self.bad_address = bad_address


class OutcomeUnknown(ChannelFailure):
    """A time-out or a cut connection: it may have been accepted."""


class Sender(Protocol):
    """A way out. `timeout` is the longest that `send` may take."""

    name: str
    timeout: timedelta

    def send(self, outgoing: Outgoing) -> Accepted:
        """Hand over one message. Raises TemporaryFailure, PermanentFailure or OutcomeUnknown, and nothing else."""
        ...
