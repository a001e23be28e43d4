"""Day by day: a rent is late. What Kvar says, what it does not say, and when."""

from sqlalchemy import Engine

from tests.support.town import town


def test_a_late_rent_is_asked_about_gently_then_called_about_then_a_persons(engine: Engine) -> None:
    """Due Friday 30 October 2026. Saturday is All Saints' Day; Tuesday is the second bank day."""
    with town(engine, "2026-10-26 08:00") as here:
        here.moves_in("1", "Amina")
        here.owes("1", "2026-10-30")
        here.until("2026-11-03 08:59")
        assert here.messages() == []
        here.until("2026-11-03 23:00")
        assert here.messages() == [("2026-11-03 09:00", "sms", "not_seen_yet")]
        assert here.texts()[0].startswith("Hej Amina! Vi ser inte hyran för november")
        here.until("2026-11-20 12:00")
        assert here.messages() == [("2026-11-03 09:00", "sms", "not_seen_yet")]
        assert here.log("1", "task") == [
            ("2026-11-05 09:00", "task", "call_due"),
            ("2026-11-09 09:00", "task", "review_day"),
        ]


def test_whoever_pays_in_time_hears_nothing(engine: Engine) -> None:
    with town(engine, "2026-10-26 08:00") as here:
        here.moves_in("1", "Amina")
        here.owes("1", "2026-10-30")
        here.until("2026-10-29 10:00")
        here.pays("I-1", on="2026-10-29")
        here.until("2026-12-15 12:00")
        assert here.messages() == []
        assert here.log("1", "task", "case", "wait") == []


def test_a_payment_seen_before_the_message_stops_it(engine: Engine) -> None:
    with town(engine, "2026-10-26 08:00") as here:
        here.moves_in("1", "Amina")
        here.owes("1", "2026-10-30")
        here.until("2026-11-03 08:58")
        here.pays("I-1", on="2026-11-02")
        here.until("2026-12-01 12:00")
        assert here.messages() == []
        assert here.log("1", "case")[-1][2] == "case_closed"


def test_a_crossed_payment_is_thanked_for_the_next_day(engine: Engine) -> None:
    """Paid on Monday, seen on Tuesday after our message had left: one thank-you, on a day of its own."""
    with town(engine, "2026-10-26 08:00") as here:
        here.moves_in("1", "Grace", language="en")
        here.owes("1", "2026-10-30")
        here.until("2026-11-03 14:00")
        here.pays("I-1", on="2026-11-02")
        here.until("2026-11-20 12:00")
        assert here.messages() == [
            ("2026-11-03 09:00", "sms", "not_seen_yet"),
            ("2026-11-04 09:00", "sms", "thanks"),
        ]


def test_a_payment_made_after_the_message_is_not_thanked_for(engine: Engine) -> None:
    with town(engine, "2026-10-26 08:00") as here:
        here.moves_in("1", "Amina")
        here.moves_in("2", "Olof")
        here.owes("1", "2026-10-30")
        here.owes("2", "2026-10-30")
        here.until("2026-11-04 14:00")
        here.pays("I-1", on="2026-11-04")
        here.pays("I-2")
        here.until("2026-11-20 12:00")
        assert [template for _, _, template in here.messages("1")] == ["not_seen_yet"]
        assert [template for _, _, template in here.messages("2")] == ["not_seen_yet"]
        assert ("2026-11-04 14:00", "skip", "not_crossed") in here.log("2")


def test_autogiro_gets_two_bank_days_more(engine: Engine) -> None:
    with town(engine, "2026-10-26 08:00") as here:
        here.moves_in("1", "Olof", home={"payment_method": "autogiro"})
        here.owes("1", "2026-10-30", payment_method="autogiro")
        here.until("2026-11-20 12:00")
        assert here.messages() == [("2026-11-05 09:00", "sms", "not_seen_yet")]
        assert ("2026-11-09 09:00", "task", "review_day") in here.log("1")


def test_part_of_the_rent_is_met_with_other_words(engine: Engine) -> None:
    with town(engine, "2026-10-26 08:00") as here:
        here.moves_in("1", "Amina")
        here.owes("1", "2026-10-30")
        here.until("2026-11-02 10:00")
        here.pays("I-1", remaining=400_000, on="2026-11-01")
        here.until("2026-11-04 12:00")
        assert here.messages() == [("2026-11-03 09:00", "sms", "part_missing")]
        assert "845" not in here.texts()[0]
        assert "4000" not in here.texts()[0]


def test_two_months_are_told_in_one_message(engine: Engine) -> None:
    """October is left to people after its review; when November comes too late as well, they are told so."""
    with town(engine, "2026-09-21 08:00") as here:
        here.moves_in("1", "Amina")
        here.owes("1", "2026-09-30", invoice_id="I-oct")
        here.until("2026-10-20 08:00")
        here.owes("1", "2026-10-30", invoice_id="I-nov")
        here.until("2026-11-20 12:00")
        assert here.messages() == [("2026-10-02 09:00", "sms", "not_seen_yet")]
        assert [code for _, _, code in here.log("1", "task")] == ["call_due", "review_day", "newly_overdue"]


def test_two_homes_of_one_tenant_get_one_message(engine: Engine) -> None:
    with town(engine, "2026-10-26 08:00") as here:
        here.moves_in("1", "Amina", tenant_id="P-1")
        here.moves_in("2", "Amina", tenant_id="P-1", phone="+46701740001", email="p1@example.org")
        here.owes("1", "2026-10-30")
        here.owes("2", "2026-10-30")
        here.until("2026-11-04 23:00")
        assert here.messages() == [("2026-11-03 09:00", "sms", "not_seen_yet")]
        logs = here.log("1", "message") + here.log("2", "message")
        assert sorted(code for _, _, code in logs) == ["rent_not_seen", "told_together"]


def test_a_bounced_payment_reopens_the_case_and_repeats_nothing(engine: Engine) -> None:
    with town(engine, "2026-10-26 08:00") as here:
        here.moves_in("1", "Amina")
        here.owes("1", "2026-10-30")
        here.until("2026-11-04 10:00")
        here.pays("I-1", on="2026-11-04")
        here.until("2026-11-06 10:00")
        here.pays("I-1", remaining=845_000, paid_on=None)
        here.until("2026-11-20 12:00")
        assert here.messages() == [("2026-11-03 09:00", "sms", "not_seen_yet")]
        assert [code for _, _, code in here.log("1", "case")] == ["case_opened", "case_closed", "case_reopened"]


def test_a_stale_feed_stops_reminders_and_tells_staff(engine: Engine) -> None:
    with town(engine, "2026-10-26 08:00", alert_email="team@example.org") as here:
        here.moves_in("1", "Amina")
        here.owes("1", "2026-10-30")
        here.until("2026-10-30 12:00")
        here.feed = False
        here.until("2026-11-04 18:30")
        assert [t for _, _, t in here.messages("1")] == []
        assert ("2026-11-03 09:00", "wait", "feed_stale") in here.log("1")
        assert "alert_feed_stale" in {t for _, _, t in here.messages()}
        here.feed = True
        here.until("2026-11-05 12:00")
        assert here.messages("1") == [("2026-11-05 09:00", "sms", "not_seen_yet")]


def test_a_protected_identity_is_a_persons_from_the_start(engine: Engine) -> None:
    with town(engine, "2026-10-26 08:00") as here:
        here.moves_in("1", "Anna", protected_identity=True)
        here.owes("1", "2026-10-30")
        here.until("2026-11-30 12:00")
        assert here.messages() == []
        codes = [code for _, _, code in here.log("1", "task")]
        assert codes.count("protected_identity") == len(codes) > 0
        assert here.sms.sent == []
        assert here.email.sent == []


def test_nothing_is_said_over_christmas(engine: Engine) -> None:
    """Due Wednesday 30 December. New Year's Eve is closed, so bank days are 4 and 5 January; the 6th is Epiphany."""
    with town(engine, "2026-12-20 08:00") as here:
        here.moves_in("1", "Amina")
        here.owes("1", "2026-12-30")
        here.until("2027-01-12 12:00")
        assert here.messages() == [("2027-01-05 09:00", "sms", "not_seen_yet")]


def test_deferral_dispute_and_collection_silence_only_their_own_month(engine: Engine) -> None:
    with town(engine, "2026-10-26 08:00") as here:
        for key, kind, field in (
            ("1", "invoice.deferred", {"deferred_until": "2026-11-20"}),
            ("2", "invoice.disputed", {"disputed": True}),
            ("3", "invoice.sent_to_collection", {"in_collection": True}),
        ):
            here.moves_in(key, "Amina")
            here.owes(key, "2026-10-30")
            here.changes(kind, f"I-{key}", **field)
        here.until("2026-11-18 12:00")
        assert here.messages() == []
        here.owes("2", "2026-11-30", invoice_id="I-2-dec")
        here.until("2026-12-02 12:00")
        assert here.messages("2") == [("2026-12-02 09:00", "sms", "not_seen_yet")]
        assert here.messages("3") == []


def test_paying_the_older_of_two_months_does_not_bring_a_text_in_the_same_minute(engine: Engine) -> None:
    """Both are told of on Monday; when one is paid on Tuesday, the other is spoken of two bank days after Monday."""
    with town(engine, "2026-10-26 08:00") as here:
        here.moves_in("1", "Jonas")
        here.owes("1", "2026-10-29", invoice_id="I-oct", period="2026-10")
        here.owes("1", "2026-10-30", invoice_id="I-nov")
        here.until("2026-11-03 10:00")
        here.pays("I-oct", on="2026-11-03")
        here.until("2026-11-06 23:00")
        assert here.messages() == [
            ("2026-11-02 09:00", "sms", "not_seen_yet"),
            ("2026-11-04 09:00", "sms", "not_seen_yet"),
        ]


def test_when_the_only_holder_has_died_the_log_says_why_nothing_more_is_done(engine: Engine) -> None:
    with town(engine, "2026-10-26 08:00") as here:
        here.moves_in("1", "Vera", deceased=True)
        here.owes("1", "2026-10-30")
        here.until("2026-11-20 12:00")
        assert here.messages() == []
        assert "deceased" in [code for _, _, code in here.log("1", "skip")]
