"""Day by day: what holds Kvar back when something is wrong with the world."""

from sqlalchemy import Engine

from app.channels.base import OutcomeUnknown, PermanentFailure
from app.flows import control
from app.store.engine import writing
from tests.support.town import Town, town

MANY = 20


def a_street(here: Town, late: int) -> None:
    """Forty households; the rent of 30 October is missing for `late` of them."""
    for number in range(1, 41):
        here.moves_in(str(number), "Amina", home={"address": f"Lärkvägen {number}"})
    for number in range(1, late + 1):
        here.owes(str(number), "2026-10-30")


def test_a_surge_waits_for_a_person_and_goes_when_released(engine: Engine) -> None:
    """Twenty of forty late at once: more likely a lost payment file than twenty households."""
    with town(engine, "2026-10-26 08:00", alert_email="team@example.org") as here:
        a_street(here, MANY)
        here.until("2026-11-03 17:00")
        assert [t for _, _, t in here.messages()] == ["alert_surge"]
        with writing(here.service.engine) as session:
            control.release_surge(session, "arrears", "Leyla", here.now)
        here.until("2026-11-03 17:30")
        assert [t for _, _, t in here.messages()].count("not_seen_yet") == MANY


def test_a_surge_that_dissolves_leaves_only_who_is_late(engine: Engine) -> None:
    with town(engine, "2026-10-26 08:00") as here:
        a_street(here, MANY)
        here.until("2026-11-03 12:00")
        for number in range(4, MANY + 1):
            here.pays(f"I-{number}", on="2026-10-30")
        here.until("2026-11-04 12:00")
        assert sorted(t for _, _, t in here.messages()) == ["not_seen_yet"] * 3


def test_an_ordinary_month_is_not_braked(engine: Engine) -> None:
    with town(engine, "2026-10-26 08:00") as here:
        a_street(here, 4)
        here.until("2026-11-03 09:30")
        assert [t for _, _, t in here.messages()] == ["not_seen_yet"] * 4


def test_the_pause_stops_every_automatic_send_at_once(engine: Engine) -> None:
    with town(engine, "2026-10-26 08:00") as here:
        here.moves_in("1", "Amina")
        here.owes("1", "2026-10-30")
        here.until("2026-11-03 08:00")
        with writing(here.service.engine) as session:
            control.pause(session, "Leyla", here.now)
        here.until("2026-11-04 12:00")
        here.says("1", "RING")
        assert here.messages() == []
        with writing(here.service.engine) as session:
            control.resume(session, "Leyla", here.now)
        here.until("2026-11-04 12:10")
        assert "not_seen_yet" not in [t for _, _, t in here.messages()]


def test_after_a_standstill_the_gentle_message_comes_first(engine: Engine) -> None:
    """Paused over the day of the message and into the day of the call: the call never comes before the message."""
    with town(engine, "2026-10-26 08:00") as here:
        here.moves_in("1", "Amina")
        here.owes("1", "2026-10-30")
        here.until("2026-11-02 12:00")
        with writing(here.service.engine) as session:
            control.pause(session, "Leyla", here.now)
        here.until("2026-11-05 12:00")
        with writing(here.service.engine) as session:
            control.resume(session, "Leyla", here.now)
        here.until("2026-11-05 12:10")
        assert [t for _, _, t in here.messages()] == ["not_seen_yet"]
        here.until("2026-11-20 12:00")
        assert [code for _, _, code in here.log("1", "task")] == ["review_day"]


def test_a_dead_number_is_followed_by_e_mail_the_next_day(engine: Engine) -> None:
    with town(engine, "2026-10-26 08:00") as here:
        here.sms.fails_with(PermanentFailure("unknown_subscriber", bad_address=True))
        here.moves_in("1", "Amina")
        here.owes("1", "2026-10-30")
        here.until("2026-11-05 23:00")
        assert [(channel, t) for _, channel, t in here.messages()] == [("email", "not_seen_yet")]
        assert len(here.sms.sent) == 1


def test_a_send_nobody_knows_the_end_of_is_never_repeated(engine: Engine) -> None:
    with town(engine, "2026-10-26 08:00", alert_email="team@example.org") as here:
        here.sms.fails_with(OutcomeUnknown("timeout"))
        here.moves_in("1", "Amina")
        here.owes("1", "2026-10-30")
        here.until("2026-11-30 12:00")
        assert len(here.sms.sent) == 1
        assert "delivery_unresolved" in [code for _, _, code in here.log("1", "task", "message")]


def test_a_first_load_of_old_debts_is_for_people_not_for_messages(engine: Engine) -> None:
    """Go-live with a rent two months old: somebody looks, nobody is surprised by a text."""
    with town(engine, "2026-11-10 08:00") as here:
        here.moves_in("1", "Amina")
        here.owes("1", "2026-09-30")
        here.until("2026-11-30 12:00")
        assert here.messages() == []
        assert [code for _, _, code in here.log("1", "task")] == ["late_import"]


def test_a_notice_hands_over_to_people(engine: Engine) -> None:
    with town(engine, "2026-10-26 08:00") as here:
        here.moves_in("1", "Amina")
        here.owes("1", "2026-10-30")
        here.until("2026-11-02 12:00")
        here.post(
            "notice.served",
            {
                "tenancy_id": "T-1",
                "grounds": "late rent",
                "served_on": "2026-11-02",
                "social_board_notified_on": "2026-11-02",
                "as_of": "2026-11-02T10:00:00Z",
            },
        )
        here.until("2026-12-05 12:00")
        assert here.messages() == []
        assert [at for at, _, code in here.log("1", "task") if code == "notice_served"] == [
            "2026-11-03 09:00",
            "2026-11-09 09:00",
            "2026-11-16 09:00",
            "2026-11-20 09:00",
        ]
