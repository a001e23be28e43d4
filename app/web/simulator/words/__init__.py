"""The words of the demo's page, one TOML file per language."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

_FOLDER: Final = Path(__file__).parent
LANGUAGES: Final = ("sv", "en")
NBSP: Final = "\u00a0"


@dataclass(frozen=True, slots=True)
class Words:
    """One language's words. `words("late_days", days=5)` fills in a sentence; KeyError for an unknown key."""

    language: str
    texts: Mapping[str, str]
    lists: Mapping[str, tuple[str, ...]]
    happened: Mapping[str, str]
    chips: Mapping[str, tuple[str, ...]]

    def __call__(self, key: str, **values: object) -> str:
        return self.texts[key].format(**values)

    def joined(self, names: list[str], limit: int = 3) -> str:
        """`Amina, Olof och Grace`; beyond `limit` names the rest are counted."""
        if len(names) > limit + 1:
            return f"{', '.join(names[:limit])} {self('and_more', count=len(names) - limit)}"
        if len(names) < 2:
            return "".join(names)
        return f"{', '.join(names[:-1])} {self('and')} {names[-1]}"

    def money(self, minor: int) -> str:
        """`8 450 kr` with no-break spaces, `8 450,50 kr` when there are öre."""
        kronor, rest = divmod(minor, 100)
        whole = f"{kronor:,}".replace(",", NBSP if self.language == "sv" else ",")
        mark = "," if self.language == "sv" else "."
        amount = f"{whole}{mark}{rest:02}" if rest else whole
        return f"{amount}{NBSP}kr" if self.language == "sv" else f"SEK{NBSP}{amount}"


@cache
def words_of(language: str) -> Words:
    """The words of a language; Swedish for one that there is none of."""
    chosen = language if language in LANGUAGES else LANGUAGES[0]
    raw = tomllib.loads((_FOLDER / f"{chosen}.toml").read_text(encoding="utf-8"))
    return Words(
        language=chosen,
        texts={key: value for key, value in raw.items() if isinstance(value, str)},
        lists={key: tuple(value) for key, value in raw.items() if isinstance(value, list)},
        happened=raw["happened"],
        chips={key: tuple(value) for key, value in raw["chips"].items()},
    )
