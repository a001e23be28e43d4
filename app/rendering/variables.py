"""The closed set of what a text may say about a company, a tenant and a time: plain strings, never an object."""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from app.rendering.phrases import month_list, opening_hours_phrase, words_of

LIMITS = {
    "hello": 40,
    "thanks": 44,
    "name": 30,
    "month": 60,
    "when": 60,
    "company": 40,
    "sender": 30,
    "company_phone": 24,
    "opening_hours": 120,
    "where": 400,
}
"""Every variable there is, and the longest value that is let into a text, in characters."""

REQUIRED_EVERYWHERE = frozenset({"company", "company_phone", "opening_hours"})
"""What the layout of every e-mail uses, whatever its text."""

_GREETINGS = {"sv": ("Hej", "Tack"), "en": ("Hi", "Thank you")}
_JOINERS = "\u200c\u200d"


@dataclass(frozen=True, slots=True, kw_only=True)
class Company:
    """Who writes. `opening_hours_text` is the setting as written, `mon-fri 09:00-16:00`."""

    name: str
    phone: str
    sender: str
    public_url: str
    timezone: ZoneInfo
    opening_hours_text: str


def variables(
    company: Company,
    language: str,
    *,
    name: str = "",
    months: Sequence[str] = (),
    today: date | None = None,
    when: str = "",
    path: str = "",
) -> dict[str, str]:
    """What a text in `language` is given.

    `name` is a given name, empty when unknown: `hello` and `thanks` read well either way. `months` are periods
    (`2026-11`); `when` is a phrase from `phrases`; `path` says where in Kvar staff should look. What is empty is left
    out, so that a text which needs it is refused, never sent with a hole in it.
    """
    words_of(language)
    hi, thank_you = _GREETINGS[language]
    person = clean(name, LIMITS["name"])
    values = {
        "hello": f"{hi} {person}!" if person else f"{hi}!",
        "thanks": f"{thank_you} {person}!" if person else f"{thank_you}!",
        "name": person,
        "month": month_list(months, language, today),
        "when": when,
        "company": company.name,
        "sender": company.sender,
        "company_phone": company.phone,
        "opening_hours": opening_hours_phrase(company.opening_hours_text, language),
        "where": company.public_url + path,
    }
    return {key: value for key, value in values.items() if value}


def clean(value: str, limit: int) -> str:
    """One line of visible characters, at most `limit` long, cut between words when that leaves at least half."""
    visible = "".join(_visible(character) for character in unicodedata.normalize("NFC", value))
    line = " ".join(visible.split())
    if len(line) <= limit:
        return line
    end = limit
    while end > 1 and (unicodedata.category(line[end]).startswith("M") or line[end] in _JOINERS):
        end -= 1
    head = line[:end]
    words, space, _ = head.rpartition(" ")
    if line[end] != " " and space and len(words) * 2 >= limit:
        head = words
    return head.rstrip(" ,-" + _JOINERS)


def _visible(character: str) -> str:
    category = unicodedata.category(character)
    if category in {"Zs", "Zl", "Zp", "Cc"}:
        return " "
    hidden = category in {"Cf", "Cs", "Co", "Cn"} and character not in _JOINERS
    return "" if hidden else character
