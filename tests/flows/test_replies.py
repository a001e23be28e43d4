"""A reply always reaches a person or gets an answer, and has its effect once."""

import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Engine
from sqlmodel import col, select

from app.errors import NotFound
from app.flows.delivery import deliver
from app.flows.replies import handle, receive
from app.flows.service import Service
from app.models import Alert, Message
from app.store.engine import reading, writing
from app.vocabulary import (
    AlertKind,
    BlockKind,
    CallbackState,
    Channel,
    Direction,
    HoldKind,
    MessageState,
    TouchpointKind,
)
from tests.support.rows import add_invoice, add_message, add_tenancy
from tests.support.seed import (
    PHONE,
    add_home,
    add_tenant,
    alert_messages,
    answers,
    blocks,
    callbacks,
    codes,
    holds,
)
from tests.support.service import TUESDAY, FakeSender, make_service

NIGHT = datetime(2026, 11, 3, 22, 30, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def hear(service: Service, body: str, *, now: datetime = TUESDAY, sender: str = PHONE, ref: str | None = None) -> str:
    with writing(service.engine) as session:
        reference = ref or f"{sender} {now} {body}"
        return receive(session, service, provider="log", provider_ref=reference, sender=sender, body=body, now=now)


def heard(engine: Engine) -> list[Message]:
    with reading(engine) as session:
        statement = select(Message).where(col(Message.direction) == Direction.IN)
        return list(session.exec(statement.order_by(col(Message.created_at))))


def keys(engine: Engine) -> list[str | None]:
    return [message.template_key for message in answers(engine)]


@pytest.fixture
def service(engine: Engine) -> Service:
    """Amina, who holds T-1 and owes for November; alerts go to the one on duty."""
    with writing(engine) as session:
        add_tenancy(session)
        add_invoice(session)
    return make_service(engine, alert_sms="+46701740650")


@pytest.mark.parametrize(
    ("text", "intent", "hold", "answer", "handled"),
    [
        ("STOPP", "opt_out", None, "opt_out_ack", True),
        ("START", "opt_in", None, "opt_in_ack", True),
        ("RING", "call_me", None, "callback_ack", True),
        ("Jag har betalat", "says_paid", HoldKind.SAYS_PAID, "says_paid_ack", True),
        ("Fel nummer", "wrong_number", None, "wrong_number_ack", True),
        ("Jag orkar inte mer", "crisis", HoldKind.CRISIS, "crisis_ack_open", False),
        ("Jag ska döda dig", "threat", HoldKind.THREAT, None, False),
        ("HJÄLP", "help", HoldKind.UNREAD_REPLY, "read_later_ack", False),
        ("Min spis är trasig", "unclear", HoldKind.UNREAD_REPLY, "read_later_ack", False),
        ("ok 👍", "acknowledged", None, None, True),
        ("Autosvar: jag är på semester till den 9 november", "auto_reply", None, None, True),
    ],
)
def test_a_reply_has_the_effect_and_the_answer_of_its_meaning(
    service: Service, text: str, intent: str, hold: HoldKind | None, answer: str | None, *, handled: bool
) -> None:
    hear(service, text)
    (message,) = heard(service.engine)
    assert (message.intent, message.body, message.tenancy_id) == (intent, text, "T-1")
    assert message.state is MessageState.RECEIVED
    assert (message.handled_at is not None) is handled
    assert [h.kind for h in holds(service.engine)] == ([hold] if hold else [])
    assert keys(service.engine) == ([answer] if answer else [])
    assert codes(service.engine, TouchpointKind.REPLY) == [("T-1", "reply_understood")]
    assert [c.state for c in callbacks(service.engine)] == ([CallbackState.OPEN] if intent == "call_me" else [])


def test_the_same_inbound_ten_times_is_one_effect(service: Service) -> None:
    ids = {hear(service, "RING", ref="SM123") for _ in range(10)}
    assert len(ids) == 1
    assert len(heard(service.engine)) == len(callbacks(service.engine)) == len(answers(service.engine)) == 1


def test_the_same_inbound_from_ten_threads_is_one_effect(service: Service) -> None:
    each_in_a_thread(lambda _: hear(service, "RING", ref="SM1"), 10)
    assert len(heard(service.engine)) == len(callbacks(service.engine)) == len(answers(service.engine)) == 1


def test_two_replies_at_the_same_moment_open_one_call_back(service: Service) -> None:
    each_in_a_thread(lambda number: hear(service, "RING", ref=f"SM{number}"), 2)
    assert len(heard(service.engine)) == 2
    assert len(callbacks(service.engine)) == 1


def test_replies_and_deliveries_at_the_same_time_never_wait_in_a_ring(engine: Engine) -> None:
    """Tenancies come before messages and runs, everywhere."""
    sms = FakeSender()
    service = make_service(engine, sms=sms)
    with writing(engine) as session:
        for number in range(6):
            add_tenant(session, f"P-{number}", phone=f"+4670174060{number}")
        for number in range(6):
            add_home(session, f"T-{number}", f"P-{number}", f"P-{(number + 1) % 6}")
    texts = ["RING", "Jag har betalat", "STOPP", "Spisen är trasig", "START", "Jag orkar inte mer"]

    def talk(number: int) -> None:
        for turn, text in enumerate(texts):
            hear(service, text, sender=f"+4670174060{(number + turn) % 6}", ref=f"{number}-{turn}")
            deliver(service, TUESDAY)

    each_in_a_thread(talk, 6)
    deliver(service, TUESDAY)
    ids = [outgoing.message_id for outgoing in sms.sent]
    assert len(ids) == len(set(ids))
    assert {m.id for m in answers(engine) if m.state is MessageState.SENT} == set(ids)


def each_in_a_thread(act: Callable[[int], object], count: int) -> None:
    gate = threading.Barrier(count)
    failures: list[Exception] = []

    def run(number: int) -> None:
        gate.wait()
        try:
            act(number)
        except Exception as failure:  # noqa: BLE001  shown by the test
            failures.append(failure)

    threads = [threading.Thread(target=run, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []


def test_a_call_back_is_promised_by_name_and_time_in_the_language_of_the_tenant(engine: Engine) -> None:
    with writing(engine) as session:
        add_tenant(session, "P-1", language="en")
        add_home(session, "T-1", "P-1")
    hear(make_service(engine), "CALL")
    (answer,) = answers(engine)
    assert answer.language == "en"
    assert answer.body.startswith("Thank you Amina! Sara at Bostadsbolaget will call you")


def test_a_bare_time_after_our_promise_moves_the_call_back(service: Service) -> None:
    hear(service, "RING")
    hear(service, "14.30", now=TUESDAY + MINUTE)
    (callback,) = callbacks(service.engine)
    assert callback.wished_from == datetime(2026, 11, 3, 13, 30, tzinfo=UTC)
    assert keys(service.engine) == ["callback_ack", "callback_moved"]


def test_a_bare_time_without_a_call_back_is_for_a_person(service: Service) -> None:
    hear(service, "14.30")
    assert callbacks(service.engine) == []
    assert [h.kind for h in holds(service.engine)] == [HoldKind.UNREAD_REPLY]


def test_a_wish_outside_opening_hours_is_answered_with_the_nearest_time(service: Service) -> None:
    hear(service, "Ring efter 17")
    assert keys(service.engine) == ["callback_ack_adjusted"]


def test_stopp_cancels_what_waits_for_that_number_and_is_confirmed_once(service: Service) -> None:
    with writing(service.engine) as session:
        waiting = add_message(session, state=MessageState.QUEUED, sent_at=None).id
        add_tenancy(session, "T-9")
        elsewhere = add_message(session, "T-9", state=MessageState.QUEUED, sent_at=None, address="+46701740606").id
    hear(service, "STOPP")
    hear(service, "STOPP", now=TUESDAY + timedelta(hours=1))
    with reading(service.engine) as session:
        assert session.get_one(Message, waiting).state is MessageState.CANCELLED
        assert session.get_one(Message, elsewhere).state is MessageState.QUEUED
    assert [(b.kind, b.tenant_id) for b in blocks(service.engine)] == [(BlockKind.OPT_OUT, "")]
    assert keys(service.engine) == ["opt_out_ack"]


def test_after_stopp_only_danger_and_start_are_answered(service: Service) -> None:
    told = ["STOPP", "RING", "Jag har betalat", "Vad vill ni?", "Jag orkar inte mer", "START", "RING"]
    for hours, text in enumerate(told):
        hear(service, text, now=TUESDAY + timedelta(hours=hours / 2))
    assert keys(service.engine) == ["opt_out_ack", "crisis_ack_open", "opt_in_ack", "callback_ack"]
    assert blocks(service.engine)[0].lifted_at is not None
    assert [code for _, code in codes(service.engine, TouchpointKind.CONTACT_POINT)] == ["opted_in"]


def test_the_confirmation_of_stopp_leaves_although_the_number_is_blocked(engine: Engine) -> None:
    sms = FakeSender()
    with writing(engine) as session:
        add_tenancy(session)
    service = make_service(engine, sms=sms)
    hear(service, "STOPP")
    assert deliver(service, TUESDAY) == 1


def test_says_paid_holds_for_three_bank_days_once_and_only_what_owes(service: Service) -> None:
    with writing(service.engine) as session:
        add_home(session, "T-2", "T-1-P")
    hear(service, "Jag har betalat")
    hear(service, "jag har ju betalat!", now=TUESDAY + timedelta(days=1))
    (hold,) = holds(service.engine)
    assert hold.tenancy_id == "T-1"
    assert hold.until == datetime(2026, 11, 6, 23, 0, tzinfo=UTC)


def test_a_wrong_number_is_kept_by_tenant_and_number_and_logged_as_a_possible_breach(service: Service) -> None:
    with writing(service.engine) as session:
        waiting = add_message(session, state=MessageState.QUEUED, sent_at=None).id
    hear(service, "Fel nummer")
    (block,) = blocks(service.engine)
    assert (block.kind, block.address, block.tenant_id) == (BlockKind.WRONG_NUMBER, PHONE, "T-1-P")
    assert codes(service.engine, TouchpointKind.CONTACT_POINT) == [("T-1", "number_wrong")]
    with reading(service.engine) as session:
        assert session.get_one(Message, waiting).state is MessageState.CANCELLED
    assert "Amina" not in answers(service.engine)[0].body
    assert deliver(service, TUESDAY) == 1


def test_whoever_has_a_wrong_number_is_a_stranger_from_then_on(service: Service) -> None:
    hear(service, "Fel nummer")
    hear(service, "RING", now=TUESDAY + timedelta(days=1))
    assert heard(service.engine)[1].tenancy_id is None
    assert callbacks(service.engine) == []


@pytest.mark.parametrize(("now", "key"), [(TUESDAY, "crisis_ack_open"), (NIGHT, "crisis_ack_closed")])
def test_words_of_crisis_alert_people_now_and_say_where_help_is(service: Service, now: datetime, key: str) -> None:
    hear(service, "Jag orkar inte mer", now=now)
    assert keys(service.engine) == [key]
    assert "112" in answers(service.engine)[0].body
    (alert,) = alert_messages(service.engine)
    assert (alert.address, alert.tenancy_id) == ("+46701740650", None)
    assert "Amina" not in alert.body
    assert "orkar" not in alert.body


def test_every_word_of_crisis_alerts_but_holds_once(service: Service) -> None:
    hear(service, "Jag orkar inte mer")
    hear(service, "Jag vill dö", now=TUESDAY + MINUTE)
    assert [h.kind for h in holds(service.engine)] == [HoldKind.CRISIS]
    assert len(alert_messages(service.engine)) == 2


def test_somebody_in_danger_is_answered_even_after_two_other_answers(service: Service) -> None:
    for minute, text in enumerate(["RING", "14.30", "Jag orkar inte mer"]):
        hear(service, text, now=TUESDAY + minute * MINUTE)
    assert keys(service.engine)[-1] == "crisis_ack_open"


def test_a_threat_alerts_and_gets_no_answer(service: Service) -> None:
    hear(service, "Jag ska döda dig")
    with reading(service.engine) as session:
        assert session.exec(select(Alert)).one().kind is AlertKind.THREAT
    assert answers(service.engine) == []


def test_what_is_not_understood_is_acknowledged_once_a_day_and_each_holds_until_read(service: Service) -> None:
    for hours in (0, 2, 4):
        hear(service, f"Spisen är trasig {hours}", now=TUESDAY + timedelta(hours=hours))
    hear(service, "Spisen igen", now=TUESDAY + timedelta(days=1))
    assert keys(service.engine) == ["read_later_ack", "read_later_ack"]
    assert len(holds(service.engine)) == 4


def test_a_person_who_has_read_a_reply_releases_its_hold_only(service: Service) -> None:
    first = hear(service, "Spisen är trasig")
    hear(service, "Fläkten också", now=TUESDAY + MINUTE)
    with writing(service.engine) as session:
        assert handle(session, first, "Leyla", TUESDAY + MINUTE)
    with writing(service.engine) as session:
        assert not handle(session, first, "Nils", TUESDAY + MINUTE)
    assert [h.released_by for h in holds(service.engine)] == ["Leyla", None]
    with writing(service.engine) as session, pytest.raises(NotFound):
        handle(session, answers(service.engine)[0].id, "Leyla", TUESDAY)


def test_two_machines_do_not_talk_to_each_other(service: Service) -> None:
    """Whatever comes, at most two automatic answers in ten minutes."""
    for second in range(40):
        hear(service, f"Jag har betalat {second}", now=TUESDAY + timedelta(seconds=second))
        hear(service, "RING", now=TUESDAY + timedelta(seconds=second))
    assert len(answers(service.engine)) == 2


@pytest.mark.parametrize(
    ("text", "answer", "handled"),
    [
        ("RING", "read_later_ack", False),
        ("Jag har betalat", "read_later_ack", False),
        ("Hej, vem är det här?", "read_later_ack", False),
        ("Jag ska döda dig", None, False),
        ("Jag orkar inte mer", "crisis_ack_open", False),
        ("STOPP", "opt_out_ack", True),
        ("Autosvar: jag är på semester", None, True),
    ],
)
def test_a_stranger_gets_no_personal_data_and_waits_in_the_unclaimed_inbox(
    service: Service, text: str, answer: str | None, *, handled: bool
) -> None:
    hear(service, text, sender="+46701740699")
    (message,) = heard(service.engine)
    assert (message.tenancy_id, message.tenant_id, message.address) == (None, None, "+46701740699")
    assert (message.handled_at is not None) is handled
    assert keys(service.engine) == ([answer] if answer else [])
    assert all("Amina" not in sent.body for sent in answers(service.engine))
    assert holds(service.engine) == []
    assert callbacks(service.engine) == []
    assert len(alert_messages(service.engine)) == (message.intent in ("crisis", "threat"))


def test_a_stranger_is_answered_once_a_day(service: Service) -> None:
    for hours in range(5):
        hear(service, f"Hallå {hours}", sender="+46701740699", now=TUESDAY + timedelta(hours=hours))
    assert keys(service.engine) == ["read_later_ack"]


def test_a_sender_that_is_no_number_is_kept_as_it_is(service: Service) -> None:
    hear(service, "Vinn en resa", sender="  Vinn\x00 Nu ")
    assert heard(service.engine)[0].address == "Vinn Nu"


@pytest.mark.parametrize("text", ["RING", "Spisen är trasig", "Jag har betalat", "Jag orkar inte mer"])
def test_a_number_of_two_tenants_holds_both_tenancies_and_names_nobody(engine: Engine, text: str) -> None:
    with writing(engine) as session:
        for number, name in (("1", "Amina"), ("2", "Bo")):
            add_tenant(session, f"P-{number}", given_name=name)
            add_home(session, f"T-{number}", f"P-{number}")
            add_invoice(session, f"T-{number}", f"INV-{number}")
    hear(make_service(engine), text)
    held = {h.tenancy_id for h in holds(engine)} | {c.tenancy_id for c in callbacks(engine)}
    assert held == {"T-1", "T-2"}
    (answer,) = answers(engine)
    assert "Amina" not in answer.body
    assert "Bo!" not in answer.body
    assert {tenancy for tenancy, _ in codes(engine, TouchpointKind.REPLY)} == {"T-1", "T-2"}


def test_a_reply_belongs_to_the_tenancy_we_last_wrote_about(engine: Engine) -> None:
    with writing(engine) as session:
        add_tenant(session, "P-1")
        add_home(session, "T-1", "P-1")
        add_home(session, "T-2", "P-1")
        add_tenant(session, "T-2-P", phone="+46701740633")
        add_message(session, "T-2", created_at=TUESDAY - MINUTE)
    hear(make_service(engine), "Spisen är trasig")
    assert heard(engine)[0].tenancy_id == "T-2"


def test_a_number_written_in_another_way_is_the_same_number(service: Service) -> None:
    hear(service, "RING", sender="070-174 06 05")
    assert callbacks(service.engine)[0].tenancy_id == "T-1"


def test_an_e_mail_is_answered_by_e_mail(engine: Engine) -> None:
    with writing(engine) as session:
        add_tenant(session, "P-1", email="Amina@Example.se")
        add_home(session, "T-1", "P-1")
    hear(make_service(engine), "Kan ni ringa mig?", sender="amina@example.se")
    (answer,) = answers(engine)
    assert (answer.channel, answer.address, answer.template_key) == (Channel.EMAIL, "amina@example.se", "callback_ack")
    assert answer.subject


@pytest.mark.parametrize(
    ("body", "kept"),
    [
        ("a\x00b", "ab"),
        ("x" * 1600, "x" * 1600),
        ("x" * 1601, "x" * 1600 + " […]"),
        ("rad ett\nrad två  ", "rad ett\nrad två  "),
        ("\ud800 halv", "? halv"),
        ("", ""),
    ],
)
def test_the_words_are_kept_as_they_came(service: Service, body: str, kept: str) -> None:
    hear(service, body)
    assert heard(service.engine)[0].body == kept


def test_an_old_tenant_is_still_heard(engine: Engine) -> None:
    with writing(engine) as session:
        add_tenant(session, "P-1")
        add_home(session, "T-1", "P-1", ended_on=datetime(2026, 9, 30, tzinfo=UTC).date())
    hear(make_service(engine), "Jag orkar inte mer")
    assert [h.tenancy_id for h in holds(engine)] == ["T-1"]
