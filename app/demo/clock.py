"""The demo's clock."""

import threading
from datetime import UTC, datetime


class SteppedClock:
    """A clock that stands still until it is moved, so that the same story always comes out."""

    def __init__(self, start: datetime) -> None:
        self._now = start.astimezone(UTC)
        self._lock = threading.Lock()

    def __call__(self) -> datetime:
        return self._now

    def move_to(self, at: datetime) -> None:
        """Move forward to `at` (aware). Raises ValueError when that is in the past."""
        with self._lock:
            if at < self._now:
                raise ValueError(
                    f"the clock stands at {self._now:%Y-%m-%d %H:%M} and does not go back to {at:%Y-%m-%d %H:%M}"
                )
            self._now = at.astimezone(UTC)
