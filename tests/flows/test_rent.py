"""What the rent system said becomes facts: what is applied, what waits, what is rejected, and what follows."""

import json
import re
import threading
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, text
from sqlmodel import col, select

from app.flows.inbox import replay
from app.flows.rent import alert_waiting, apply_events, expire_bodies
from app.flows.service import Service
from app.models import (
    Alert,
    ContactBlock,
    FeedReading,
    Holding,
    InboxEvent,
    Invoice,
    LegalMatter,
    Run,
    Tenancy,
    Tenant,
    Touch,
)
from app.store.engine import lock_tenancies, reading, writing
from app.vocabulary import BlockKind, Channel, LegalState, RunState, StepKind
from tests.support.rent import PHONE, deliver, event, invoice, ledger, tell, tenancy, tenant
from tests.support.rent_facts import facts, inbox_states, readings, touchpoints
from tests.support.rows import NOW, add_message
from tests.support.service import make_service

NUMBER = re.compile(r"174 ?06 ?0[56]")
"""The tail of the phone numbers here, as sent or as E.164; three digits alone turn up in any hash."""

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


@pytest.fixture
def service(engine: Engine) -> Service:
    return make_service(engine, now=NOW)


def one(service: Service, model: type[Any], **where: Any) -> Any:
    with reading(service.engine) as session:
        return session.exec(select(model).filter_by(**where)).one()


def every(service: Service, model: type[Any]) -> list[Any]:
    with reading(service.engine) as session:
        return list(session.exec(select(model)))


def started(**fields: Any) -> dict[str, Any]:
    return event("tenancy.started", tenancy(**fields))


def overdue(**fields: Any) -> dict[str, Any]:
    return event("invoice.overdue", invoice(**fields))


def paid(**fields: Any) -> dict[str, Any]:
    values = {"remaining": 0, "paid_on": "2026-11-03", "as_of": "2026-11-03T07:00:00Z"} | fields
    return event("invoice.paid", invoice(**values))


def codes(service: Service) -> list[str | None]:
    return [code for _, code in touchpoints(service.engine, "T-1")]


def test_a_tenancy_becomes_facts_and_begins_its_welcome(service: Service) -> None:
    tell(service, started())
    home = one(service, Tenancy)
    amina = one(service, Tenant)
    run = one(service, Run)
    assert (home.id, home.starts_on, home.municipality) == ("T-1", date(2024, 2, 1), "Norrängen")
    assert (amina.phone, amina.email) == (PHONE, "amina.berg@example.org")
    assert (amina.language, amina.represented) == ("sv", False)
    assert one(service, Holding).is_primary
    assert (run.sequence_key, run.anchor) == ("welcome", "start")
    assert (run.anchor_date, run.next_look_at) == (home.starts_on, NOW)
    assert codes(service) == ["tenancy_started"]


def test_a_tenancy_that_is_only_updated_is_known_but_not_welcomed(service: Service) -> None:
    tell(service, event("tenancy.updated", tenancy(starts_on=None)))
    assert one(service, Tenancy).starts_on is None
    assert every(service, Run) == []


def test_a_tenancy_that_starts_twice_is_welcomed_once(service: Service) -> None:
    tell(service, started(), started(as_of="2026-11-03T05:30:00Z"))
    assert len(every(service, Run)) == 1
    assert codes(service) == ["tenancy_started"]


def test_an_unpaid_invoice_begins_a_round_that_looks_the_day_after_it_is_due(service: Service) -> None:
    """Midnight in Stockholm between 30 November and 1 December."""
    tell(service, started(), event("invoice.issued", invoice(due_date="2026-11-30")))
    run = one(service, Run, sequence_key="arrears")
    assert (run.anchor, run.anchor_date, run.state) == ("INV-1", date(2026, 11, 30), RunState.ACTIVE)
    assert facts(service.engine, "T-1")["case"] == []
    assert codes(service) == ["tenancy_started"]


def test_an_invoice_past_due_opens_the_case(service: Service) -> None:
    tell(service, started(), overdue())
    assert one(service, Run, sequence_key="arrears").next_look_at == NOW
    assert facts(service.engine, "T-1")["case"] == ["open"]
    assert codes(service) == ["tenancy_started", "invoice_overdue", "case_opened"]


def test_a_payment_closes_the_case(service: Service) -> None:
    tell(service, started(), overdue())
    tell(service, paid())
    assert facts(service.engine, "T-1")["case"] == ["closed"]
    assert one(service, Invoice).settled_seen == NOW
    assert codes(service)[-2:] == ["paid", "case_closed"]


@pytest.mark.parametrize(
    ("first", "second", "code"),
    [
        (overdue(), event("invoice.partially_paid", invoice(remaining=1, as_of="2026-11-03T07:00:00Z")), "part_paid"),
        (overdue(), event("invoice.credited", invoice(remaining=0, as_of="2026-11-03T07:00:00Z")), "credited"),
        (paid(as_of="2026-11-03T05:00:00Z"), overdue(), "payment_bounced"),
        (event("invoice.issued", invoice(as_of="2026-10-15T05:00:00Z")), overdue(), "invoice_overdue"),
        (overdue(), event("invoice.issued", invoice(as_of="2026-11-03T07:00:00Z")), None),
    ],
    ids=["part paid", "credited", "bounced", "newly overdue", "nothing new"],
)
def test_what_happened_to_the_money_is_in_the_log(
    service: Service, first: dict[str, Any], second: dict[str, Any], code: str | None
) -> None:
    tell(service, started(), first)
    before = len(codes(service))
    tell(service, second)
    told = [entry for entry in codes(service)[before:] if entry not in {"case_opened", "case_closed", "case_reopened"}]
    assert told == ([code] if code else [])


def test_an_older_snapshot_changes_nothing_and_is_applied_all_the_same(service: Service) -> None:
    tell(service, started(), paid())
    tell(service, overdue())
    assert one(service, Invoice).remaining == 0
    assert set(inbox_states(service.engine).values()) == {"applied"}


def test_of_two_snapshots_as_old_as_each_other_the_later_received_wins_and_is_logged(service: Service) -> None:
    tell(service, started(), overdue(), overdue(), overdue(remaining=400_000))
    assert one(service, Invoice).remaining == 400_000
    assert codes(service).count("snapshot_replaced") == 1


def test_an_event_of_an_unknown_tenancy_waits_and_is_applied_when_that_arrives(service: Service) -> None:
    notice = event("notice.served", {"tenancy_id": "T-1", "served_on": "2026-11-02", "as_of": "2026-11-03T05:00:00Z"})
    tell(service, overdue(), notice, paid())
    assert set(inbox_states(service.engine).values()) == {"waiting"}
    assert every(service, Tenancy) == []
    tell(service, started())
    assert set(inbox_states(service.engine).values()) == {"applied"}
    assert one(service, Invoice).remaining == 0
    assert one(service, LegalMatter).state is LegalState.SERVED
    assert codes(service) == ["tenancy_started", "invoice_overdue", "notice_served", "paid"]


def test_what_waits_for_another_tenancy_goes_on_waiting(service: Service) -> None:
    tell(service, overdue(tenancy_id="T-2"))
    tell(service, started())
    assert list(inbox_states(service.engine).values()) == ["waiting", "applied"]


def test_an_invoice_before_its_tenancy_in_the_same_breath_does_not_wait(service: Service) -> None:
    tell(service, overdue(), started(), paid())
    assert set(inbox_states(service.engine).values()) == {"applied"}
    assert one(service, Invoice).remaining == 0


def test_a_reading_of_the_ledger_is_applied_after_all_that_came_before_it(service: Service) -> None:
    """An event in front of it that cannot be applied, or waits, does not hold it up for ever."""
    tell(service, overdue(tenancy_id="T-9"), started(), overdue(), event("ledger.read", ledger()), paid())
    kinds = [row.type for row in sorted(every(service, InboxEvent), key=lambda e: (e.settled_at or NOW + DAY, e.id))]
    assert kinds[-1] == "invoice.overdue"
    assert one(service, FeedReading).booked_through == date(2026, 11, 2)
    assert one(service, FeedReading).received_at == NOW


def test_a_reading_wakes_the_rounds_that_wait_for_fresh_payments(service: Service) -> None:
    tell(service, started(), overdue())
    with writing(service.engine) as session:
        run = session.exec(select(Run).where(Run.sequence_key == "arrears")).one()
        run.because_code, run.next_look_at = "feed_stale", NOW + DAY
    tell(service, event("ledger.read", ledger()), now=NOW + HOUR)
    assert one(service, Run, sequence_key="arrears").next_look_at == NOW + HOUR


def test_every_event_wakes_the_rounds_of_its_tenancy_even_one_that_changes_nothing(service: Service) -> None:
    """The round may have waited for just this event to be applied."""
    tell(service, started(), overdue())
    with writing(service.engine) as session:
        session.exec(select(Run).where(Run.sequence_key == "arrears")).one().next_look_at = NOW + DAY
    tell(service, overdue(), now=NOW + HOUR)
    assert one(service, Run, sequence_key="arrears").next_look_at == NOW + HOUR


def test_a_tenancy_that_ended_says_when_and_why(service: Service) -> None:
    ended = {"tenancy_id": "T-1", "ended_on": "2026-11-02", "reason": "deceased", "as_of": "2026-11-03T05:00:00Z"}
    tell(service, started(), overdue())
    tell(service, event("tenancy.ended", ended))
    tell(service, event("tenancy.updated", tenancy(as_of="2026-11-03T07:00:00Z")))
    home = one(service, Tenancy)
    assert (home.ended_on, home.end_reason.value) == (date(2026, 11, 2), "deceased")
    assert facts(service.engine, "T-1")["case"] == ["closed"]
    assert "tenancy_ended" in codes(service)


def test_the_newest_word_on_a_notice_and_on_an_eviction_counts(service: Service) -> None:
    def said(kind: str, hour: int, **fields: Any) -> dict[str, Any]:
        return event(kind, {"tenancy_id": "T-1", "as_of": f"2026-11-03T0{hour}:00:00Z", **fields})

    tell(
        service,
        started(),
        said("notice.withdrawn", 4),
        said("notice.served", 3, served_on="2026-10-20", grounds="rent", social_board_notified_on="2026-10-21"),
        said("eviction.applied", 5, date="2026-11-01"),
        said("eviction.scheduled", 6, date="2026-12-01"),
    )
    legal = {(row.kind.value, row.state.value, row.on_date) for row in every(service, LegalMatter)}
    assert legal == {("notice", "withdrawn", None), ("eviction", "scheduled", date(2026, 12, 1))}
    assert codes(service) == ["tenancy_started", "notice_withdrawn", "eviction_applied", "eviction_scheduled"]


def test_a_holder_who_is_no_longer_named_holds_no_longer(service: Service) -> None:
    bo = tenant(tenant_id="T-1-B", given_name="Bo", primary=False, phone=None, email=None)
    tell(service, event("tenancy.started", tenancy(tenant(), bo)))
    tell(service, event("tenancy.updated", tenancy(bo, as_of="2026-11-03T06:00:00Z")))
    assert [row.tenant_id for row in every(service, Holding)] == ["T-1-B"]


def test_a_person_of_two_tenancies_is_known_by_the_newest_word_of_either(service: Service) -> None:
    other = tenancy(tenant(phone="070-174 06 06"), tenancy_id="T-2", as_of="2026-11-03T06:00:00Z")
    tell(service, event("tenancy.started", other), started())
    assert one(service, Tenant).phone == "+46701740606"
    with writing(service.engine) as session:
        for run in session.exec(select(Run)):
            run.next_look_at = NOW + DAY
    newer = tenancy(tenant(phone=None), as_of="2026-11-03T07:00:00Z")
    tell(service, event("tenancy.updated", newer), now=NOW + HOUR)
    assert one(service, Tenant).phone is None
    assert {run.next_look_at for run in every(service, Run)} == {NOW + HOUR}


def test_a_phone_field_that_holds_words_is_logged_and_its_words_are_nowhere(service: Service) -> None:
    tell(service, event("tenancy.started", tenancy(tenant(phone="Dottern Ingrid: 070-174 06 05"))))
    assert one(service, Tenant).phone is None
    assert "phone_not_understood" in codes(service)
    assert "Ingrid" not in whole_database(service.engine)
    assert not NUMBER.search(whole_database(service.engine))


def test_a_contact_point_that_changes_is_logged_without_itself(service: Service) -> None:
    tell(service, started())
    tell(service, event("tenancy.updated", tenancy(tenant(phone="070-174 06 06"), as_of="2026-11-03T06:00:00Z")))
    assert ("contact_point", None) in touchpoints(service.engine, "T-1")
    with reading(service.engine) as session:
        logged = json.dumps([list(map(str, row)) for row in session.execute(text("SELECT * FROM touchpoint_content"))])
    assert not NUMBER.search(logged)


def test_a_wrong_number_stays_blocked_whatever_the_rent_system_says_again(service: Service) -> None:
    tell(service, started())
    with writing(service.engine) as session:
        session.add(ContactBlock(
            channel=Channel.SMS, address=PHONE, tenant_id="T-1-P", kind=BlockKind.WRONG_NUMBER, created_at=NOW,
        ))  # fmt: skip
    tell(service, event("tenancy.updated", tenancy(as_of="2026-11-03T07:00:00Z")))
    assert one(service, ContactBlock).lifted_at is None


@pytest.mark.parametrize("order", ["first", "later", "before an older one"])
def test_contact_points_of_a_protected_identity_are_nowhere_in_the_database(service: Service, order: str) -> None:
    """Not in the tenant's row, not in any kept body, whichever way the protection comes."""
    hidden = event("tenancy.updated", tenancy(tenant(protected_identity=True), as_of="2026-11-03T06:00:00Z"))
    wrong = event("tenancy.updated", tenancy(kind="castle"))
    unknown = event("tenancy.moved", tenancy())
    known = [started(), wrong, unknown]
    stories = {"first": [hidden], "later": [*known, hidden], "before an older one": [hidden, *known]}
    for moment in stories[order]:
        tell(service, moment)
    assert one(service, Tenant).protected_identity
    dump = whole_database(service.engine)
    assert not NUMBER.search(dump)
    assert "amina.berg@" not in dump


def test_applied_snapshots_leave_contact_points_only_with_the_tenant(service: Service) -> None:
    tell(service, started())
    assert PHONE not in json.dumps(one(service, InboxEvent).payload)
    assert one(service, Tenant).phone == PHONE


def reminded(service: Service, root: str = "INV-1") -> None:
    """An arrears message of the round has left."""
    with writing(service.engine) as session:
        run = session.exec(select(Run).where(Run.sequence_key == "arrears", Run.anchor == root)).one()
        message = add_message(session, run_id=run.id)
        session.add(Touch(
            tenancy_id="T-1", run_id=run.id or 0, sequence_key="arrears", anchor=root, step_key="not_seen_yet",
            kind=StepKind.MESSAGE, at=NOW, message_id=message.id,
        ))  # fmt: skip


def test_a_payment_after_a_reminder_is_thanked_for(service: Service) -> None:
    tell(service, started(), overdue())
    reminded(service)
    tell(service, paid(), now=NOW + HOUR)
    run = one(service, Run, sequence_key="thanks")
    assert (run.anchor, run.anchor_date, run.next_look_at) == ("INV-1", date(2026, 11, 3), NOW + HOUR)


def test_a_payment_without_a_reminder_is_not_thanked_for(service: Service) -> None:
    tell(service, started(), overdue())
    tell(service, paid())
    assert {run.sequence_key for run in every(service, Run)} == {"welcome", "arrears"}


def test_a_replaced_invoice_that_is_credited_is_not_a_payment_while_its_replacement_is_unpaid(service: Service) -> None:
    tell(service, started(), overdue())
    reminded(service)
    tell(service, overdue(invoice_id="INV-2", replaces="INV-1", as_of="2026-11-03T06:00:00Z"), paid())
    assert {run.sequence_key for run in every(service, Run)} == {"welcome", "arrears"}
    assert facts(service.engine, "T-1")["case"] == ["open"]


def test_what_was_done_in_a_round_stays_done_when_its_first_invoice_is_heard_of_late(service: Service) -> None:
    """Invoice 3 replaces 2, and 2 turns out to replace 1: the round that began as 2's is 1's."""
    tell(service, started(), overdue(invoice_id="INV-3", replaces="INV-2"))
    reminded(service, root="INV-2")
    tell(service, overdue(invoice_id="INV-2", replaces="INV-1", remaining=0))
    assert one(service, Touch).anchor == "INV-1"
    assert [run.anchor for run in every(service, Run) if run.sequence_key == "arrears"] == ["INV-1"]


def test_an_invoice_that_moves_to_another_tenancy_leaves_the_first(service: Service) -> None:
    tell(service, started(), started(tenancy_id="T-2"), overdue())
    tell(service, overdue(tenancy_id="T-2", as_of="2026-11-03T07:00:00Z"))
    assert one(service, Invoice).tenancy_id == "T-2"
    assert facts(service.engine, "T-1")["case"] == ["closed"]
    assert facts(service.engine, "T-2")["case"] == ["open"]


def spoil(service: Service, event_id: str, **data: Any) -> None:
    """Put something into an accepted event that no Kvar of today would have let in."""
    with writing(service.engine) as session:
        row = session.exec(select(InboxEvent).where(InboxEvent.event_id == event_id)).one()
        payload = dict(row.payload or {})
        row.payload = payload | {"data": payload["data"] | data}


def test_an_event_that_cannot_be_applied_is_rejected_and_stops_no_other(service: Service) -> None:
    events = [
        started(),
        overdue(),
        overdue(invoice_id="INV-2"),
        started(tenancy_id="T-2"),
        event("ledger.read", ledger()),
    ]
    deliver(service.engine, *events, ids=["a", "b", "c", "d", "e"])
    spoil(service, "b", due_date="soon")
    spoil(service, "e", booked_through=None)
    assert apply_events(service, NOW) == 5
    expected = {"a": "applied", "b": "rejected", "c": "applied", "d": "applied", "e": "rejected"}
    assert inbox_states(service.engine) == expected
    assert one(service, InboxEvent, event_id="b").problems[0]["pointer"] == "/data/due_date"
    assert {row.id for row in every(service, Invoice)} == {"INV-2"}
    assert readings(service.engine) == 0


def test_a_fault_of_the_database_rejects_its_event_alone(service: Service) -> None:
    """An amount that the column cannot hold, say; here a trigger that refuses one invoice."""
    refuse = "RAISE(ABORT, 'no')"
    with writing(service.engine) as session:
        if service.engine.dialect.name == "sqlite":
            session.execute(text(
                "CREATE TRIGGER refuse BEFORE INSERT ON invoice WHEN NEW.id = 'INV-2' BEGIN SELECT " + refuse + "; END"
            ))  # fmt: skip
        else:
            session.execute(text("ALTER TABLE invoice ADD CONSTRAINT refuse CHECK (id <> 'INV-2')"))
    deliver(service.engine, started(), overdue(), overdue(invoice_id="INV-2"), paid(), ids=["a", "b", "c", "d"])
    apply_events(service, NOW)
    assert inbox_states(service.engine) == {"a": "applied", "b": "applied", "c": "rejected", "d": "applied"}
    assert one(service, Invoice).remaining == 0


def test_a_tenancy_that_cannot_be_applied_leaves_its_events_waiting(service: Service) -> None:
    deliver(service.engine, overdue(), started(), ids=["a", "b"])
    spoil(service, "b", kind="castle")
    apply_events(service, NOW)
    assert inbox_states(service.engine) == {"a": "waiting", "b": "rejected"}
    deliver(service.engine, started(), ids=["b"])
    apply_events(service, NOW)
    assert inbox_states(service.engine) == {"a": "applied", "b": "applied"}


def test_a_right_event_takes_away_what_an_earlier_wrong_one_about_the_same_thing_held_up(service: Service) -> None:
    wrong = [
        overdue(amount="x"),
        overdue(invoice_id="INV-2", amount="x"),
        event("tenancy.updated", tenancy(kind="castle")),
    ]
    deliver(service.engine, *wrong, ids=["one", "two", "three"])
    tell(service, started(), overdue(as_of="2026-11-03T06:00:00Z"))
    superseded = {row.event_id: row.superseded_by is not None for row in every(service, InboxEvent) if row.problems}
    assert superseded == {"one": True, "two": False, "three": True}


def test_more_events_than_fit_one_batch_are_all_applied(service: Service) -> None:
    deliver(service.engine, *(started(tenancy_id=f"T-{n}") for n in range(80)))
    assert apply_events(service, NOW) == 80
    assert apply_events(service, NOW) == 0


def test_two_replicas_apply_each_event_once_and_a_reading_last(engine: Engine) -> None:
    service = make_service(engine, now=NOW)
    deliver(engine, *(started(tenancy_id=f"T-{n}") for n in range(60)), event("ledger.read", ledger()))
    done: list[int] = []
    threads = [threading.Thread(target=lambda: done.append(apply_events(service, NOW))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    apply_events(service, NOW)
    assert set(inbox_states(engine).values()) == {"applied"}
    assert readings(engine) == 1
    with reading(engine) as session:
        assert len(session.execute(text("SELECT 1 FROM touchpoint WHERE code = 'tenancy_started'")).all()) == 60


def test_a_tenancy_that_somebody_is_deciding_on_is_waited_for(postgres_engine: Engine) -> None:
    """Facts are written under the tenancy's lock: whoever holds it sees them unchanged until it is released."""
    service = make_service(postgres_engine, now=NOW)
    tell(service, started(), overdue())
    deliver(postgres_engine, paid())
    thread = threading.Thread(target=lambda: apply_events(service, NOW))
    with writing(postgres_engine) as session:
        lock_tenancies(session, ["T-1"])
        thread.start()
        blocked = (
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
        )
        while not session.execute(text(blocked)).scalar_one():
            session.execute(text("SELECT pg_stat_clear_snapshot()"))
        assert session.exec(select(Invoice.remaining)).one() == 845_000
    thread.join()
    assert one(service, Invoice).remaining == 0


def test_an_event_that_waits_for_over_a_day_alerts_once(service: Service) -> None:
    tell(service, overdue(), overdue(invoice_id="INV-2"))
    alert_waiting(service, NOW + DAY)
    assert every(service, Alert) == []
    for minutes in (1, 2):
        alert_waiting(service, NOW + DAY + timedelta(minutes=minutes))
    assert {alert.kind.value for alert in every(service, Alert)} == {"event_waiting"}
    assert len(every(service, Alert)) == 2


def test_bodies_of_wrong_and_unknown_events_are_forgotten_after_thirty_days(service: Service) -> None:
    sent = [started(), overdue(amount="x"), event("meter.read", {}), started(area="Höjden")]
    deliver(service.engine, *sent, ids=["right", "wrong", "unknown", "right"])
    apply_events(service, NOW)
    expire_bodies(service, NOW + 30 * DAY)
    assert all(row.payload for row in every(service, InboxEvent))
    expire_bodies(service, NOW + 30 * DAY + HOUR)
    kept = {(row.event_id, row.revision) for row in every(service, InboxEvent) if row.payload}
    assert kept == {("right", 0)}
    assert all(row.body_sha256 for row in every(service, InboxEvent))


def test_a_replayed_event_is_applied_as_if_it_had_come_now(service: Service) -> None:
    """It was rejected for being an hour ahead; an hour later it is right."""
    tell(service, started())
    deliver(service.engine, overdue(as_of="2026-11-03T09:00:00Z"), ids=["early"])
    assert inbox_states(service.engine)["early"] == "rejected"
    with writing(service.engine) as session:
        item = replay(session, "early", now=NOW + HOUR, country="SE")
    assert (item.state.value, item.problems) == ("accepted", ())
    apply_events(service, NOW + HOUR)
    assert inbox_states(service.engine)["early"] == "applied"
    assert one(service, Invoice).id == "INV-1"


def whole_database(engine: Engine) -> str:
    """Every value in every table, as one text."""
    with reading(engine) as session:
        tables = [table for table in InboxEvent.metadata.sorted_tables if session.get_bind()]
        rows = [str(tuple(row)) for table in tables for row in session.execute(select(*map(col, table.c)))]
    return "\n".join(rows)
