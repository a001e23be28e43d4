"""An alert tells people that something cannot wait.

It is a row, a warning in the process log, and one message to each of ALERT_EMAIL and ALERT_SMS. The same trouble,
by its key, is told once. The messages carry no personal data: they name the kind of trouble and where to look.
"""

from datetime import datetime
from urllib.parse import quote

import structlog
from sqlmodel import Session

from app.flows.messages import KVAR, queue
from app.flows.service import Service
from app.policy.because import because
from app.rendering.variables import variables
from app.store.alerts import insert_alert
from app.store.touchpoints import append
from app.vocabulary import AlertKind, Channel, MessageClass, ReasonCode, TouchpointKind

_log = structlog.get_logger(__name__)


def raise_alert(
    session: Session,
    service: Service,
    kind: AlertKind,
    *,
    key: str,
    now: datetime,
    tenancy_id: str | None = None,
    message_id: str | None = None,
) -> None:
    """Alert people, once per `key`. Names the tenancy or the message by its id only."""
    if not record_alert(session, kind, key=key, now=now, tenancy_id=tenancy_id, message_id=message_id):
        return
    reason = because(ReasonCode.STAFF_ALERT, kind=kind.value)
    words = variables(service.company, service.rules.language, path=_path(tenancy_id, message_id))
    for channel, address in ((Channel.SMS, service.alert_sms), (Channel.EMAIL, service.alert_email)):
        if address is None:
            continue
        rendered = service.texts.render(f"alert_{kind.value}", service.rules.language, channel, words)
        queue(
            session,
            tenancy_id=None,
            tenant_id=None,
            channel=channel,
            address=address,
            message_class=MessageClass.ALERT,
            rendered=rendered,
            because=reason,
            now=now,
        )


def record_alert(
    session: Session,
    kind: AlertKind,
    *,
    key: str,
    now: datetime,
    tenancy_id: str | None = None,
    message_id: str | None = None,
) -> bool:
    """Write an alert down without telling anybody by message. False when it is there already."""
    if not insert_alert(session, key=key, kind=kind, tenancy_id=tenancy_id, message_id=message_id, now=now):
        return False
    _log.warning("alert", kind=kind.value, key=key, tenancy_id=tenancy_id, message_id=message_id)
    if tenancy_id is not None:
        reason = because(ReasonCode.ALERT_RAISED, kind=kind.value)
        append(session, tenancy_id, at=now, kind=TouchpointKind.ALERT, actor=KVAR, because=reason)
    return True


def _path(tenancy_id: str | None, message_id: str | None) -> str:
    if tenancy_id is not None:
        return f"/api/v1/tenancies/{quote(tenancy_id, safe='')}/touchpoints"
    return f"/api/v1/messages/{message_id}" if message_id is not None else ""
