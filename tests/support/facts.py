"""Facts, rules and sequences that a decision is made from: plain functions, everything can be overridden by name.

Unless said otherwise Amina owes the rent for November, due on Friday 30 October 2026, has a phone; the feed is fresh.
Moments are written as local time in Stockholm.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from app.policy.calendar import Calendar
from app.policy.contact_hours import parse_hours
from app.policy.decision import Assign, Decision, Send, Stop, Wait
from app.policy.facts import (
    CallAttempt,
    ContactPoint,
    Facts,
    FeedFacts,
    HolderFacts,
    HoldFacts,
    InvoiceFacts,
    RunFacts,
    TouchFacts,
)
from app.policy.rules import Rules
from app.policy.sequence import decide
from app.policy.sequence_file import Sequence as Plan
from app.policy.sequence_file import parse_sequence
from app.policy.span import Span
from app.settings import SHIPPED
from app.vocabulary import BlockKind, Channel, HoldKind, ReasonCode, StepKind

STOCKHOLM = ZoneInfo("Europe/Stockholm")
SWEDEN = Calendar("SE")
DUE = date(2026, 10, 30)
PHONE = "+46701740605"
ADDRESS = "amina@example.se"
TEMPLATES = frozenset(folder.name for folder in (SHIPPED / "templates" / "messages").iterdir() if folder.is_dir())


def at(text: str) -> datetime:
    """The moment of a local time, `2026-11-03 09:00`."""
    return datetime.fromisoformat(text).replace(tzinfo=STOCKHOLM).astimezone(UTC)


def day(text: str) -> date:
    return date.fromisoformat(text)


def local(moment: datetime) -> str:
    return moment.astimezone(STOCKHOLM).strftime("%Y-%m-%d %H:%M")


def plan(text: str) -> Plan:
    """A sequence written in a test."""
    return parse_sequence(text, "test.toml", TEMPLATES)


def shipped(key: str) -> Plan:
    file = SHIPPED / "templates" / "sequences" / f"{key}.toml"
    return parse_sequence(file.read_text(encoding="utf-8"), file.name, TEMPLATES)


ARREARS, WELCOME, THANKS = shipped("arrears"), shipped("welcome"), shipped("thanks")


def rules(hours: str = "mon-fri 09:00-18:00", calendar: Calendar = SWEDEN, **values: Any) -> Rules:
    plain = Rules(
        timezone=STOCKHOLM,
        calendar=calendar,
        contact_hours=parse_hours(hours, STOCKHOLM, calendar),
        opening_hours=parse_hours("mon-fri 09:00-16:00", STOCKHOLM, calendar),
        callback_within=Span(1, bank=True),
        feed_max_age=timedelta(hours=36),
        small_debt=10_000,
        surge_percent=10,
        language="sv",
        sendable_languages=frozenset({"sv", "en"}),
    )
    return replace(plain, **values)


RULES = rules()


def invoice(number: str = "INV-1", **values: Any) -> InvoiceFacts:
    row: dict[str, Any] = {
        "id": number, "root": number, "period": "2026-11", "due_date": DUE, "amount": 845_000, "remaining": 845_000,
        "currency": "SEK", "kind": "rent", "first_seen": at("2026-10-01 06:00"), "as_of": at("2026-11-02 06:00"),
    } | values  # fmt: skip
    return InvoiceFacts(**row)


def december(**values: Any) -> InvoiceFacts:
    """The next rent, due on Monday 30 November."""
    row = {"period": "2026-12", "due_date": date(2026, 11, 30), "first_seen": at("2026-11-01 06:00")} | values
    return invoice("INV-2", **row)


def sms(address: str = PHONE, blocked: BlockKind | None = None) -> ContactPoint:
    return ContactPoint(Channel.SMS, address, blocked)


def email(address: str = ADDRESS, blocked: BlockKind | None = None) -> ContactPoint:
    return ContactPoint(Channel.EMAIL, address, blocked)


def holder(tenant_id: str = "P-1", **values: Any) -> HolderFacts:
    row: dict[str, Any] = {
        "tenant_id": tenant_id, "given_name": "Amina", "family_name": "Berg", "language": None, "preferred": None,
        "primary": True, "points": (sms(),),
    } | values  # fmt: skip
    return HolderFacts(**row)


def touch(step: str, when: str, kind: StepKind = StepKind.MESSAGE, **values: Any) -> TouchFacts:
    row: dict[str, Any] = {"sequence": "arrears", "anchor": "INV-1", "gentle": step == "not_seen_yet"} | values
    return TouchFacts(step=step, kind=kind, at=at(when), **row)


def call_at(when: str, *, reached: bool = False) -> CallAttempt:
    return CallAttempt("call", "INV-1", at(when), reached)


def hold(kind: HoldKind, since: str, until: str | None = None, **values: Any) -> HoldFacts:
    return HoldFacts(id=kind.value, kind=kind, since=at(since), until=at(until) if until else None, **values)


def run(sequence: str = "arrears", anchor: str = "INV-1", anchor_date: date = DUE) -> RunFacts:
    return RunFacts(1, sequence, anchor, anchor_date)


def facts(**values: Any) -> Facts:
    row: dict[str, Any] = {
        "tenancy_id": "T-1", "run": run(), "home": True, "starts_on": date(2024, 2, 1), "holders": (holder(),),
        "invoices": (invoice(),),
    } | values  # fmt: skip
    return Facts(**row)


def fresh(now: datetime) -> FeedFacts:
    return FeedFacts(now, now.astimezone(STOCKHOLM).date())


def decided(now: str, sequence: Plan = ARREARS, by: Rules = RULES, **values: Any) -> Decision:
    """What is decided about `facts(**values)` at `now`; the feed is fresh unless `feed` is given."""
    return decide(facts(**({"feed": fresh(at(now))} | values)), sequence, by, at(now))


def told(decision: Decision) -> str:
    """A decision in short: `send not_seen_yet`, `assign call`, `wait not_yet 2026-11-05 09:00`, `stop paid`."""
    match decision:
        case Send():
            return f"send {decision.template}"
        case Assign():
            return f"assign {decision.step} {decision.because.code}"
        case Wait():
            until = local(decision.until) if decision.until else "for facts"
            return f"wait {decision.because.code} {until}"
        case Stop():
            return f"stop {decision.because.code}"


def passed_over(decision: Decision) -> list[tuple[str, ReasonCode]]:
    return [(skip.step, skip.because.code) for skip in decision.skipped]


def done(current: Facts, decision: Send | Assign, now: datetime) -> Facts:
    """The facts after the decision has been carried out: its touch, its skips, its caps."""
    touches: list[TouchFacts] = [*_skips(current, decision.skipped, now)]
    sent = isinstance(decision, Send)
    touches.append(
        TouchFacts(
            sequence=current.run.sequence,
            anchor=current.run.anchor,
            step=decision.step,
            kind=StepKind.MESSAGE if isinstance(decision, Send) else decision.kind,
            at=now,
            gentle=isinstance(decision, Send) and decision.gentle,
            task_open=not sent,
        )
    )
    claims = dict(current.claims)
    if isinstance(decision, Send):
        today = now.astimezone(STOCKHOLM).date()
        for key in decision.recipient.cap_keys:
            claims[key] = (*claims.get(key, ()), today)
    return replace(current, touches=(*current.touches, *touches), claims=claims)


def skipped(current: Facts, decision: Wait | Stop, now: datetime) -> Facts:
    """The facts after the skips of a wait or stop have been written down."""
    return replace(current, touches=(*current.touches, *_skips(current, decision.skipped, now)))


def _skips(current: Facts, skips: Sequence[Any], now: datetime) -> Iterable[TouchFacts]:
    known = {t.step for t in current.touches if (t.sequence, t.anchor) == (current.run.sequence, current.run.anchor)}
    for skip in skips:
        if skip.step not in known:
            yield TouchFacts(
                sequence=current.run.sequence, anchor=current.run.anchor, step=skip.step, kind=skip.kind, at=now,
                skipped=True,
            )  # fmt: skip
