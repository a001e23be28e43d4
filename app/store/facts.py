"""Everything that decisions read about tenancies: one query a subject for a whole batch of runs."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlmodel import Session, col, select

from app.models import CallBack, Hold, Run, Tenancy
from app.policy.facts import (
    CallAttempt,
    Facts,
    FeedFacts,
    HolderFacts,
    HoldFacts,
    InvoiceFacts,
    LegalFacts,
    RunFacts,
    TouchFacts,
)
from app.policy.rules import Rules
from app.store import facts_queries as query
from app.vocabulary import HoldKind, MessageClass, MessageState, TaskState

_LEFT = {MessageState.SENT, MessageState.DELIVERED}


@dataclass(frozen=True, slots=True)
class Company:
    """What holds for every tenancy at the moment of loading."""

    feed: FeedFacts
    paused: bool
    surged: Collection[str]


def load(
    session: Session,
    run: Run,
    now: datetime,
    rules: Rules,
    *,
    without_message: str | None = None,
    surged: Collection[str] = (),
) -> Facts:
    """The facts of one run; see `load_all`."""
    return load_all(session, [run], now, rules, without_message=without_message, surged=surged)[0]


def load_all(
    session: Session,
    runs: Sequence[Run],
    now: datetime,
    rules: Rules,
    *,
    without_message: str | None = None,
    surged: Collection[str] = (),
) -> list[Facts]:
    """The facts of each run, in the order given.

    `without_message` leaves out what that message itself brought about (its touch and its claims), so that it can be
    decided once more. `surged` are the keys of the sequences that the surge brake holds back.
    """
    ids = sorted({run.tenancy_id for run in runs})
    company = Company(query.feed(session), query.paused(session), surged)
    tenancies = {t.id: t for t in session.exec(select(Tenancy).where(col(Tenancy.id).in_(ids)))}
    batch = _Batch(session, ids, now, rules, without_message)
    return [batch.facts(tenancies[run.tenancy_id], run, company) for run in runs]


class _Batch:
    """What was read for these tenancies, by tenancy."""

    def __init__(
        self, session: Session, ids: Sequence[str], now: datetime, rules: Rules, without_message: str | None
    ) -> None:
        today = rules.local_date(now)
        self.rules = rules
        self.holders = query.holders(session, ids)
        self.invoices = query.invoices(session, ids)
        self.touches = _grouped(query.touches(session, ids, without_message))
        self.holds = _grouped(query.holds(session, ids))
        self.callbacks = _grouped(query.open_callbacks(session, ids))
        self.contacts = _grouped(query.contacts(session, ids))
        self.replies = query.replies(session, ids, self._addresses())
        self.legal = query.legal(session, ids)
        self.pending = query.pending(session, ids, [i.id for group in self.invoices.values() for i in group])
        self.late_before = query.late_before(session, ids, now - timedelta(days=365))
        self.plan_offered = query.plan_offered(session, ids)
        keys = [f"tenant:{h.tenant_id}" for group in self.holders.values() for h in group]
        keys += [f"point:{address}" for address in self._addresses()]
        self.claims = query.claims(session, keys, today - timedelta(days=7), without_message)

    def _addresses(self) -> list[str]:
        return sorted({p.address for group in self.holders.values() for h in group for p in h.points})

    def facts(self, tenancy: Tenancy, run: Run, company: Company) -> Facts:
        assert run.id is not None  # noqa: S101  runs are read from the database
        holders: tuple[HolderFacts, ...] = tuple(self.holders.get(tenancy.id, ()))
        invoices: tuple[InvoiceFacts, ...] = tuple(self.invoices.get(tenancy.id, ()))
        touches = self.touches.get(tenancy.id, [])
        return Facts(
            tenancy_id=tenancy.id,
            run=RunFacts(run.id, run.sequence_key, run.anchor, run.anchor_date),
            home=tenancy.kind == "home",
            starts_on=tenancy.starts_on,
            ended_on=tenancy.ended_on,
            end_reason=tenancy.end_reason,
            payment_method=tenancy.payment_method,
            children_in_household=tenancy.children_in_household,
            holders=holders,
            invoices=invoices,
            touches=tuple(_touch(row) for row in touches),
            holds=tuple(self._holds(tenancy.id, holders)),
            call_attempts=tuple(self._calls(tenancy.id)),
            answered_at=tuple(self._answers(tenancy.id, holders)),
            claims=self._claims_of(holders),
            legal=self.legal.get(tenancy.id, LegalFacts()),
            feed=company.feed,
            pending_events=self.pending.get(tenancy.id, 0),
            late_before=tenancy.id in self.late_before,
            plan_offered=tenancy.id in self.plan_offered,
            last_arrears_sent_on=self._last_arrears(touches),
            paused=company.paused,
            surge=run.sequence_key in company.surged,
        )

    def _holds(self, tenancy_id: str, holders: Iterable[HolderFacts]) -> Iterable[HoldFacts]:
        for hold in self.holds.get(tenancy_id, []):
            yield _hold(hold)
        names = {h.tenant_id: h.given_name for h in holders}
        for callback in self.callbacks.get(tenancy_id, []):
            yield _callback_hold(callback, names.get(callback.tenant_id, ""))

    def _calls(self, tenancy_id: str) -> Iterable[CallAttempt]:
        for contact, step, anchor in self.contacts.get(tenancy_id, []):
            if step is not None:
                yield CallAttempt(step, anchor, contact.at, contact.outcome == "reached")

    def _answers(self, tenancy_id: str, holders: Iterable[HolderFacts]) -> Iterable[datetime]:
        for contact, _, _ in self.contacts.get(tenancy_id, []):
            if contact.outcome == "reached":
                yield contact.at
        addresses = {p.address for h in holders for p in h.points}
        for reply_tenancy, address, at in self.replies:
            if reply_tenancy == tenancy_id or address in addresses:
                yield at

    def _claims_of(self, holders: Iterable[HolderFacts]) -> Mapping[str, tuple[date, ...]]:
        keys = [k for h in holders for k in (f"tenant:{h.tenant_id}", *(f"point:{p.address}" for p in h.points))]
        return {key: tuple(self.claims[key]) for key in keys if key in self.claims}

    def _last_arrears(self, touches: Sequence[query.TouchRow]) -> date | None:
        messages = [row.message for row in touches if row.message is not None]
        left = [m.sent_at for m in messages if m.message_class is MessageClass.ARREARS and m.state in _LEFT]
        return max((self.rules.local_date(at) for at in left if at), default=None)


def _grouped(rows: Iterable[tuple[str, Any]]) -> dict[str, list[Any]]:
    groups: dict[str, list[Any]] = defaultdict(list)
    for key, value in rows:
        groups[key].append(value)
    return groups


def _touch(row: query.TouchRow) -> TouchFacts:
    touch, message = row.touch, row.message
    return TouchFacts(
        sequence=touch.sequence_key,
        anchor=touch.anchor,
        step=touch.step_key,
        kind=touch.kind,
        at=(message.sent_at if message else None) or touch.at,
        skipped=touch.skipped,
        gentle=touch.gentle,
        message_state=message.state if message else None,
        task_open=row.task is not None and row.task.state is TaskState.OPEN,
    )


def _hold(hold: Hold) -> HoldFacts:
    return HoldFacts(id=str(hold.id), kind=hold.kind, since=hold.since, until=hold.until, note=hold.note or "")


def _callback_hold(callback: CallBack, name: str) -> HoldFacts:
    return HoldFacts(id=f"callback{callback.id}", kind=HoldKind.CALLBACK, since=callback.created_at, name=name)
