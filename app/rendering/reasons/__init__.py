"""Why something was or was not done, as one sentence: the codes of `ReasonCode` with their values, in words.

Each language is one TOML file. A code has one sentence, or several that are tried in order: the first whose values are
all there is used, and the last needs none. `[names]` holds the words for steps, kinds and other keys among the values.
"""

import re
import string
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

from app.errors import ConfigurationError
from app.policy.because import Because, Value
from app.rendering.phrases import clock_phrase, date_phrase, month_list
from app.vocabulary import ReasonCode

_FOLDER = Path(__file__).parent
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}.*(Z|[+-]\d{2}:\d{2})")
_MONTHS = re.compile(r"\d{4}-\d{2}(, ?\d{4}-\d{2})*")
_KEY = re.compile(r"[a-z][a-z0-9_.]*(:.*)?")
_FREE_WORDS = frozenset({"name", "by", "note", "words", "text", "company"})
"""Values that people wrote: shown as they are, whatever they look like."""


@dataclass(frozen=True, slots=True)
class _Language:
    code: str
    someone: str
    at: str
    sentences: Mapping[ReasonCode, tuple[str, ...]]
    names: Mapping[str, str]


def languages() -> tuple[str, ...]:
    """The languages that reasons can be told in."""
    return tuple(sorted(path.stem for path in _FOLDER.glob("*.toml")))


def because_sentence(because: Because, language: str, timezone: ZoneInfo) -> str:
    """The sentence of a reason as it stands."""
    return sentence(because.code, because.as_dict(), language, timezone)


def sentence(code: ReasonCode | str, values: Mapping[str, Value], language: str, timezone: ZoneInfo) -> str:
    """One sentence in `language`. Dates are ISO 8601, moments RFC 3339, months `YYYY-MM`; they are told in local words.

    Values that are missing are left out of the sentence, never shown as a hole. Raises ConfigurationError when there is
    no file for the language.
    """
    words = _load(language)
    told = {name: _told(name, value, words, timezone) for name, value in values.items() if value != ""}
    told.setdefault("name", words.someone)
    variants = words.sentences[ReasonCode(code)]
    text = next(variant for variant in variants if _fields(variant) <= told.keys()).format_map(told)
    return text[:1].upper() + text[1:]


def _told(name: str, value: Value, words: _Language, timezone: ZoneInfo) -> str:
    text = str(value)
    if isinstance(value, int) or name in _FREE_WORDS:
        return text
    if _MOMENT.fullmatch(text):
        local = datetime.fromisoformat(text).astimezone(timezone)
        return _moment(local, words) if name != "day" else date_phrase(local.date(), words.code)
    if _DAY.fullmatch(text):
        return date_phrase(date.fromisoformat(text), words.code, year=name == "since")
    if _MONTHS.fullmatch(text):
        return month_list(text.replace(" ", "").split(","), words.code)
    return name_of(text, words.code)


def name_of(key: str, language: str) -> str:
    """What a step, template, kind or condition is called: `not_seen_yet` → `Inte sett än`.

    Unknown keys are spelled out, and what is no key at all is left as it is.
    """
    if not _KEY.fullmatch(key):
        return key
    names = _load(language).names
    base = key.partition(":")[0]
    return names.get(key) or names.get(base) or base.replace("_", " ").replace(".", " ")


def _moment(local: datetime, words: _Language) -> str:
    day = date_phrase(local.date(), words.code, weekday=True)
    if local.time() == time():
        return day
    return words.at.format(day=day, clock=clock_phrase(local.time(), words.code))


@cache
def _fields(variant: str) -> frozenset[str]:
    return frozenset(field for _, field, _, _ in string.Formatter().parse(variant) if field)


@cache
def _load(language: str) -> _Language:
    path = _FOLDER / f"{language}.toml"
    if language not in languages():
        raise ConfigurationError(f"reasons can be told in {', '.join(languages())}, not in {language!r}")
    raw = tomllib.loads(path.read_text(encoding="utf-8"))
    written = {code: tuple([text] if isinstance(text, str) else text) for code, text in raw["sentences"].items()}
    missing = [code.value for code in ReasonCode if not written.get(code.value)]
    if missing:
        raise ConfigurationError(f"{path.name}: no sentence for {', '.join(missing)}")
    for code, variants in written.items():
        if _fields(variants[-1]) - {"name"}:
            raise ConfigurationError(f"{path.name}: the last sentence of {code!r} must stand without values")
    sentences = {code: written[code.value] for code in ReasonCode}
    return _Language(language, raw["someone"], raw["at"], sentences, raw["names"])
