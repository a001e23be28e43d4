"""The tale beside the phones: what Kvar did and did not do, newest first, each line with its reason."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Final
from zoneinfo import ZoneInfo

from app.rendering.phrases import clock_phrase, month_list
from app.rendering.reasons import name_of, sentence
from app.store.neighbourhood import Happened
from app.vocabulary import Direction, MessageClass, ReasonCode, TouchpointKind
from app.web.simulator.words import Words
from app.web.simulator.world import RentDay

HIDDEN: Final = (TouchpointKind.NOTE, TouchpointKind.HOLD, TouchpointKind.CASE)
"""Told by what is next to them: the rent that is late or paid, the reply or the call that set a hold."""
_UNTOLD: Final = frozenset(
    {
        ReasonCode.WAIT_ENDED,
        ReasonCode.TASK_DONE,
        ReasonCode.CALLBACK_DONE,
        ReasonCode.CALLBACK_NO_ANSWER,
    }
)
_MARKS: Final = {
    TouchpointKind.MESSAGE: ("send", "pine"),
    TouchpointKind.REPLY: ("text", "sky"),
    TouchpointKind.CALL: ("phone", "pine"),
    TouchpointKind.CALLBACK: ("callback", "sky"),
    TouchpointKind.TASK: ("people", "ochre"),
    TouchpointKind.PAYMENT: ("coin", ""),
    TouchpointKind.CASE: ("folder", ""),
    TouchpointKind.ALERT: ("look", "falu"),
    TouchpointKind.LEGAL: ("people", "ochre"),
    TouchpointKind.CONTACT_POINT: ("quiet", "ochre"),
}
_BROKEN: Final = {
    ReasonCode.PROVIDER_REFUSED: "message_failed",
    ReasonCode.FACTS_CHANGED: "message_cancelled",
    ReasonCode.EXPIRED: "message_cancelled",
    ReasonCode.OUTCOME_UNKNOWN: "message_uncertain",
}
_ENDINGS: Final = frozenset({ReasonCode.TENANCY_ENDED, ReasonCode.DECEASED})
_ACTS: Final = {
    ReasonCode.CALLBACK_ASKED: "callback_asked",
    ReasonCode.CALL_DUE: "task_call",
    ReasonCode.INVOICE_OVERDUE: "payment_late",
    ReasonCode.PART_PAID: "payment_part",
    ReasonCode.PAID: "payment_paid",
    ReasonCode.CREDITED: "payment_paid",
    ReasonCode.PAYMENT_BOUNCED: "payment_bounced",
    ReasonCode.NOT_CROSSED: "skip_thanks",
    ReasonCode.STILL_OWES: "skip_thanks",
    ReasonCode.UNPAID_AGAIN: "skip_thanks",
}


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that happened. `why` begins with "Varför:" on the page; `note` is said plainly."""

    title: str
    icon: str
    colour: str
    at: datetime
    when: str
    why: str | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True)
class _Same:
    """What makes several entries one line: the same act at the same time for the same reason."""

    at: datetime
    act: str
    detail: str
    why: str | None
    kind: TouchpointKind


def tale(
    entries: Sequence[Happened],
    rent_days: Sequence[RentDay],
    names: Mapping[str, str],
    now: datetime,
    words: Words,
    timezone: ZoneInfo,
) -> list[Line]:
    """Lines from log entries (newest first) and the rent's due dates. `names` by tenancy, in the order to list them."""
    together: dict[_Same, set[str]] = {}
    for entry in entries:
        if entry.touchpoint.tenancy_id in names and _is_told(entry):
            together.setdefault(_same(entry, words, timezone), set()).add(entry.touchpoint.tenancy_id)
    lines = [
        _line(same, [name for one, name in names.items() if one in who], now, words, timezone)
        for same, who in together.items()
    ]
    oldest = lines[-1].at if lines else now
    due = [_due_line(day, now, words, timezone) for day in rent_days]
    lines += [line for line in due if line.at >= oldest]
    return sorted(lines, key=lambda line: line.at, reverse=True)


def _is_told(entry: Happened) -> bool:
    """What the rent system says of a tenancy is no act of Kvar's, except that it has ended."""
    point = entry.touchpoint
    return point.code not in _UNTOLD and (point.kind is not TouchpointKind.TENANCY or point.code in _ENDINGS)


def _same(entry: Happened, words: Words, timezone: ZoneInfo) -> _Same:
    point, content, message = entry
    why = None
    if point.code:
        values = (content.values if content else None) or {}
        why = sentence(point.code, values, words.language, timezone)
    act, detail = point.kind.value, ""
    code = ReasonCode(point.code) if point.code else None
    if point.kind is TouchpointKind.MESSAGE and message is not None and point.direction is Direction.OUT:
        act = _sent_act(code, point.template_key, message.message_class)
        detail = name_of(point.template_key or "", words.language)
    elif point.kind is TouchpointKind.REPLY:
        detail = content.text or "" if content else ""
    elif code in _ACTS:
        act = _ACTS[code]
    if point.kind in {TouchpointKind.CALL, TouchpointKind.VISIT}:
        detail = point.actor
    return _Same(point.at, act, detail, why, point.kind)


def _sent_act(code: ReasonCode | None, template: str | None, message_class: MessageClass | None) -> str:
    if code in _BROKEN:
        return _BROKEN[code]
    if template in {"thanks", "welcome"}:
        return f"message_{template}"
    return "message_answer" if message_class is MessageClass.ANSWER else "message"


def _line(same: _Same, who: list[str], now: datetime, words: Words, timezone: ZoneInfo) -> Line:
    icon, colour = _MARKS.get(same.kind, ("skip", ""))
    if same.act in _BROKEN.values():
        icon, colour = "skip", ""
    if same.act == "payment_paid":
        icon, colour = "check", "pine"
    title = words.happened[same.act].format(
        names=words.joined(who),
        template=same.detail,
        quote=f"”{same.detail}”" if words.language == "sv" else f"“{same.detail}”",
        actor=same.detail,
    )
    return Line(title, icon, colour, same.at, _when(same.at, now, words, timezone), why=same.why)


def _due_line(day: RentDay, now: datetime, words: Words, timezone: ZoneInfo) -> Line:
    """The due date stands at its own midnight."""
    at = datetime.combine(day.due_date, time(), timezone).astimezone(UTC)
    over = now.astimezone(timezone).date() > day.due_date
    text = words("falls_due_text" if over else "falls_due_waiting", paid=day.paid, homes=day.homes)
    month = month_list([day.period], words.language)
    return Line(words("falls_due_title", month=month), "coin", "", at, short_day(day.due_date, words), note=text)


def _when(at: datetime, now: datetime, words: Words, timezone: ZoneInfo) -> str:
    """`18.21` today, `tis 09.00` within a week, else `tis 3 nov 09.00`."""
    local, today = at.astimezone(timezone), now.astimezone(timezone).date()
    clock = clock_phrase(local.time(), words.language)
    if local.date() == today:
        return clock
    if (today - local.date()).days < 7:
        return f"{words.lists['weekdays_short'][local.weekday()]} {clock}"
    return f"{short_day(local.date(), words)} {clock}"


def short_day(day: date, words: Words) -> str:
    """`fre 30 okt`."""
    return f"{words.lists['weekdays_short'][day.weekday()]} {day.day} {words.lists['months_short'][day.month - 1]}"
