"""The story in plain text: day by day, when, who, what was sent or not sent, and why."""

import textwrap
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from app.demo.company import BY_ID, HOUSEHOLDS, Household
from app.demo.doors import Doors, Entry
from app.demo.rent_system import CENTRAL
from app.demo.words import words_of
from app.policy.calendar import Calendar
from app.rendering.phrases import clock_phrase, date_phrase

WIDTH: Final = 100
_INDENT: Final = " " * 9
_NAMES: Final = 6
STAFF: Final = ""
"""Stands for the household of a message to staff, which belongs to none."""
_UNTOLD_KINDS: Final = frozenset({"note", "hold", "case"})
"""Told by what is next to them: the rent that is late or paid, the reply or the person that set the hold."""
_UNTOLD_CODES: Final = frozenset({"wait_ended", "callback_done", "callback_no_answer"})
_ENDINGS: Final = frozenset({"tenancy_ended", "deceased"})
_NO_THANKS: Final = frozenset({"not_crossed", "still_owes", "unpaid_again"})
_STATEMENTS: Final = frozenset({"payment", "call", "callback", "contact_point", "legal", "alert", "tenancy"})
"""Here the reason is the news itself."""


@dataclass(frozen=True, slots=True)
class Told:
    """An entry and whose log it stands in."""

    tenancy_id: str
    entry: Entry


class Transcript:
    """Reads everybody's log through the API, and tells each entry once."""

    def __init__(self, doors: Doors, language: str, calendar: Calendar) -> None:
        self._doors = doors
        self._language = language
        self._words = words_of(language)
        self._calendar = calendar
        self._seen = {household.id: 0 for household in HOUSEHOLDS}
        self._alerts: set[str] = set()
        self._quiet: list[date] = []
        self.everything: list[Told] = []

    def opening(self) -> str:
        lines = self._words["intro"].format(count=len(HOUSEHOLDS)).splitlines()
        return "\n".join(filled(line, "") for line in lines)

    def day(self, day: date) -> str:
        """What has happened since the last call, under the heading of `day`; days without news are told together."""
        new = list(self._read())
        self.everything += new
        told = [one for one in [*new, *self._to_staff()] if _is_news(one.entry)]
        if not told:
            self._quiet.append(day)
            return ""
        paragraphs: dict[tuple[object, ...], list[Told]] = {}
        for one in told:
            paragraphs.setdefault(self._sameness(one), []).append(one)
        ordered = sorted(paragraphs.values(), key=_order)
        lines = [self._gathered(), f"\n{self._named(day).upper()}"]
        for same in ordered:
            lines += self._tell(same)
        return "\n".join(line for line in lines if line)

    def _read(self) -> Iterator[Told]:
        for tenancy_id, seq in self._seen.items():
            for entry in self._doors.log(tenancy_id, self._language, after=seq):
                self._seen[tenancy_id] = entry.seq
                yield Told(tenancy_id, entry)

    def _to_staff(self) -> Iterator[Told]:
        for entry in self._doors.staff_messages(self._language, known=self._alerts):
            yield Told(STAFF, entry)

    def _gathered(self) -> str:
        if not self._quiet:
            return ""
        named = [self._named(day) for day in self._quiet]
        self._quiet = []
        return "\n" + filled(self._words["quiet"].format(days="; ".join(named)), "")

    def _named(self, day: date) -> str:
        name = date_phrase(day, self._language, weekday=True)
        holiday = self._calendar.holiday_name(day, self._language)
        return f"{name} ({holiday})" if holiday else name

    def _sameness(self, told: Told) -> tuple[object, ...]:
        """What makes several entries one paragraph: the same act, at the same time, for the same reason."""
        entry = told.entry
        if entry.kind == "reply" or told.tenancy_id == STAFF:
            return (entry.at, told.tenancy_id, entry.text)
        written_in = BY_ID[told.tenancy_id].primary.language if entry.kind == "message" else None
        return (entry.at, entry.kind, entry.state, entry.code, entry.why, entry.template, entry.channel, written_in)

    def _tell(self, same: Sequence[Told]) -> list[str]:
        entry = same[0].entry
        clock = clock_phrase(entry.at.astimezone(CENTRAL).time(), self._language)
        each_by_name = entry.kind == "message"
        lines = [filled(f"  {clock}  {self._title(same[:1] if each_by_name else same)}", _INDENT)]
        if entry.text and entry.kind in {"message", "reply"}:
            lines += _quoted(entry.text)
        if each_by_name and len(same) > 1:
            lines.append(filled(_INDENT + self._words["same"].format(names=self._names(same[1:])), _INDENT))
        if entry.why:
            why = entry.why if entry.kind in _STATEMENTS else f"{self._words['why']} {entry.why}"
            lines.append(filled(_INDENT + why, _INDENT))
        return lines

    def _title(self, same: Sequence[Told]) -> str:
        entry = same[0].entry
        channel = self._words.get(f"channel_{entry.channel}", "")
        return self._words[_title_key(same[0])].format(names=self._names(same), channel=channel)

    def _names(self, same: Iterable[Told]) -> str:
        names = list(dict.fromkeys(self._name(BY_ID[told.tenancy_id]) for told in same if told.tenancy_id != STAFF))
        if len(names) > _NAMES + 1:
            return f"{', '.join(names[:_NAMES])} {self._words['and_more'].format(count=len(names) - _NAMES)}"
        return ", ".join(names)

    def _name(self, household: Household) -> str:
        return self._words["protected"] if household.primary.protected else household.shown


def _order(same: Sequence[Told]) -> tuple[datetime, bool, int]:
    """As it was written down; staff are told after what they are told about."""
    return (same[0].entry.at, same[0].tenancy_id == STAFF, min(told.entry.id for told in same))


def _is_news(entry: Entry) -> bool:
    if entry.kind == "tenancy":
        return entry.code in _ENDINGS
    return entry.kind not in _UNTOLD_KINDS and entry.code not in _UNTOLD_CODES


def _title_key(told: Told) -> str:
    entry = told.entry
    if told.tenancy_id == STAFF:
        return "to_staff"
    match entry.kind:
        case "message":
            return "sent" if entry.sent else "not_sent" if entry.state == "cancelled" else "came_to_nothing"
        case "payment":
            return {"invoice_overdue": "late", "part_paid": "part_paid", "payment_bounced": "late"}.get(
                entry.code or "", "paid"
            )
        case "task":
            return "done" if entry.code == "task_done" else "to_a_person"
        case "skip":
            return "no_thanks" if entry.code in _NO_THANKS else "skipped"
    return entry.kind


def _quoted(text: str) -> list[str]:
    lines: list[str] = []
    for paragraph in text.splitlines():
        wrapped = textwrap.wrap(paragraph, WIDTH - len(_INDENT) - 2) or [""]
        lines += [f"{_INDENT}| {line}".rstrip() for line in wrapped]
    return lines


def filled(text: str, indent: str) -> str:
    """`text` within the width of the transcript, later lines indented by `indent`."""
    head = text[: len(text) - len(text.lstrip("\n"))]
    return head + textwrap.fill(text.lstrip("\n"), WIDTH, subsequent_indent=indent)


def counted(values: Iterable[str]) -> Mapping[str, int]:
    """How many times each value stands in `values`, the most frequent first."""
    counts: dict[str, int] = {}
    for value in values:
        counts[value] = counts.get(value, 0) + 1
    return dict(sorted(counts.items(), key=lambda pair: (-pair[1], pair[0])))
