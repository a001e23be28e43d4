"""What a tenant's message was understood as."""

from dataclasses import dataclass
from datetime import date, time

from app.vocabulary import IntentKind


@dataclass(frozen=True, slots=True)
class Wish:
    """When the tenant would like to be called, in local time. A part that was not said is None; `words` said it."""

    day: date | None
    start: time | None
    end: time | None
    words: str


@dataclass(frozen=True, slots=True)
class Intent:
    """`words`: the words it went by, lower case; empty where nothing was recognised."""

    kind: IntentKind
    wish: Wish | None = None
    words: str = ""
