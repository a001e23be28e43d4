"""What stands on the page, made from the rent system's books and Kvar's own log. No HTML here."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from sqlmodel import Session

from app.flows.service import Service
from app.models import CallBack
from app.policy.callback import Appointment
from app.rendering.phrases import clock_phrase, date_phrase, month_list, when_phrase
from app.store import neighbourhood
from app.vocabulary import PaymentMethod, TenancyKind
from app.web.simulator.phones import Phone, phone
from app.web.simulator.street import Home, House, street
from app.web.simulator.tale import HIDDEN, Line, tale
from app.web.simulator.words import Words
from app.web.simulator.world import Account, Simulator

PHONES: Final = 3
_CARDS: Final = 5
_LINES: Final = 16
_RECENTLY: Final = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Badge:
    text: str
    colour: str = ""
    icon: str | None = None


@dataclass(frozen=True, slots=True)
class Card:
    """A household at the rent system: what may be done with `invoice_id` follows from `unpaid` and `may_miss`."""

    tenancy_id: str
    invoice_id: str
    name: str
    badge: Badge | None
    lines: tuple[str, ...]
    unpaid: bool
    may_miss: bool


@dataclass(frozen=True, slots=True)
class Call:
    """A call that a person is to make; `callback_id` when the tenant asked for it."""

    tenancy_id: str
    callback_id: int | None
    name: str
    text: str


@dataclass(frozen=True, slots=True)
class Unread:
    """A tenant's own words that a person is to read and answer."""

    message_id: str
    name: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What the visitor chose in the address: phones by tenancy id, and how far back the tale goes."""

    phones: tuple[str, ...] = ()
    lines: int = _LINES


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    now: datetime
    when: str
    company: str
    staff: str
    houses: list[House]
    caption: str
    cards: list[Card]
    more_late: list[Card]
    others: str | None
    silent: bool
    calls: list[Call]
    unread: list[Unread]
    phones: list[Phone]
    everyone: list[Account]
    lines: list[Line]
    older: int | None


def build(session: Session, simulator: Simulator, service: Service, asked: Asked, words: Words) -> Page:
    """Read everything once and put it in place."""
    now, timezone = service.clock(), service.rules.timezone
    today = service.rules.local_date(now)
    accounts = list(simulator.rent_system.accounts())
    by_id = {account.tenancy_id: account for account in accounts}
    shown = [by_id[one] for one in asked.phones or simulator.phones if one in by_id][:PHONES]
    cards, more = _sorted_cards(accounts, shown, today)
    written = neighbourhood.written_to(session, now - _RECENTLY)
    threads = neighbourhood.threads(session, [account.tenancy_id for account in shown])
    entries = neighbourhood.happened(session, without=HIDDEN, limit=_entries(asked.lines))
    story = tale(entries, simulator.rent_system.rent_days(today), _names(accounts, shown, words), now, words, timezone)
    return Page(
        now=now,
        when=_when(now, timezone, words),
        company=service.company.name,
        staff=simulator.staff,
        houses=street([_home(a, today) for a in accounts if a.kind is TenancyKind.HOME]),
        caption=_caption(accounts, today, simulator.place, words),
        cards=[_card(account, today, words) for account in cards],
        more_late=[_card(account, today, words) for account in more],
        others=_untouched(accounts, [*cards, *more], written, words),
        silent=simulator.rent_system.silent,
        calls=_calls(session, simulator, by_id, now, timezone, words),
        unread=[
            Unread(message.id, by_id[message.tenancy_id].name, message.body)
            for message in neighbourhood.unread_replies(session)
            if message.tenancy_id in by_id
        ],
        phones=[phone(account, threads[account.tenancy_id], now, words, timezone) for account in shown],
        everyone=accounts,
        lines=story[: asked.lines],
        older=asked.lines + _LINES if len(story) > asked.lines else None,
    )


def _entries(lines: int) -> int:
    """Several entries make one line; read enough of them."""
    return lines * 8


def _sorted_cards(
    accounts: Sequence[Account], shown: Sequence[Account], today: date
) -> tuple[list[Account], list[Account]]:
    """The households whose phones are shown, then who is late, the longest first (never by amount); and the rest of
    those who are late. With few of them, somebody who is not."""
    late = sorted((a for a in accounts if a.days_late(today) > 0), key=lambda a: (-a.days_late(today), a.tenancy_id))
    calm = [a for a in accounts if a.days_late(today) <= 0 and a.kind is TenancyKind.HOME and not a.ended]
    first = [*shown, *(account for account in [*late, *calm] if account not in shown)][:_CARDS]
    return first, [account for account in late if account not in first]


def _names(accounts: Sequence[Account], shown: Sequence[Account], words: Words) -> dict[str, str]:
    """What people are called in the tale: by given name, societies whole; those whose phones are shown first."""
    ordered = [*shown, *(account for account in accounts if account not in shown)]
    return {
        account.tenancy_id: words("someone_protected") if account.protected else account.given_name or account.name
        for account in ordered
    }


def _home(account: Account, today: date) -> Home:
    return Home(lived_in=not account.ended, late=account.days_late(today) > 0)


def _caption(accounts: Sequence[Account], today: date, place: str, words: Words) -> str:
    homes = [a for a in accounts if a.kind is TenancyKind.HOME and not a.ended]
    late = sum(1 for account in homes if account.days_late(today) > 0)
    key = {0: "street_all_fine", 1: "street_one_late"}.get(late, "street_fine")
    return words(key, homes=len(homes), place=place, fine=len(homes) - late, late=late)


def _untouched(accounts: Sequence[Account], listed: Sequence[Account], written: set[str], words: Words) -> str | None:
    homes = [a for a in accounts if a.kind is TenancyKind.HOME and not a.ended and a not in listed]
    count = sum(1 for account in homes if account.tenancy_id not in written)
    if count == 0:
        return None
    return words("one_other_fine") if count == 1 else words("others_fine", count=count)


def _card(account: Account, today: date, words: Words) -> Card:
    unpaid = account.remaining > 0 and not account.ended
    return Card(
        tenancy_id=account.tenancy_id,
        invoice_id=account.invoice_id,
        name=words("someone_protected") if account.protected else account.name,
        badge=_badge(account, today, words),
        lines=_card_lines(account, today, words),
        unpaid=unpaid,
        may_miss=unpaid and account.due_date >= today and not account.will_miss,
    )


def _badge(account: Account, today: date, words: Words) -> Badge | None:
    days = account.days_late(today)
    if not account.remaining:
        return Badge(words("paid"), "pine", "check")
    if account.disputed:
        return Badge(words("disputed"), "sky")
    if account.deferred_until is not None and account.deferred_until >= today:
        return Badge(words("deferred"))
    if days > 0:
        return Badge(words("late_one_day") if days == 1 else words("late_days", days=days), "ochre")
    if account.will_miss:
        return Badge(words("will_miss"))
    return Badge(words("autogiro")) if account.payment_method is PaymentMethod.AUTOGIRO else None


def _card_lines(account: Account, today: date, words: Words) -> tuple[str, ...]:
    month = month_list([account.period], words.language).capitalize()
    if not account.remaining:
        return (words("is_paid", month=month),)
    left, amount = words.money(account.remaining), words.money(account.amount)
    part = account.remaining < account.amount
    lines = [words("left_of", month=month, left=left, amount=amount) if part else words("owes", month=month, left=left)]
    if account.deferred_until is not None and account.deferred_until >= today:
        lines.append(words("deferred_until", day=date_phrase(account.deferred_until, words.language)))
    elif account.due_date >= today:
        lines.append(words("falls_due", day=date_phrase(account.due_date, words.language)))
    return tuple(lines)


def _calls(
    session: Session, simulator: Simulator, by_id: dict[str, Account], now: datetime, timezone: ZoneInfo, words: Words
) -> list[Call]:
    """Call-backs first: somebody is waiting by the phone."""
    asked = [c for c in neighbourhood.waiting_callbacks(session) if c.tenancy_id in by_id]
    waiting = {callback.tenancy_id for callback in asked}
    calls = [
        Call(
            c.tenancy_id,
            c.id,
            by_id[c.tenancy_id].name,
            words(
                "call_asked",
                staff=simulator.staff,
                when=when_phrase(_appointment(c, now), now, words.language, timezone),
            ),
        )
        for c in asked
    ]
    planned = [t for t in neighbourhood.call_tasks(session) if t.tenancy_id in by_id and t.tenancy_id not in waiting]
    return calls + [Call(t.tenancy_id, None, by_id[t.tenancy_id].name, words("call_planned")) for t in planned]


def _appointment(callback: CallBack, now: datetime) -> Appointment:
    """The wished time while it lies ahead, else by the deadline."""
    ahead = callback.wished_from if callback.wished_from is not None and callback.wished_from > now else None
    return Appointment(start=ahead or now, end=callback.wished_until if ahead else None, due_by=callback.due_by)


def _when(now: datetime, timezone: ZoneInfo, words: Words) -> str:
    local = now.astimezone(timezone)
    return f"{date_phrase(local.date(), words.language, weekday=True)}, {clock_phrase(local.time(), words.language)}"
