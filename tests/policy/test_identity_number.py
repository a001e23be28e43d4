from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.policy.identity_number import looks_like_identity_number

BIRTHDAYS = st.dates(date(1850, 1, 1), date(2099, 12, 31))


def _check_digit(digits: str) -> str:
    total = 0
    for place, digit in enumerate(digits):
        value = int(digit) * (2 if place % 2 == 0 else 1)
        total += value - 9 if value > 9 else value
    return str(-total % 10)


def _ten_digits(birthday: date, serial: int, *, coordination: bool) -> str:
    day = birthday.day + (60 if coordination else 0)
    nine = f"{birthday:%y%m}{day:02}{serial:03}"
    return nine + _check_digit(nine)


@pytest.mark.parametrize(
    "text",
    [
        "8112189876",
        "811218-9876",
        "811218+9876",
        "19811218-9876",
        "198112189876",
        " 19811218 9876 ",
        "701063-2391",
        "19701063-2391",
    ],
)
def test_personal_and_coordination_numbers_are_seen_in_every_usual_form(text: str) -> None:
    assert looks_like_identity_number(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "INV-88",
        "T-1042",
        "7310042",
        "811218-9877",
        "811318-9876",
        "810230-9876",
        "556036-0793",
        "165560360793",
        "8112189876000",
        "INV-8112189876",
        "81121898",
        "0000000000",
        "８１１２１８９８７６",
    ],
)
def test_ordinary_ids_and_references_are_left_alone(text: str) -> None:
    assert not looks_like_identity_number(text)


@given(BIRTHDAYS, st.integers(0, 999), st.booleans(), st.sampled_from(["", "-", "+", " "]), st.booleans())
def test_every_valid_number_is_seen(
    birthday: date, serial: int, coordination: bool, separator: str, with_century: bool
) -> None:
    ten = _ten_digits(birthday, serial, coordination=coordination)
    century = f"{birthday.year // 100}" if with_century else ""
    assert looks_like_identity_number(f"{century}{ten[:6]}{separator}{ten[6:]}")


@given(BIRTHDAYS, st.integers(0, 999), st.integers(1, 9))
def test_a_wrong_check_digit_is_another_kind_of_number(birthday: date, serial: int, off: int) -> None:
    ten = _ten_digits(birthday, serial, coordination=False)
    assert not looks_like_identity_number(ten[:9] + str((int(ten[9]) + off) % 10))


@given(st.from_regex(r"(INV|T|OBJ|HG)-\d{1,14}", fullmatch=True))
def test_an_id_with_a_prefix_is_never_taken_for_one(text: str) -> None:
    assert not looks_like_identity_number(text)


@given(st.from_regex(r"[0-9]{1,9}|[0-9]{11}|[0-9]{13,25}", fullmatch=True))
def test_a_reference_of_another_length_is_never_taken_for_one(text: str) -> None:
    assert not looks_like_identity_number(text)


@given(st.text(max_size=30))
def test_any_text_is_answered(text: str) -> None:
    assert looks_like_identity_number(text) in {True, False}
