"""Turns for the writers of one SQLite file: whoever asked first is next.

SQLite lets waiting writers guess when to try again. One that writes batch after batch then takes the lock back before
any other wakes: measured here, a webhook waited four seconds behind a backlog, and as long as that lasted.
"""

import sqlite3
import threading
from collections import deque
from contextlib import suppress
from typing import Final
from weakref import ReferenceType, ref

from sqlalchemy import Connection, Engine, event
from sqlalchemy.exc import OperationalError
from sqlalchemy.pool import ConnectionPoolEntry

WAIT: Final = 30.0
"""Seconds, as SQLite's own busy time-out."""


class Turns:
    """A fair lock."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._taken = False
        self._queue: deque[threading.Lock] = deque()

    @property
    def queued(self) -> int:
        """How many wait."""
        return len(self._queue)

    def take(self, seconds: float) -> bool:
        """Wait for one's turn. False when it did not come within `seconds`."""
        with self._lock:
            if not self._taken:
                self._taken = True
                return True
            gate = threading.Lock()
            gate.acquire()
            self._queue.append(gate)
        if gate.acquire(timeout=seconds):
            return True
        with self._lock, suppress(ValueError):
            self._queue.remove(gate)
            return False
        return True  # it came in the very moment of giving up

    def give(self) -> None:
        """Let the next one in."""
        with self._lock:
            if self._queue:
                self._queue.popleft().release()
            else:
                self._taken = False


class Writers:
    """The writers of one engine: one transaction at a time has its turn, until it ends, however it ends."""

    def __init__(self, engine: Engine) -> None:
        self._turns = Turns()
        self._connection: ReferenceType[Connection] | None = None
        self._record: object = None
        # At "commit" the COMMIT itself is still to come: the next one waits those milliseconds in SQLite's own queue.
        event.listen(engine, "commit", self.over)
        event.listen(engine, "rollback", self.over)
        event.listen(engine, "checkin", self._returned)

    def take_turn(self, connection: Connection) -> None:
        """Wait until this connection may write. Raises OperationalError, as SQLite does, when that takes too long."""
        if not self._turns.take(WAIT):
            raise OperationalError("BEGIN IMMEDIATE", None, sqlite3.OperationalError("database is locked"))
        self._connection, self._record = ref(connection), connection.info

    def over(self, connection: Connection) -> None:
        """This connection's transaction has ended, or could not begin."""
        if self._connection is not None and self._connection() is connection:
            self._give()

    def _returned(self, _connection: object, record: ConnectionPoolEntry) -> None:
        """A connection was dropped without an end to its transaction: the pool has rolled it back."""
        if self._record is record.info:
            self._give()

    def _give(self) -> None:
        self._connection = self._record = None
        self._turns.give()
