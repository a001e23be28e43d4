"""From a decision to the exact text: one message for all of a tenant's unpaid months, over all their tenancies."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from app.flows.service import Service
from app.models import Run
from app.policy.decision import Send
from app.policy.facts import Facts
from app.policy.sequence import decide
from app.rendering.texts import Rendered
from app.rendering.variables import variables
from app.store import facts as store_facts
from app.store import runs
from app.vocabulary import MessageClass


@dataclass(frozen=True, slots=True)
class Covered:
    """A run whose step the message does."""

    run: Run
    send: Send


@dataclass(frozen=True, slots=True)
class Composed:
    """What will be sent, and which runs it speaks for: its own first."""

    rendered: Rendered
    covers: tuple[Covered, ...]


def compose(
    session: Session,
    service: Service,
    run: Run,
    facts: Facts,
    send: Send,
    now: datetime,
    *,
    surged: Collection[str] = (),
    without_message: str | None = None,
) -> Composed:
    """Put the decision into words. What the tenant's other tenancies would say today is told in the same message."""
    others = _others(session, service, run, send, now, surged, without_message) if _speaks_of_rent(send) else []
    months = sorted({month for covered in others for month in covered.send.months} | set(send.months))
    holder = next(h for h in facts.holders if h.tenant_id == send.recipient.tenant_id)
    values = variables(
        service.company, send.language, name=holder.given_name, months=months, today=service.rules.local_date(now)
    )
    rendered = service.texts.render(send.template, send.language, send.recipient.channel, values)
    return Composed(rendered, (Covered(run, send), *others))


def _speaks_of_rent(send: Send) -> bool:
    return send.message_class is MessageClass.ARREARS


def _others(
    session: Session,
    service: Service,
    run: Run,
    send: Send,
    now: datetime,
    surged: Collection[str],
    without_message: str | None,
) -> list[Covered]:
    ids = runs.other_tenancies(session, send.recipient.tenant_id, run.tenancy_id)
    found = runs.runs_of(session, ids, run.sequence_key) if ids else []
    if not found:
        return []
    every = store_facts.load_all(session, found, now, service.rules, without_message=without_message, surged=surged)
    others = []
    for other, facts in zip(found, every, strict=True):
        decision = decide(facts, service.sequences[other.sequence_key], service.rules, now)
        if isinstance(decision, Send) and decision.recipient == send.recipient and decision.template == send.template:
            others.append(Covered(other, decision))
    return others
