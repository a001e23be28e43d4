"""Day by day: the tenant answers. What is heard, who gets it, and what is not sent meanwhile."""

from typing import Any

import pytest
from sqlalchemy import Engine
from sqlmodel import col, select

from app.flows import callbacks
from app.models import Alert, CallBack, Hold, Message
from app.store.engine import reading, writing
from app.vocabulary import AlertKind, CallbackState, HoldKind, MessageState
from tests.support.town import Town, shown, town


def late(here: Town, name: str = "Amina", **person: Any) -> None:
    """A household whose rent of 30 October is missing, on the evening after our first message."""
    here.moves_in("1", name, **person)
    here.owes("1", "2026-10-30")
    here.until("2026-11-03 20:00")
    assert [template for _, _, template in here.messages("1")] == ["not_seen_yet"]


def test_ring_on_a_saturday_night_before_a_holiday_becomes_a_call_on_the_next_working_day(engine: Engine) -> None:
    """Friday 5 June 2026 is an ordinary bank day; Saturday the 6th is the national day."""
    with town(engine, "2026-05-25 08:00") as here:
        here.moves_in("1", "Amina")
        here.owes("1", "2026-05-29")
        here.until("2026-06-06 23:10")
        before = len(here.messages("1"))
        here.says("1", "RING")
        with reading(here.service.engine) as session:
            asked = session.exec(select(CallBack)).one()
        assert shown(asked.due_by) == "2026-06-08 16:00"
        assert asked.owner is None
        assert here.messages("1")[before:] == [("2026-06-06 23:10", "sms", "callback_ack")]
        assert "måndag" in here.texts("1")[-1]


def test_while_a_call_is_asked_for_nothing_else_is_sent(engine: Engine) -> None:
    with town(engine, "2026-10-26 08:00") as here:
        late(here)
        here.says("1", "RING tack, helst imorgon efter 10. jobbar kväll")
        assert "i morgon mellan 10 och 12" in here.texts("1")[-1]
        here.until("2026-11-04 10:30")
        with writing(here.service.engine) as session:
            asked = session.exec(select(CallBack)).one()
            callbacks.take(session, asked.id or 0, "Sara", here.now)
            callbacks.done(session, here.service, asked.id or 0, "Sara", here.now)
        here.until("2026-11-30 12:00")
        assert [t for _, _, t in here.messages("1")] == ["not_seen_yet", "callback_ack"]
        # She has answered, so nobody calls about the rent on the fifth day; the review comes all the same.
        assert [code for _, _, code in here.log("1", "task")] == ["review_day"]
        with reading(here.service.engine) as session:
            assert session.exec(select(CallBack.state)).one() is CallbackState.DONE


def test_stop_ends_sms_and_leaves_e_mail(engine: Engine) -> None:
    with town(engine, "2026-10-26 08:00") as here:
        late(here)
        here.says("1", "Stopp!")
        here.until("2026-11-20 12:00")
        assert here.messages("1")[1:] == [("2026-11-03 20:00", "sms", "opt_out_ack")]
        here.pays("I-1", on="2026-11-20")
        here.owes("1", "2026-11-30", invoice_id="I-dec")
        here.until("2026-12-05 12:00")
        assert here.messages("1")[2:] == [("2026-12-02 09:00", "email", "not_seen_yet")]
        here.says("1", "START")
        here.pays("I-dec", on="2026-12-05")
        here.owes("1", "2026-12-30", invoice_id="I-jan")
        here.until("2027-01-06 12:00")
        assert here.messages("1")[3:] == [
            ("2026-12-05 12:00", "sms", "opt_in_ack"),
            ("2027-01-05 09:00", "sms", "not_seen_yet"),
        ]


def test_a_tenant_who_says_it_is_paid_is_left_alone_and_then_a_person_looks(engine: Engine) -> None:
    with town(engine, "2026-10-26 08:00") as here:
        late(here)
        here.says("1", "jag har betalat i måndags")
        here.until("2026-11-16 12:00")
        assert [t for _, _, t in here.messages("1")] == ["not_seen_yet", "says_paid_ack"]
        codes = [code for _, _, code in here.log("1", "task")]
        assert "review_day" in codes
        assert "says_paid_lapsed" in codes or codes == ["review_day"]


def test_a_payment_that_was_spoken_of_and_comes_is_thanked_for(engine: Engine) -> None:
    with town(engine, "2026-10-26 08:00") as here:
        late(here, "Grace", language="en")
        here.says("1", "paid it monday night?")
        here.until("2026-11-04 14:10")
        here.pays("I-1", on="2026-11-02")
        here.until("2026-11-20 12:00")
        assert [t for _, _, t in here.messages("1")] == ["not_seen_yet", "says_paid_ack", "thanks"]
        assert here.log("1", "task") == []


def test_a_wrong_number_is_never_written_to_again(engine: Engine) -> None:
    with town(engine, "2026-10-26 08:00") as here:
        late(here)
        here.says("1", "Fel nummer")
        here.until("2026-11-20 12:00")
        assert here.messages("1")[1:] == [("2026-11-03 20:00", "sms", "wrong_number_ack")]
        here.pays("I-1", on="2026-11-20")
        here.owes("1", "2026-11-30", invoice_id="I-dec")
        here.until("2026-12-03 12:00")
        assert here.messages("1")[-1] == ("2026-12-02 09:00", "email", "not_seen_yet")
        assert ("2026-11-03 20:00", "contact_point", "number_wrong") in here.log("1")


@pytest.mark.parametrize(
    ("moment", "template"), [("2026-11-04 10:00", "crisis_ack_open"), ("2026-11-03 23:30", "crisis_ack_closed")]
)
def test_words_of_crisis_stop_everything_and_call_people(engine: Engine, moment: str, template: str) -> None:
    with town(engine, "2026-10-26 08:00", alert_sms="+46701740699", alert_email="team@example.org") as here:
        late(here)
        here.until(moment)
        here.says("1", "jag orkar inte mer")
        assert here.messages("1")[1:] == [(moment, "sms", template)]
        alerts = [m for m in here.messages() if m[2] == "alert_crisis"]
        assert {channel for _, channel, _ in alerts} == {"sms", "email"}
        assert all("orkar" not in text and "Amina" not in text for text in here.texts() if "T-1" in text)
        here.until("2026-12-20 12:00")
        assert [t for _, _, t in here.messages("1")] == ["not_seen_yet", template]
        with reading(here.service.engine) as session:
            assert session.exec(select(Hold.kind).where(col(Hold.released_at).is_(None))).all() == [HoldKind.CRISIS]
            assert AlertKind.CRISIS in session.exec(select(Alert.kind)).all()


def test_a_threat_gets_no_answer_and_a_manager(engine: Engine) -> None:
    with town(engine, "2026-10-26 08:00", alert_email="team@example.org") as here:
        late(here)
        here.says("1", "jag vet var ni jobbar, jag ska döda er")
        here.until("2026-12-01 12:00")
        assert [t for _, _, t in here.messages("1")] == ["not_seen_yet"]
        assert "alert_threat" in [t for _, _, t in here.messages()]


def test_what_is_not_understood_waits_for_a_person(engine: Engine) -> None:
    with town(engine, "2026-10-26 08:00") as here:
        late(here)
        here.says("1", "hmm det där stämmer väl inte riktigt med hissen")
        here.says("1", "och en sak till")
        here.until("2026-11-20 12:00")
        assert [t for _, _, t in here.messages("1")] == ["not_seen_yet", "read_later_ack"]
        assert "hold_without_end" in [code for _, _, code in here.log("1", "task")]


def test_the_same_sms_ten_times_is_one(engine: Engine) -> None:
    with town(engine, "2026-10-26 08:00") as here:
        late(here)
        first = here.says("1", "RING", ref="provider-1")
        assert {here.says("1", "RING", ref="provider-1") for _ in range(9)} == {first}
        with reading(here.service.engine) as session:
            assert len(session.exec(select(CallBack)).all()) == 1
        assert [t for _, _, t in here.messages("1")] == ["not_seen_yet", "callback_ack"]


def test_a_number_nobody_has_is_kept_and_told_nothing(engine: Engine) -> None:
    with town(engine, "2026-10-26 08:00") as here:
        late(here)
        here.says("77", "RING Amina om hyran")
        with reading(here.service.engine) as session:
            kept = session.exec(select(Message).where(col(Message.state) == MessageState.RECEIVED)).one()
            answers = session.exec(select(Message).where(col(Message.in_reply_to) == kept.id)).all()
        assert kept.tenancy_id is None
        assert all("Amina" not in answer.body for answer in answers)
