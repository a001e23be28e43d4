"""The demo's clock stands still until it is moved, and never goes back."""

from datetime import UTC, datetime, timedelta

import pytest

from app.demo.clock import SteppedClock
from app.demo.rent_system import CENTRAL

NOON = datetime(2026, 10, 26, 12, tzinfo=CENTRAL)


def test_it_tells_utc_and_moves_when_it_is_moved() -> None:
    clock = SteppedClock(NOON)
    assert clock() == clock() == NOON
    assert clock().tzinfo is UTC
    clock.move_to(NOON + timedelta(days=1))
    assert clock() == NOON + timedelta(days=1)


def test_it_does_not_go_back() -> None:
    clock = SteppedClock(NOON)
    with pytest.raises(ValueError, match="does not go back"):
        clock.move_to(NOON - timedelta(seconds=1))
