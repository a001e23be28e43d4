"""The webhook inbox: append with its rules for repetition, take out for applying, look at and replay."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import String, bindparam, literal, or_, select, update
from sqlalchemy import cast as sql_cast
from sqlmodel import Session, col

from app.errors import FieldError
from app.models import Alert, InboxEvent
from app.store.engine import insert_new, insert_new_keys, table_of
from app.vocabulary import InboxState

SOURCE: Final = "rent"
_CHUNK: Final = 500
_IDENTITY: Final = frozenset({"source", "event_id", "revision"})
_table = table_of(InboxEvent)
_c = _table.c


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """One received event, read and judged. `payload`: `{"type", "timestamp", "data"}`, as much of it as may be kept."""

    event_id: str
    type: str
    state: InboxState
    payload: Mapping[str, Any] | None
    body_sha256: str
    content_digest: str
    tenancy_id: str | None = None
    invoice_id: str | None = None
    as_of: datetime | None = None
    problems: tuple[FieldError, ...] = ()


@dataclass(frozen=True, slots=True)
class Kept:
    """What became of an arrival: its state in the inbox, or `duplicate`."""

    arrival: Arrival
    state: InboxState
    duplicate: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored:
    """An event as it lies in the inbox, ready to be applied."""

    id: int
    type: str
    tenancy_id: str | None
    invoice_id: str | None
    payload: Mapping[str, Any]
    received_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Settlement:
    """What became of a stored event when it was applied. `payload` is kept instead of the old one."""

    state: InboxState
    payload: Mapping[str, Any]
    problems: tuple[FieldError, ...] = ()


def append(session: Session, arrivals: Sequence[Arrival], now: datetime) -> list[Kept]:
    """Append each arrival once, in order; one answer per arrival.

    The same id with equal content is a duplicate, with other content a conflict (kept under its own revision); an id
    that was rejected may come again, corrected.
    """
    firsts = {arrival.event_id: arrival for arrival in reversed(arrivals)}
    rows = [row_of(arrival, now) for arrival in reversed(firsts.values())]
    new = insert_new_keys(session, _table, rows, "event_id")
    again = [a for a in arrivals if a.event_id not in new or firsts[a.event_id] is not a]
    before = _existing(session, {a.event_id for a in again})
    kept = []
    for arrival in arrivals:
        if arrival.event_id in new and firsts[arrival.event_id] is arrival:
            kept.append(Kept(arrival, arrival.state))
        else:
            kept.append(_again(session, arrival, before, now))
    return kept


@dataclass(slots=True)
class _Existing:
    id: int
    state: InboxState
    digest: str


def _existing(session: Session, event_ids: Collection[str]) -> dict[str, _Existing]:
    found: dict[str, _Existing] = {}
    ids = sorted(event_ids)
    for start in range(0, len(ids), _CHUNK):
        statement = select(_c.event_id, _c.id, _c.state, _c.content_digest).where(
            _c.source == SOURCE, _c.event_id.in_(ids[start : start + _CHUNK]), _c.revision == 0
        )
        found |= {row[0]: _Existing(*row[1:]) for row in session.execute(statement)}
    return found


def _again(session: Session, arrival: Arrival, before: Mapping[str, _Existing], now: datetime) -> Kept:
    known = before[arrival.event_id]
    if known.state is InboxState.REJECTED:
        if _correct(session, known, arrival, now):
            return Kept(arrival, arrival.state)
        # Another replica corrected it in this very moment: judge by what it made of it.
        return _again(session, arrival, _existing(session, [arrival.event_id]), now)
    if known.digest == arrival.content_digest:
        return Kept(arrival, known.state, duplicate=True)
    _keep_conflict(session, arrival, now)
    return Kept(arrival, InboxState.CONFLICT)


def _correct(session: Session, known: _Existing, arrival: Arrival, now: datetime) -> bool:
    """Put `arrival` in the place of the rejected event. False when that is rejected no longer."""
    change = {name: value for name, value in row_of(arrival, now).items() if name not in _IDENTITY}
    still = update(_table).where(_c.id == known.id, _c.state == InboxState.REJECTED)
    done = session.execute(still.values(**change, superseded_by=None))
    known.state, known.digest = arrival.state, arrival.content_digest
    return bool(getattr(done, "rowcount", 0))


def _keep_conflict(session: Session, arrival: Arrival, now: datetime) -> None:
    """Each other body under a known id is kept once, under the next free revision."""
    mine = select(_c.revision, _c.content_digest).where(_c.source == SOURCE, _c.event_id == arrival.event_id)
    new = 0
    while not new:
        revisions = session.execute(mine).all()
        if any(digest == arrival.content_digest for _, digest in revisions):
            return
        revision = max(number for number, _ in revisions) + 1
        new = insert_new(session, _table, [row_of(arrival, now) | {"state": InboxState.CONFLICT, "revision": revision}])


def row_of(arrival: Arrival, now: datetime) -> dict[str, Any]:
    settled = arrival.state not in {InboxState.ACCEPTED, InboxState.REJECTED}
    return {
        "source": SOURCE,
        "event_id": arrival.event_id,
        "revision": 0,
        "type": arrival.type,
        "state": arrival.state,
        "tenancy_id": arrival.tenancy_id,
        "invoice_id": arrival.invoice_id,
        "as_of": arrival.as_of,
        "payload": arrival.payload,
        "body_sha256": arrival.body_sha256,
        "content_digest": arrival.content_digest,
        "problems": plain_problems(arrival.problems),
        "received_at": now,
        "settled_at": now if settled else None,
    }


def plain_problems(problems: Sequence[FieldError]) -> list[dict[str, str]] | None:
    return [{"pointer": p.pointer, "detail": p.detail} for p in problems] or None


_STORED = (_c.id, _c.type, _c.tenancy_id, _c.invoice_id, _c.payload, _c.received_at)


def _in_state(state: InboxState) -> Any:
    """Written into the statement, so that the partial index serves it."""
    return _c.state == bindparam(None, state, type_=_c.state.type, literal_execute=True)


def backlog(session: Session) -> bool:
    """Whether accepted events wait to be applied."""
    return session.execute(select(_c.id).where(_in_state(InboxState.ACCEPTED)).limit(1)).first() is not None


def take_accepted(session: Session, limit: int) -> list[Stored]:
    """The oldest events that are to be applied, locked: another replica waits here, and then finds them settled."""
    statement = select(*_STORED).where(_in_state(InboxState.ACCEPTED)).order_by(_c.id).limit(limit).with_for_update()
    return [Stored(**row) for row in session.execute(statement).mappings()]


def waiting(session: Session, tenancy_ids: Collection[str]) -> dict[str, list[Stored]]:
    """The events that wait for these tenancies, oldest first."""
    statement = select(*_STORED).where(_c.tenancy_id.in_(tenancy_ids), _in_state(InboxState.WAITING)).order_by(_c.id)
    found: dict[str, list[Stored]] = {}
    for row in session.execute(statement).mappings():
        found.setdefault(row["tenancy_id"], []).append(Stored(**row))
    return found


def settle(session: Session, settlements: Mapping[int, Settlement], now: datetime) -> None:
    """Write down what became of each event."""
    if not settlements:
        return
    statement = (
        update(_table)
        .where(_c.id == bindparam("row_id"))
        .values(
            state=bindparam("to"), payload=bindparam("kept"), problems=bindparam("wrong"), settled_at=bindparam("at")
        )
    )
    rows = [
        {
            "row_id": row_id,
            "to": s.state,
            "kept": s.payload,
            "wrong": plain_problems(s.problems),
            "at": None if s.state is InboxState.WAITING else now,
        }
        for row_id, s in settlements.items()
    ]
    session.connection().execute(statement, rows)


@dataclass(frozen=True, slots=True)
class Rejected:
    """A rejected event that still stands in the way of what it names."""

    id: int
    type: str
    tenancy_id: str | None
    invoice_id: str | None


def standing_rejections(session: Session, tenancy_ids: Collection[str], invoice_ids: Collection[str]) -> list[Rejected]:
    """Rejected events about these tenancies or invoices that nothing has superseded."""
    statement = (
        select(_c.id, _c.type, _c.tenancy_id, _c.invoice_id)
        .where(_in_state(InboxState.REJECTED), _c.superseded_by.is_(None))
        .where(or_(_c.tenancy_id.in_(tenancy_ids), _c.invoice_id.in_(invoice_ids)))
    )
    return [Rejected(*row) for row in session.execute(statement)]


def supersede(session: Session, by: Mapping[int, int]) -> None:
    """Mark rejected rows (keys) as superseded by the applied event (values)."""
    for rejected, applied in sorted(by.items()):
        session.execute(update(_table).where(_c.id == rejected).values(superseded_by=applied))


def expire_bodies(session: Session, before: datetime) -> int:
    """Forget the bodies of rejected, ignored and conflicting events received before `before`. Returns how many."""
    kept_whole = (InboxState.REJECTED, InboxState.IGNORED, InboxState.CONFLICT)
    statement = (
        update(_table)
        .where(_c.state.in_(kept_whole), _c.received_at < before, _c.payload.is_not(None))
        .values(payload=None)
    )
    return int(getattr(session.execute(statement), "rowcount", 0))


def unalerted_waiting(session: Session, before: datetime, key: str) -> list[int]:
    """Events waiting since before `before` for which there is no alert named `key` + their id yet."""
    told = select(col(Alert.key)).where(col(Alert.key) == literal(key) + sql_cast(_c.id, String)).exists()
    statement = select(_c.id).where(_in_state(InboxState.WAITING), _c.received_at < before, ~told).order_by(_c.id)
    return list(session.execute(statement).scalars())


def bodies_naming(session: Session, tenancy_ids: Collection[str]) -> list[tuple[int, Mapping[str, Any]]]:
    """Whole bodies that are kept about these tenancies: rejected, ignored and conflicting ones."""
    kept_whole = (InboxState.REJECTED, InboxState.IGNORED, InboxState.CONFLICT)
    statement = select(_c.id, _c.payload).where(
        _c.tenancy_id.in_(tenancy_ids), _c.state.in_(kept_whole), _c.payload.is_not(None)
    )
    return [(row[0], row[1]) for row in session.execute(statement)]


def replace_body(session: Session, row_id: int, payload: Mapping[str, Any]) -> None:
    session.execute(update(_table).where(_c.id == row_id).values(payload=payload))
