"""Each message is handed over exactly once, whatever happens on the way."""

import threading
from collections.abc import Callable
from datetime import timedelta
from itertools import permutations

import pytest
from sqlalchemy import Engine
from sqlmodel import Session, col, select

from app.channels.base import Accepted, OutcomeUnknown, Outgoing, PermanentFailure, TemporaryFailure
from app.channels.log import LogChannel
from app.flows.control import pause, resume
from app.flows.delivery import BATCH, MARGIN, deliver, sweep_leases
from app.flows.messages import cancel, queue
from app.flows.receipts import receive
from app.flows.service import Service
from app.models import Alert, Attempt, CapClaim, ContactBlock, Message, Run, Task, Touch, Touchpoint
from app.policy.because import because
from app.policy.delivery import MAX_ATTEMPTS
from app.rendering.texts import Rendered
from app.store.engine import reading, writing
from app.vocabulary import BlockKind, Channel, MessageClass, MessageState, ReasonCode, StepKind, TouchpointKind
from tests.support.rows import add_tenancy
from tests.support.service import TUESDAY, FakeSender, FixedClock, make_service

S = MessageState
PHONE = "+46701740605"
HOUR = timedelta(hours=1)


def write(
    session: Session,
    tenancy_id: str | None = "T-1",
    *,
    channel: Channel = Channel.SMS,
    message_class: MessageClass = MessageClass.ANSWER,
    body: str = "Hej Amina!",
) -> str:
    """A message that the re-check lets through."""
    rendered = Rendered(template="says_paid_ack", version=1, language="sv", channel=channel, body=body, parts=1)
    return queue(
        session,
        tenancy_id=tenancy_id,
        tenant_id=f"{tenancy_id}-P" if tenancy_id else None,
        channel=channel,
        address=PHONE,
        message_class=message_class,
        rendered=rendered,
        because=because(ReasonCode.ANSWER),
        now=TUESDAY,
    ).id


def queued(engine: Engine, message_class: MessageClass = MessageClass.ANSWER) -> str:
    with writing(engine) as session:
        add_tenancy(session)
        return write(session, message_class=message_class)


def with_touch(engine: Engine, message_id: str) -> None:
    """The step and the day that the message stands for."""
    with writing(engine) as session:
        run = Run(
            tenancy_id="T-1",
            sequence_key="arrears",
            anchor="INV-1",
            anchor_date=TUESDAY.date(),
            created_at=TUESDAY,
            next_look_at=TUESDAY + HOUR * 48,
        )
        session.add(run)
        session.flush()
        session.add(
            Touch(
                tenancy_id="T-1",
                run_id=run.id or 0,
                sequence_key="arrears",
                anchor="INV-1",
                step_key="not_seen_yet",
                kind=StepKind.MESSAGE,
                at=TUESDAY,
                message_id=message_id,
            )
        )
        session.add(CapClaim(key="tenant:T-1-P", day=TUESDAY.date(), message_id=message_id))


def message(engine: Engine, message_id: str) -> Message:
    with reading(engine) as session:
        return session.get_one(Message, message_id)


def attempts(engine: Engine, message_id: str) -> list[Attempt]:
    with reading(engine) as session:
        statement = select(Attempt).where(col(Attempt.message_id) == message_id).order_by(col(Attempt.number))
        return list(session.exec(statement))


def codes(engine: Engine, kind: TouchpointKind = TouchpointKind.MESSAGE) -> list[str | None]:
    with reading(engine) as session:
        statement = select(Touchpoint).where(col(Touchpoint.kind) == kind).order_by(col(Touchpoint.id))
        return [touchpoint.code for touchpoint in session.exec(statement)]


def step_is_done(engine: Engine) -> bool:
    with reading(engine) as session:
        return session.exec(select(Touch.live)).one()


def day_is_taken(engine: Engine) -> bool:
    with reading(engine) as session:
        return session.exec(select(CapClaim)).first() is not None


def looked_at(engine: Engine) -> bool:
    """The run looks again at once."""
    with reading(engine) as session:
        return (session.exec(select(Run.next_look_at)).one() or TUESDAY + HOUR * 99) < TUESDAY + HOUR * 48


def test_an_accepted_message_is_sent_and_logged_with_its_text(engine: Engine) -> None:
    sms = FakeSender()
    service = make_service(engine, sms=sms)
    message_id = queued(engine)
    assert deliver(service, TUESDAY) == 1
    sent = message(engine, message_id)
    assert (sent.state, sent.sent_at, sent.provider, sent.attempts) == (S.SENT, TUESDAY, "fake", 1)
    assert [(o.to, o.body) for o in sms.sent] == [(PHONE, "Hej Amina!")]
    assert sms.sent[0].attempt_id == attempts(engine, message_id)[0].id
    assert codes(engine) == ["answer"]
    assert deliver(service, TUESDAY + HOUR) == 0
    assert len(sms.sent) == 1


def test_the_log_channel_delivers_to_its_sink_and_knows_bad_addresses(engine: Engine) -> None:
    sink: list[Outgoing] = []
    log = LogChannel(sink.append, unreachable=lambda address: address == "+46701740606")
    outgoing = Outgoing(attempt_id="a" * 32, message_id="m", channel=Channel.SMS, to=PHONE, body="Hej")
    assert log.send(outgoing) == Accepted("a" * 32, delivered=True)
    assert sink == [outgoing]
    bad = Outgoing(attempt_id="b" * 32, message_id="m", channel=Channel.SMS, to="+46701740606", body="Hej")
    with pytest.raises(PermanentFailure) as failure:
        log.send(bad)
    assert failure.value.bad_address
    assert sink == [outgoing]


def test_a_message_is_not_sent_before_its_time(engine: Engine) -> None:
    service = make_service(engine)
    message_id = queued(engine)
    with writing(engine) as session:
        session.get_one(Message, message_id).not_before = TUESDAY + HOUR
    assert deliver(service, TUESDAY) == 0
    assert deliver(service, TUESDAY + HOUR) == 1


def test_a_message_that_has_become_wrong_is_cancelled_and_frees_its_step_and_its_day(engine: Engine) -> None:
    sms = FakeSender()
    service = make_service(engine, sms=sms)
    message_id = queued(engine)
    with_touch(engine, message_id)
    with writing(engine) as session:
        session.add(ContactBlock(channel=Channel.SMS, address=PHONE, kind=BlockKind.OPT_OUT, created_at=TUESDAY))
    assert deliver(service, TUESDAY) == 0
    assert sms.sent == []
    assert message(engine, message_id).state is S.CANCELLED
    assert message(engine, message_id).because_code == "opted_out"
    assert not step_is_done(engine)
    assert not day_is_taken(engine)
    assert codes(engine) == ["opted_out"]
    assert looked_at(engine)


def test_a_message_that_has_left_is_not_cancelled(engine: Engine) -> None:
    service = make_service(engine)
    message_id = queued(engine)
    deliver(service, TUESDAY)
    with writing(engine) as session:
        cancel(session, session.get_one(Message, message_id), because(ReasonCode.PAID), TUESDAY)
    assert message(engine, message_id).state is S.SENT
    assert codes(engine) == ["answer"]


@pytest.mark.parametrize(
    ("failure", "state", "step_done", "day_taken"),
    [
        (TemporaryFailure("20429"), S.QUEUED, True, True),
        (PermanentFailure("21610"), S.FAILED, False, False),
        (PermanentFailure("21211", bad_address=True), S.FAILED, False, False),
        (OutcomeUnknown("read timeout"), S.UNCERTAIN, True, True),
        (RuntimeError("a bug in the sender"), S.UNCERTAIN, True, True),
        (TimeoutError(), S.UNCERTAIN, True, True),
    ],
)
def test_a_fault_of_the_provider_ends_as_its_kind_says(
    engine: Engine, failure: Exception, state: S, *, step_done: bool, day_taken: bool
) -> None:
    sms = FakeSender()
    sms.fails_with(failure)
    service = make_service(engine, sms=sms)
    message_id = queued(engine)
    with_touch(engine, message_id)
    assert deliver(service, TUESDAY) == 0
    assert message(engine, message_id).state is state
    assert step_is_done(engine) is step_done
    assert day_is_taken(engine) is day_taken
    assert attempts(engine, message_id)[0].finished_at == TUESDAY


def test_a_refused_message_waits_is_tried_six_times_and_then_fails(engine: Engine) -> None:
    sms = FakeSender()
    sms.fails_with(TemporaryFailure("busy", retry_after=timedelta(minutes=2)))
    service = make_service(engine, sms=sms)
    message_id = queued(engine)
    now = TUESDAY
    for number in range(1, MAX_ATTEMPTS + 1):
        assert deliver(service, now) == 0
        assert len(sms.sent) == number
        deliver(service, now + timedelta(minutes=1))
        assert len(sms.sent) == number
        now += HOUR
    failed = message(engine, message_id)
    assert (failed.state, failed.attempts) == (S.FAILED, MAX_ATTEMPTS)
    assert len({attempt.id for attempt in attempts(engine, message_id)}) == MAX_ATTEMPTS
    assert codes(engine) == ["provider_refused"]
    deliver(service, now + HOUR)
    assert len(sms.sent) == MAX_ATTEMPTS


def test_a_bad_address_is_blocked_for_that_tenant_only(engine: Engine) -> None:
    sms = FakeSender()
    sms.fails_with(PermanentFailure("21211", bad_address=True))
    message_id = queued(engine)
    with_touch(engine, message_id)
    deliver(make_service(engine, sms=sms), TUESDAY)
    with reading(engine) as session:
        block = session.exec(select(ContactBlock)).one()
    assert (block.kind, block.address, block.tenant_id) == (BlockKind.FAILED, PHONE, "T-1-P")
    assert codes(engine) == ["provider_refused"]
    assert codes(engine, TouchpointKind.CONTACT_POINT) == ["number_failed"]
    assert looked_at(engine)


def test_a_crash_between_sending_and_recording_never_leads_to_a_second_send(engine: Engine) -> None:
    """The process dies with the message gone and nothing recorded: uncertain, then unresolved, then a person's."""
    sms = FakeSender()

    def die(_outgoing: Outgoing) -> None:
        raise KeyboardInterrupt

    sms.fault = die
    service = make_service(engine, sms=sms, alert_email="jour@example.se", alert_sms="+46701740650")
    message_id = queued(engine)
    with_touch(engine, message_id)
    with pytest.raises(KeyboardInterrupt):
        deliver(service, TUESDAY)
    sms.fault = None
    assert message(engine, message_id).state is S.SENDING

    assert sweep_leases(service, TUESDAY) == 0
    lease_over = TUESDAY + sms.timeout + MARGIN
    assert sweep_leases(service, lease_over) == 1
    assert message(engine, message_id).state is S.UNCERTAIN
    assert sweep_leases(service, lease_over + timedelta(minutes=59)) == 0
    assert sweep_leases(service, lease_over + HOUR) == 1
    assert message(engine, message_id).state is S.UNRESOLVED
    assert sweep_leases(service, lease_over + HOUR * 9) == 0

    assert len(sms.sent) == 1
    assert step_is_done(engine)
    assert day_is_taken(engine)
    assert codes(engine) == ["outcome_unknown", "delivery_unresolved"]
    with reading(engine) as session:
        task = session.exec(select(Task)).one()
        assert (task.kind, task.because_code) == (StepKind.REVIEW, "delivery_unresolved")
        assert session.exec(select(Alert)).one().kind == "delivery"
    deliver(service, lease_over + HOUR)
    assert [o.to for o in sms.sent] == [PHONE, "+46701740650"]


def test_an_alert_that_cannot_be_sent_raises_no_further_message(engine: Engine) -> None:
    sms = FakeSender()
    sms.fails_with(OutcomeUnknown("timeout"))
    service = make_service(engine, sms=sms, alert_sms="+46701740650")
    with writing(engine) as session:
        write(session, None, message_class=MessageClass.ALERT)
    for hours in range(4):
        deliver(service, TUESDAY + HOUR * hours)
        sweep_leases(service, TUESDAY + HOUR * hours)
    assert len(sms.sent) == 1
    with reading(engine) as session:
        assert len(session.exec(select(Alert)).all()) == 1
        assert len(session.exec(select(Message)).all()) == 1


def test_a_send_does_not_start_when_the_lease_would_not_outlast_its_time_out(engine: Engine) -> None:
    """The clock jumps past the lease between the claim and the send."""
    sms = FakeSender()
    service = make_service(engine, sms=sms)
    first, second = queued(engine), ""
    with writing(engine) as session:
        second = write(session, body="Hej igen!")
    clock = service.clock
    assert isinstance(clock, FixedClock)
    ticking = iter([TUESDAY] * 2 + [TUESDAY + HOUR] * 4)
    late = Service(**{name: getattr(service, name) for name in service.__slots__} | {"clock": lambda: next(ticking)})
    deliver(late, TUESDAY)
    assert sms.sent == []
    assert {message(engine, first).state, message(engine, second).state} == {S.QUEUED}
    assert {attempt.outcome for attempt in attempts(engine, first)} == {"not_started"}
    assert deliver(service, TUESDAY + HOUR) == 2


def test_the_outcome_of_a_send_whose_lease_ran_out_still_counts(engine: Engine) -> None:
    """A slow provider answers after the sweep had given the message up as uncertain."""
    sms = FakeSender()
    service = make_service(engine, sms=sms)
    message_id = queued(engine)

    def slow(_outgoing: Outgoing) -> None:
        assert sweep_leases(service, TUESDAY + HOUR / 2) == 1

    sms.fault = slow
    assert deliver(service, TUESDAY) == 1
    assert message(engine, message_id).state is S.SENT
    assert codes(engine) == ["outcome_unknown", "answer"]


RECEIPTS: list[tuple[S, ...]] = sorted(set(permutations((S.SENT, S.DELIVERED, S.SENT, S.DELIVERED))))


@pytest.mark.parametrize("order", RECEIPTS)
def test_receipts_only_move_a_message_forward_and_log_it_once(engine: Engine, order: tuple[S, ...]) -> None:
    message_id = queued(engine)
    deliver(make_service(engine), TUESDAY)
    attempt = attempts(engine, message_id)[0]
    for status in order:
        with writing(engine) as session:
            receive(session, attempt_id=attempt.id, status=status, now=TUESDAY)
    assert message(engine, message_id).state is S.DELIVERED
    assert attempts(engine, message_id)[0].outcome == "delivered"
    assert codes(engine) == ["answer"]


def test_a_receipt_that_overtakes_the_record_of_the_send_is_kept(engine: Engine) -> None:
    sms = FakeSender()
    service = make_service(engine, sms=sms)
    message_id = queued(engine)

    def overtake(outgoing: Outgoing) -> None:
        with writing(engine) as session:
            assert receive(session, attempt_id=outgoing.attempt_id, status=S.DELIVERED, now=TUESDAY)

    sms.fault = overtake
    assert deliver(service, TUESDAY) == 1
    assert message(engine, message_id).state is S.DELIVERED
    assert attempts(engine, message_id)[0].provider_ref is not None
    assert codes(engine) == ["answer"]


def test_a_receipt_resolves_an_uncertain_send(engine: Engine) -> None:
    sms = FakeSender()
    sms.fails_with(OutcomeUnknown("timeout"))
    service = make_service(engine, sms=sms)
    message_id = queued(engine)
    deliver(service, TUESDAY)
    with writing(engine) as session:
        assert receive(session, attempt_id=sms.sent[0].attempt_id, status=S.SENT, now=TUESDAY + HOUR / 2)
    sent = message(engine, message_id)
    assert (sent.state, sent.sent_at) == (S.SENT, TUESDAY)
    assert sweep_leases(service, TUESDAY + HOUR * 5) == 0


@pytest.mark.parametrize("status", [S.SENT, S.DELIVERED, S.UNDELIVERED])
def test_a_late_receipt_of_the_first_attempt_never_marks_the_second(engine: Engine, status: S) -> None:
    sms = FakeSender()
    sms.fails_with(TemporaryFailure("busy"))
    service = make_service(engine, sms=sms)
    message_id = queued(engine)
    deliver(service, TUESDAY)
    sms.fault = None
    deliver(service, TUESDAY + HOUR)
    first, second = attempts(engine, message_id)
    with writing(engine) as session:
        assert not receive(session, attempt_id=first.id, status=status, now=TUESDAY + HOUR)
    assert message(engine, message_id).state is S.SENT
    assert second.outcome == "accepted"


def test_a_receipt_for_an_unknown_attempt_is_no_news(engine: Engine) -> None:
    with writing(engine) as session:
        assert not receive(session, attempt_id="f" * 32, status=S.SENT, now=TUESDAY)


def test_what_did_not_arrive_is_to_be_done_again_but_its_day_stays_taken(engine: Engine) -> None:
    sms = FakeSender()
    message_id = queued(engine)
    with_touch(engine, message_id)
    deliver(make_service(engine, sms=sms), TUESDAY)
    with writing(engine) as session:
        assert receive(
            session,
            attempt_id=sms.sent[0].attempt_id,
            status=S.UNDELIVERED,
            now=TUESDAY,
            code="30003",
            bad_address=True,
        )
    assert message(engine, message_id).state is S.UNDELIVERED
    assert not step_is_done(engine)
    assert day_is_taken(engine)
    assert codes(engine) == ["answer", "provider_refused"]
    assert codes(engine, TouchpointKind.CONTACT_POINT) == ["number_failed"]
    assert looked_at(engine)


def test_a_pause_stops_everything_to_tenants_and_lets_alerts_through(engine: Engine) -> None:
    sms = FakeSender()
    service = make_service(engine, sms=sms)
    message_id = queued(engine)
    with writing(engine) as session:
        write(session, None, message_class=MessageClass.ALERT, body="Kvar: larm")
        write(session, None, body="Tack för att du skriver.")
        pause(session, "Leyla", TUESDAY)
    assert deliver(service, TUESDAY) == 1
    assert sms.bodies == ["Kvar: larm"]
    assert message(engine, message_id).state is S.QUEUED
    with writing(engine) as session:
        resume(session, "Leyla", TUESDAY)
    assert deliver(service, TUESDAY) == 2


def test_a_message_that_cannot_be_judged_holds_up_nobody_else(engine: Engine) -> None:
    """Its run follows a sequence that this process does not know."""
    sms = FakeSender()
    service = make_service(engine, sms=sms)
    broken = queued(engine)
    with writing(engine) as session:
        run = Run(
            tenancy_id="T-1", sequence_key="unknown", anchor="start", anchor_date=TUESDAY.date(), created_at=TUESDAY
        )
        session.add(run)
        session.flush()
        session.get_one(Message, broken).run_id = run.id
        add_tenancy(session, "T-2")
        write(session, "T-2", body="Hej!")
    assert deliver(service, TUESDAY) == 1
    assert sms.bodies == ["Hej!"]
    assert message(engine, broken).state is S.QUEUED
    with reading(engine) as session:
        assert session.exec(select(Alert)).one().message_id == broken


def test_a_full_backlog_is_sent_in_one_delivery(engine: Engine) -> None:
    sms = FakeSender()
    with writing(engine) as session:
        add_tenancy(session)
        for _ in range(BATCH + 3):
            write(session)
    assert deliver(make_service(engine, sms=sms), TUESDAY) == BATCH + 3
    assert len({outgoing.message_id for outgoing in sms.sent}) == BATCH + 3


def together(count: int, act: Callable[[], object]) -> None:
    gate = threading.Barrier(count)
    failures: list[BaseException] = []

    def run() -> None:
        gate.wait()
        try:
            act()
        except Exception as failure:  # noqa: BLE001  shown by the test
            failures.append(failure)

    threads = [threading.Thread(target=run) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []


def test_four_deliveries_at_once_send_each_of_fifty_messages_exactly_once(engine: Engine) -> None:
    sms = FakeSender()
    service = make_service(engine, sms=sms)
    with writing(engine) as session:
        for number in range(10):
            add_tenancy(session, f"T-{number}")
            for _ in range(5):
                write(session, f"T-{number}")
    together(4, lambda: deliver(service, TUESDAY))
    deliver(service, TUESDAY)
    ids = [outgoing.message_id for outgoing in sms.sent]
    assert len(ids) == len(set(ids)) == 50
    with reading(engine) as session:
        assert set(session.exec(select(Message.state))) == {S.SENT}
        assert len(session.exec(select(Attempt)).all()) == 50
