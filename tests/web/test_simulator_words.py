"""The words of the demo's page: the same in both languages, each used, each fillable."""

import re
import tomllib
from pathlib import Path
from string import Formatter
from typing import Any

import pytest

from app.vocabulary import TouchpointKind
from app.web import simulator
from app.web.simulator.words import LANGUAGES, words_of

FOLDER = Path(simulator.__file__).parent
NBSP = "\u00a0"


def _raw(language: str) -> dict[str, Any]:
    return tomllib.loads((FOLDER / "words" / f"{language}.toml").read_text(encoding="utf-8"))


def _flat(raw: dict[str, Any], before: str = "") -> dict[str, Any]:
    flat: dict[str, Any] = {}
    for key, value in raw.items():
        flat |= _flat(value, f"{key}.") if isinstance(value, dict) else {before + key: value}
    return flat


def test_both_languages_say_the_same_things_with_the_same_values() -> None:
    swedish, english = (_flat(_raw(language)) for language in LANGUAGES)
    assert swedish.keys() == english.keys()
    for key, text in swedish.items():
        if isinstance(text, str):
            fields = [{field for _, field, _, _ in Formatter().parse(one) if field} for one in (text, english[key])]
            assert fields[0] == fields[1], key


def test_no_word_is_left_over() -> None:
    sources = [*FOLDER.glob("*.py"), *FOLDER.glob("words/*.py"), *(FOLDER.parent / "pages").glob("demo*.html")]
    used = "\n".join(path.read_text(encoding="utf-8") for path in sources)
    plain = [key for key, value in _raw("sv").items() if not isinstance(value, dict)]
    assert [key for key in plain if not re.search(rf"[\"']{key}[\"']", used)] == []


def test_everything_that_can_be_told_has_a_title() -> None:
    for language in LANGUAGES:
        titles = words_of(language).happened
        assert {kind.value for kind in TouchpointKind} - {"case"} <= titles.keys()


@pytest.mark.parametrize(
    ("names", "listed"),
    [
        ([], ""),
        (["Amina"], "Amina"),
        (["Amina", "Olof"], "Amina och Olof"),
        (["Amina", "Olof", "Grace", "Elin"], "Amina, Olof, Grace och Elin"),
        (["Amina", "Olof", "Grace", "Elin", "Nora"], "Amina, Olof, Grace och 2 till"),
    ],
)
def test_names_are_listed_and_many_are_counted(names: list[str], listed: str) -> None:
    assert words_of("sv").joined(names) == listed


@pytest.mark.parametrize(
    ("minor", "swedish", "english"),
    [
        (845_000, f"8{NBSP}450{NBSP}kr", f"SEK{NBSP}8,450"),
        (4_500, f"45{NBSP}kr", f"SEK{NBSP}45"),
        (100_050, f"1{NBSP}000,50{NBSP}kr", f"SEK{NBSP}1,000.50"),
    ],
)
def test_money_is_told_without_a_break(minor: int, swedish: str, english: str) -> None:
    assert (words_of("sv").money(minor), words_of("en").money(minor)) == (swedish, english)


def test_an_unknown_language_gets_swedish() -> None:
    assert words_of("xx").language == "sv"
