"""People are told, once, and without personal data."""

import pytest
from sqlalchemy import Engine
from sqlmodel import select

from app.flows.alerts import raise_alert
from app.models import Alert
from app.store.engine import reading, writing
from app.vocabulary import AlertKind, Channel, TouchpointKind
from tests.support.rows import add_tenancy
from tests.support.seed import alert_messages, codes
from tests.support.service import TUESDAY, make_service


@pytest.mark.parametrize("language", ["sv", "en"])
@pytest.mark.parametrize("kind", list(AlertKind))
def test_every_kind_of_alert_goes_to_both_addresses_and_says_where_to_look(
    sqlite_engine: Engine, kind: AlertKind, language: str
) -> None:
    service = make_service(sqlite_engine, language=language, alert_email="jour@example.se", alert_sms="+46701740650")
    with writing(sqlite_engine) as session:
        add_tenancy(session, "T/1")
        raise_alert(session, service, kind, key="k", now=TUESDAY, tenancy_id="T/1")
    messages = alert_messages(sqlite_engine)
    assert {(m.channel, m.address, m.tenancy_id) for m in messages} == {
        (Channel.SMS, "+46701740650", None),
        (Channel.EMAIL, "jour@example.se", None),
    }
    for message in messages:
        assert "/tenancies/T%2F1/" in message.body
        assert "Amina" not in message.body
        assert "+46701740605" not in message.body
    assert codes(sqlite_engine, TouchpointKind.ALERT) == [("T/1", "alert_raised")]


def test_the_same_trouble_is_told_once(engine: Engine) -> None:
    service = make_service(engine, alert_sms="+46701740650")
    for _ in range(3):
        with writing(engine) as session:
            raise_alert(session, service, AlertKind.FEED_STALE, key="feed_stale:2026-11-03", now=TUESDAY)
    assert len(alert_messages(engine)) == 1
    with reading(engine) as session:
        assert len(session.exec(select(Alert)).all()) == 1


def test_an_alert_is_a_row_also_when_nobody_is_set_to_be_told(engine: Engine) -> None:
    with writing(engine) as session:
        raise_alert(session, make_service(engine), AlertKind.SURGE, key="surge", now=TUESDAY)
    assert alert_messages(engine) == []
    with reading(engine) as session:
        assert session.exec(select(Alert)).one().kind is AlertKind.SURGE
