"""All that Kvar believes about the rent system's world, as plain values that two tests' worlds can be compared by."""

from collections.abc import Collection
from typing import Any

from sqlalchemy import Engine
from sqlmodel import Session, SQLModel, col, select

from app.models import Case, FeedReading, Holding, InboxEvent, Invoice, LegalMatter, Run, Tenancy, Tenant, Touchpoint
from app.store.engine import reading

_NOT_FACTS = {"id", "created_at", "because_values", "next_look_at"}


def facts(engine: Engine, tenancy_id: str) -> dict[str, Any]:
    """The tenancy's facts, with its own id written as `*`, so that tenancies can be compared with each other."""
    with reading(engine) as session:
        held = select(Holding.tenant_id).where(Holding.tenancy_id == tenancy_id)
        found = {
            "tenancy": _rows(session, Tenancy, Tenancy.id == tenancy_id, keep="id"),
            "tenants": _rows(session, Tenant, col(Tenant.id).in_(held), keep="id"),
            "holdings": _rows(session, Holding, Holding.tenancy_id == tenancy_id),
            "invoices": _rows(session, Invoice, Invoice.tenancy_id == tenancy_id, keep="id"),
            "legal": _rows(session, LegalMatter, LegalMatter.tenancy_id == tenancy_id),
            "runs": _rows(session, Run, Run.tenancy_id == tenancy_id, without={"case_id"}),
            "case": sorted(str(case.state) for case in session.exec(select(Case).where(Case.tenancy_id == tenancy_id))),
        }
    return {name: _without(rows, tenancy_id) for name, rows in found.items()}


def touchpoints(engine: Engine, tenancy_id: str) -> list[tuple[str, str | None]]:
    """Kind and code of the tenancy's log, in order."""
    with reading(engine) as session:
        entries = select(Touchpoint).where(Touchpoint.tenancy_id == tenancy_id).order_by(col(Touchpoint.seq))
        return [(entry.kind.value, entry.code) for entry in session.exec(entries)]


def inbox_states(engine: Engine) -> dict[str, str]:
    """The state of each event that counts."""
    with reading(engine) as session:
        events = session.exec(select(InboxEvent).where(InboxEvent.revision == 0))
        return {event.event_id: event.state.value for event in events}


def readings(engine: Engine) -> int:
    with reading(engine) as session:
        return len(session.exec(select(FeedReading.id)).all())


def _rows(
    session: Session, model: type[SQLModel], where: Any, *, keep: str = "", without: Collection[str] = ()
) -> list[list[tuple[str, str]]]:
    dropped = (_NOT_FACTS | set(without)) - {keep}
    rows = session.exec(select(model).where(where))
    return sorted(sorted((k, str(v)) for k, v in row.model_dump().items() if k not in dropped) for row in rows)


def _without(rows: Any, tenancy_id: str) -> Any:
    if isinstance(rows, str):
        return rows.replace(tenancy_id, "*")
    if isinstance(rows, tuple):
        return tuple(_without(part, tenancy_id) for part in rows)
    return [_without(row, tenancy_id) for row in rows]
