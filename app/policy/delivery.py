"""How a message moves from queued to settled, and how long to wait before the next try."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Final

from app.vocabulary import MessageState

MAX_ATTEMPTS: Final = 6
"""A message that the provider has refused this many times has failed."""
FIRST_BACKOFF: Final = timedelta(seconds=30)
LONGEST_BACKOFF: Final = timedelta(minutes=30)
UNCERTAIN_FOR: Final = timedelta(hours=1)
"""What cannot be resolved in this time is a person's."""

_S = MessageState

MOVES: Final[Mapping[MessageState, frozenset[MessageState]]] = {
    # A receipt may overtake our own record of the send, also when the provider had said "not now": hence queued → sent.
    _S.QUEUED: frozenset({_S.SENDING, _S.CANCELLED, _S.SENT, _S.DELIVERED, _S.UNDELIVERED}),
    _S.SENDING: frozenset({_S.SENT, _S.DELIVERED, _S.UNDELIVERED, _S.FAILED, _S.UNCERTAIN, _S.QUEUED}),
    _S.UNCERTAIN: frozenset({_S.SENT, _S.DELIVERED, _S.UNDELIVERED, _S.FAILED, _S.QUEUED, _S.UNRESOLVED}),
    _S.SENT: frozenset({_S.DELIVERED, _S.UNDELIVERED}),
    _S.DELIVERED: frozenset(),
    _S.UNDELIVERED: frozenset(),
    _S.CANCELLED: frozenset(),
    _S.FAILED: frozenset(),
    _S.UNRESOLVED: frozenset(),
    _S.RECEIVED: frozenset(),
}
TERMINAL: Final = frozenset(state for state, onward in MOVES.items() if not onward)


def origins(after: MessageState) -> frozenset[MessageState]:
    """The states from which a message may come to `after`: what a conditional UPDATE asks for."""
    return frozenset(before for before, onward in MOVES.items() if after in onward)


def retry_delay(attempt_id: str, number: int, retry_after: timedelta | None = None) -> timedelta | None:
    """How long to wait after refused attempt `number` (from 1), or None when there have been enough.

    Doubles from half a minute to half an hour. The jitter, up to half of it again, comes from the attempt's id (hex),
    so that a thousand refused messages do not return together. Never shorter than what the provider asked for.
    """
    if number >= MAX_ATTEMPTS:
        return None
    pause = min(FIRST_BACKOFF * (1 << (number - 1)), LONGEST_BACKOFF)
    jitter = pause * (int(attempt_id[:8], 16) / 0xFFFFFFFF) / 2
    return max(pause, retry_after or timedelta()) + jitter
