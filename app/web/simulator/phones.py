"""The phones on the wall: what each tenant has received and written, and short answers that fit the last message."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from app.rendering.phrases import clock_phrase, date_phrase
from app.rendering.phrases import words_of as calendar_words
from app.store.neighbourhood import Said
from app.vocabulary import Channel, Direction
from app.web.simulator.words import Words, words_of
from app.web.simulator.world import Account

_SAME_MOMENT: Final = timedelta(minutes=10)
_CHIPS: Final = {
    "not_seen_yet": "rent",
    "part_missing": "rent",
    "still_missing": "rent",
    "callback_ack": "call",
    "callback_ack_adjusted": "call",
    "callback_moved": "call",
    "opt_out_ack": "stopped",
    "welcome": "sorry",
}


@dataclass(frozen=True, slots=True)
class Bubble:
    """One message. `stamp` stands above it when time has passed since the one before; `via` when it was no SMS."""

    ours: bool
    text: str
    language: str
    stamp: str | None
    via: str | None


@dataclass(frozen=True, slots=True)
class Phone:
    """`note` says why nobody can answer from here; then there is no `number`."""

    tenancy_id: str
    name: str
    clock: str
    bubbles: tuple[Bubble, ...]
    number: str | None
    chips: tuple[str, ...]
    note: str | None


def phone(account: Account, said: Sequence[Said], now: datetime, words: Words, timezone: ZoneInfo) -> Phone:
    """The phone of an account's primary tenant, as it lies there at `now` (aware UTC)."""
    note = None
    if account.protected:
        note = words("number_hidden")
    elif account.phone is None:
        note = words("no_phone")
    return Phone(
        tenancy_id=account.tenancy_id,
        name=words("someone_protected") if account.protected else account.given_name or account.name,
        clock=clock_phrase(now.astimezone(timezone).time(), words.language),
        bubbles=_bubbles(account, said, now, words, timezone),
        number=account.phone,
        chips=_chips(account, said),
        note=note,
    )


def _bubbles(
    account: Account, said: Sequence[Said], now: datetime, words: Words, timezone: ZoneInfo
) -> tuple[Bubble, ...]:
    bubbles = []
    before: datetime | None = None
    for message, to in said:
        at = message.sent_at or message.created_at
        stamp = _stamp(at, now, words, timezone) if before is None or at - before > _SAME_MOMENT else None
        ours = message.direction is Direction.OUT
        via = None
        if ours and message.channel is Channel.EMAIL:
            via = words("by_email")
        elif ours and to and message.address != account.phone:
            via = words("to_other", name=to)
        text = f"{message.subject}\n\n{message.body}" if message.subject else message.body
        bubbles.append(Bubble(ours, text, message.language or account.language, stamp, via))
        before = at
    return tuple(bubbles)


def _chips(account: Account, said: Sequence[Said]) -> tuple[str, ...]:
    """In the tenant's own language, whatever the page is shown in."""
    last = next((s.message for s in reversed(said) if s.message.direction is Direction.OUT), None)
    kind = _CHIPS.get(last.template_key or "", "start") if last is not None else "start"
    return words_of(account.language).chips[kind]


def _stamp(at: datetime, now: datetime, words: Words, timezone: ZoneInfo) -> str:
    """`I dag 18.21`, `Tisdag 09.02` within a week, else `3 november 09.02`."""
    local, today = at.astimezone(timezone), now.astimezone(timezone).date()
    clock = clock_phrase(local.time(), words.language)
    days = (today - local.date()).days
    if days < 2:
        return words("yesterday" if days else "today", clock=clock)
    if days < 7:
        return f"{calendar_words(words.language).weekdays[local.weekday()].capitalize()} {clock}"
    return f"{date_phrase(local.date(), words.language)} {clock}"
