import json
import unicodedata
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.policy.segments import Segments, count, plain

_VECTORS = Path(__file__).parent.parent / "data" / "sms-segments.json"
STRINGS: list[dict[str, Any]] = json.loads(_VECTORS.read_text(encoding="utf-8"))["strings"]


def _name(vector: dict[str, Any]) -> str:
    return f"{vector['id']}-{vector['group']}"


@pytest.mark.parametrize("vector", STRINGS, ids=_name)
def test_published_strings_are_counted_as_the_provider_and_the_standard_do(vector: dict[str, Any]) -> None:
    counted, reference = count(vector["text"]), vector["reference_23038"]
    assert counted.encoding == reference["encoding"]
    assert counted.units == reference["units"]
    assert counted.parts >= reference["segments"]
    if vector["agree"]:
        assert (counted.encoding, counted.parts) == (vector["encoding"], vector["segments"])


def test_the_published_strings_are_all_here() -> None:
    assert len(STRINGS) == 144
    assert sum(vector["agree"] for vector in STRINGS) == 137


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", Segments("GSM-7", 0, 1)),
        ("å" * 160, Segments("GSM-7", 160, 1)),
        ("å" * 161, Segments("GSM-7", 161, 2)),
        ("å" * 306, Segments("GSM-7", 306, 2)),
        ("å" * 307, Segments("GSM-7", 307, 3)),
        ("€" * 80, Segments("GSM-7", 160, 1)),
        ("å" * 152 + "€" + "å" * 152, Segments("GSM-7", 306, 3)),
        ("å" * 151 + "€" + "å" * 153, Segments("GSM-7", 306, 2)),
        ("ş" * 70, Segments("UCS-2", 70, 1)),
        ("ş" * 71, Segments("UCS-2", 71, 2)),
        ("👍" * 35, Segments("UCS-2", 70, 1)),
        ("ş" * 66 + "👍" + "ş" * 66, Segments("UCS-2", 134, 3)),
        ("Hyran\u00a0är 6 kr", Segments("UCS-2", 13, 1)),
    ],
)
def test_an_escape_pair_and_a_surrogate_pair_never_straddle_two_parts(text: str, expected: Segments) -> None:
    assert count(text) == expected


@given(st.text(max_size=400))
def test_parts_hold_all_units_and_waste_at_most_one_each(text: str) -> None:
    counted = count(text)
    alone, joined = (160, 153) if counted.encoding == "GSM-7" else (70, 67)
    if counted.units <= alone:
        assert counted.parts == 1
    else:
        assert counted.units / joined <= counted.parts <= -(-counted.units // (joined - 1))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("6\u00a0450\u202fkr", "6 450 kr"),
        ("a\u2009b\u3000c", "a b c"),
        ("fo\u0308rfallna a\u030ar", "förfallna år"),
        ("hy\u00adra\u200b", "hyra"),
        ("rad\r\nrad\rrad\u2028rad", "rad\nrad\nrad\nrad"),
        ("می‌خواهم", "می‌خواهم"),
        ("tack 👨‍👩‍👧", "tack 👨‍👩‍👧"),
    ],
)
def test_invisible_differences_are_made_plain_and_joiners_that_carry_meaning_stay(text: str, expected: str) -> None:
    assert plain(text) == expected


@given(st.text(max_size=200))
def test_plain_text_stays_as_it_is(text: str) -> None:
    once = plain(text)
    assert plain(once) == once
    assert unicodedata.is_normalized("NFC", once)
    assert "\u00a0" not in once
