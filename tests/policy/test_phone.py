import pytest

from app.policy.phone import parse_phone


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("070-174 06 17", "+46701740617"),
        ("0701740617", "+46701740617"),
        (" 070 174 06 17 ", "+46701740617"),
        ("070\u00a0174\u00a006\u00a017", "+46701740617"),
        ("070–174 06 17", "+46701740617"),
        ("+46 (0)70 174 06 17", "+46701740617"),
        ("0046701740617", "+46701740617"),
        ("08-465 004 00", "+46846500400"),
        ("+44 7911 123456", "+447911123456"),
    ],
)
def test_one_valid_number_in_any_usual_form_is_understood(text: str, number: str) -> None:
    assert parse_phone(text, "SE") == number


@pytest.mark.parametrize(
    "text",
    [
        "",
        "-",
        "saknas",
        "112",
        "070-174 06",
        "070-174 06 17 1",
        "Dottern Ingrid: 070-174 06 17",
        "070-174 06 17 (mamma)",
        "070-174 06 17 / 070-174 06 18",
        "070-174 06 17, 070-174 06 18",
        "070-174 06 17 070-174 06 18",
        "070-174 06 17\n070-174 06 18",
        "070-174 06 17 ext 5",
        "tel:+46701740617",
        "amina@example.org",
        "+999 123 456 789",
        "0" * 41,
    ],
)
def test_notes_two_numbers_and_half_numbers_are_not(text: str) -> None:
    assert parse_phone(text, "SE") is None
