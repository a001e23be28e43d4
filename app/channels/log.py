"""The embedded default: what would have been sent is handed to a sink, and counts as delivered. No account anywhere."""

from collections.abc import Callable
from datetime import timedelta

from app.channels.base import Accepted, Outgoing, PermanentFailure


class LogChannel:
    """Hands each message to `sink`. An address that `unreachable` says yes to is refused, as a provider would."""

    name = "log"
    timeout = timedelta(seconds=5)

    def __init__(self, sink: Callable[[Outgoing], None], unreachable: Callable[[str], bool] | None = None) -> None:
        self._sink = sink
        self._unreachable = unreachable

    def send(self, outgoing: Outgoing) -> Accepted:
        """Always accepted and delivered. Raises PermanentFailure for an unreachable address."""
        if self._unreachable is not None and self._unreachable(outgoing.to):
            raise PermanentFailure("unknown_subscriber", bad_address=True)
        self._sink(outgoing)
        return Accepted(outgoing.attempt_id, delivered=True)
