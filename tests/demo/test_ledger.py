"""The rent system's own books in the demo."""

from datetime import date

import pytest

from app.demo.company import HOUSEHOLDS, NOVEMBER
from app.demo.ledger import Ledger, month_after
from app.policy.calendar import Calendar

AMINA, ANDERS, EMMA = "INV-1001-2611", "INV-1026-2610", "INV-1034-2611"


@pytest.fixture
def ledger() -> Ledger:
    books = Ledger(Calendar("SE"))
    books.open_books([NOVEMBER])
    return books


@pytest.mark.parametrize(
    ("period", "due"),
    [("2026-11", date(2026, 10, 30)), ("2026-12", date(2026, 11, 30)), ("2027-01", date(2026, 12, 30))],
)
def test_rent_is_due_on_the_last_bank_day_before_the_month(ledger: Ledger, period: str, due: date) -> None:
    assert ledger.due_date(period) == due


def test_the_month_after_december_is_january() -> None:
    assert month_after("2026-12") == "2027-01"


def test_those_who_pay_by_themselves_do_and_the_others_do_not(ledger: Ledger) -> None:
    ledger.book_payments(date(2026, 11, 2))
    unpaid = {entry.tenancy_id for entry in ledger.entries.values() if entry.remaining}
    assert unpaid == {household.id for household in HOUSEHOLDS if household.late}


def test_the_bank_draws_autogiro_on_the_due_date(ledger: Ledger) -> None:
    ledger.book_payments(date(2026, 10, 30))
    assert ledger.entries[EMMA].remaining > 0
    ledger.book_payments(date(2026, 10, 31))
    assert ledger.entries[EMMA].paid_on == date(2026, 10, 30)


def test_a_part_is_not_the_whole_and_more_than_the_whole_is_the_whole(ledger: Ledger) -> None:
    ledger.pay(AMINA, date(2026, 11, 3), 100_000)
    assert (ledger.entries[AMINA].remaining, ledger.entries[AMINA].paid_on) == (745_000, None)
    assert ledger.entries[AMINA].event_type(date(2026, 11, 3)) == "invoice.partially_paid"
    ledger.pay(AMINA, date(2026, 11, 4), 9_999_999)
    assert (ledger.entries[AMINA].remaining, ledger.entries[AMINA].paid_on) == (0, date(2026, 11, 4))


def test_what_matters_now_is_the_oldest_unpaid_invoice(ledger: Ledger) -> None:
    assert ledger.now_due("T-1026").id == ANDERS
    ledger.pay(ANDERS, date(2026, 11, 24))
    assert ledger.now_due("T-1026").period == NOVEMBER


@pytest.mark.parametrize(
    ("today", "word"), [(date(2026, 10, 30), "invoice.issued"), (date(2026, 10, 31), "invoice.overdue")]
)
def test_an_invoice_is_overdue_from_the_day_after_its_due_date(ledger: Ledger, today: date, word: str) -> None:
    assert ledger.entries[AMINA].event_type(today) == word


def test_who_has_moved_gets_no_more_invoices(ledger: Ledger) -> None:
    ledger.end("T-1029")
    ledger.issue("2026-12")
    assert "INV-1029-2612" not in ledger.entries
    assert "INV-1030-2612" in ledger.entries
