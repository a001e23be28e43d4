"""The surge brake: when far more people than usual would be reminded today, everybody waits for a person to look.

Counted are the first touches of a sequence that have been made today and those that are ahead. Above the company's
share of all tenancies (and above a floor, for small companies) the sequence's first touches wait until a person
releases them.
"""

from collections.abc import Iterable
from datetime import datetime, time

from sqlmodel import Session

from app.flows.alerts import raise_alert
from app.flows.service import Service
from app.models import SurgeDay
from app.store import runs
from app.store.engine import insert_new
from app.vocabulary import AlertKind


def surged(session: Session, service: Service, sequences: Iterable[str], now: datetime) -> frozenset[str]:
    """Which of these sequences the brake holds back now. Engaging it is recorded and told to staff once a day."""
    return frozenset(key for key in set(sequences) if _engaged(session, service, key, now))


def _engaged(session: Session, service: Service, key: str, now: datetime) -> bool:
    rules = service.rules
    today = rules.local_date(now)
    midnight = datetime.combine(today, time(), rules.timezone)
    planned = runs.first_touches(session, key, today, midnight, now)
    if planned <= rules.surge_floor:
        return False
    allowed = max(rules.surge_floor, runs.tenancies_in_force(session) * rules.surge_percent // 100)
    if planned <= allowed:
        return False
    day = runs.surge_day(session, key, today)
    if day is not None:
        return day.released_at is None
    row = {"sequence_key": key, "day": today, "planned": planned, "allowed": allowed, "engaged_at": now}
    if insert_new(session, SurgeDay, [row]):
        raise_alert(session, service, AlertKind.SURGE, key=f"surge:{key}:{today.isoformat()}", now=now)
    return True
