"""Rows and decisions in the shapes that the API says."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, assert_never
from zoneinfo import ZoneInfo

from app.models import CallBack, Case, InboxEvent, Invoice, Message, Tenancy
from app.policy.decision import Assign, Decision, Send, Stop, Wait
from app.rendering.reasons import sentence
from app.rendering.summaries import summary
from app.store.reads import Holder
from app.store.touchpoints import Entry
from app.vocabulary import Direction, MessageState, ReasonCode
from app.web.api.shapes import (
    BecauseShape,
    CallbackShape,
    CaseShape,
    FieldProblem,
    InboxShape,
    MessageShape,
    NextShape,
    OwedShape,
    TenancyShape,
    TenantShape,
    TouchpointMessage,
    TouchpointShape,
)


@dataclass(frozen=True, slots=True)
class Teller:
    """Tells rows in one language. `timezone` is where the sentences' days and hours are."""

    language: str
    timezone: ZoneInfo

    def because(self, code: str | None, values: Mapping[str, Any] | None) -> BecauseShape | None:
        if code is None:
            return None
        known = dict(values or {})
        return BecauseShape(code=code, values=known, text=sentence(code, known, self.language, self.timezone))

    def case(self, case: Case, owed: Sequence[Invoice], decision: Decision | None, now: datetime) -> CaseShape:
        why = decision.because if decision is not None else None
        return CaseShape(
            id=case.id or 0,
            tenancy_id=case.tenancy_id,
            state=case.state,
            opened_on=case.opened_on,
            closed_at=case.closed_at,
            owed=tell_owed(owed),
            next=_next(decision, now) if decision is not None else None,
            because=self.because(why.code, why.as_dict()) if why is not None else None,
        )

    def message(self, message: Message) -> MessageShape:
        out = message.direction is Direction.OUT
        return MessageShape(
            id=message.id,
            tenancy_id=message.tenancy_id,
            tenant_id=message.tenant_id,
            direction=message.direction,
            channel=message.channel,
            message_class=message.message_class,
            state=message.state,
            to=message.address if out else None,
            sender=None if out else message.address,
            text=message.body,
            subject=message.subject,
            template=message.template_key,
            template_version=message.template_version,
            language=message.language,
            parts=message.parts,
            because=self.because(message.because_code, message.because_values),
            created_at=message.created_at,
            sent_at=message.sent_at,
            provider=message.provider,
        )

    def touchpoint(self, entry: Entry) -> TouchpointShape:
        touchpoint, content, message = entry
        values = (content.values if content else None) or {}
        code = ReasonCode(touchpoint.code) if touchpoint.code else None
        return TouchpointShape(
            id=touchpoint.id or 0,
            seq=touchpoint.seq,
            at=touchpoint.at,
            kind=touchpoint.kind,
            channel=touchpoint.channel,
            direction=touchpoint.direction,
            actor=touchpoint.actor,
            summary=summary(
                touchpoint.kind,
                code,
                values,
                channel=touchpoint.channel,
                cancelled=message is not None and message.state is MessageState.CANCELLED,
                language=self.language,
                timezone=self.timezone,
            ),
            text=content.text if content and message is None else None,
            because=self.because(touchpoint.code, values),
            message=_message_of(entry) if message else None,
        )


def _message_of(entry: Entry) -> TouchpointMessage | None:
    if entry.message is None:
        return None
    return TouchpointMessage(
        id=entry.message.id,
        state=entry.message.state,
        text=entry.content.text if entry.content else None,
        template=entry.touchpoint.template_key,
        template_version=entry.touchpoint.template_version,
        parts=entry.message.parts,
    )


def _next(decision: Decision, now: datetime) -> NextShape:
    match decision:
        case Send(step=step):
            return NextShape(decision="send", step=step, at=now)
        case Assign(step=step):
            return NextShape(decision="assign", step=step, at=now)
        case Wait(step=step, until=until):
            return NextShape(decision="wait", step=step, at=until)
        case Stop():
            return NextShape(decision="stop", step=None, at=None)
    assert_never(decision)


def tell_owed(invoices: Sequence[Invoice]) -> list[OwedShape]:
    return [
        OwedShape(invoice_id=i.id, due_date=i.due_date, remaining=i.remaining, currency=i.currency) for i in invoices
    ]


def tell_tenancy(
    tenancy: Tenancy, holders: Sequence[Holder], open_case: Case | None, owed: Sequence[Invoice]
) -> TenancyShape:
    hidden = any(holder.tenant.protected_identity for holder in holders)
    return TenancyShape(
        id=tenancy.id,
        kind=tenancy.kind,
        starts_on=tenancy.starts_on,
        ended_on=tenancy.ended_on,
        end_reason=tenancy.end_reason,
        address=None if hidden else tenancy.address,
        area=None if hidden else tenancy.area,
        municipality=None if hidden else tenancy.municipality,
        payment_method=tenancy.payment_method,
        children_in_household=tenancy.children_in_household,
        tenants=[_tenant(holder) for holder in holders],
        open_case_id=open_case.id if open_case else None,
        owed=tell_owed(owed),
    )


def _tenant(holder: Holder) -> TenantShape:
    tenant, hidden = holder.tenant, holder.tenant.protected_identity
    return TenantShape(
        id=tenant.id,
        given_name=None if hidden else tenant.given_name,
        family_name=None if hidden else tenant.family_name,
        phone=None if hidden else tenant.phone,
        email=None if hidden else tenant.email,
        language=tenant.language,
        channel=tenant.channel,
        primary=holder.primary,
        protected_identity=hidden,
        deceased=tenant.deceased,
        organisation=tenant.organisation,
        represented=tenant.represented,
    )


def tell_callback(callback: CallBack) -> CallbackShape:
    return CallbackShape(
        id=callback.id or 0,
        tenancy_id=callback.tenancy_id,
        case_id=callback.case_id,
        state=callback.state,
        wished=callback.wished_from,
        wished_until=callback.wished_until,
        wished_text=callback.wished_text,
        due_by=callback.due_by,
        owner=callback.owner,
    )


def tell_event(event: InboxEvent) -> InboxShape:
    return InboxShape(
        id=event.id or 0,
        source=event.source,
        event_id=event.event_id,
        revision=event.revision,
        type=event.type,
        state=event.state,
        tenancy_id=event.tenancy_id,
        invoice_id=event.invoice_id,
        as_of=event.as_of,
        received_at=event.received_at,
        settled_at=event.settled_at,
        problems=[FieldProblem(**problem) for problem in event.problems or []],
    )
