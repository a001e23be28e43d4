"""A message as words and clauses: case, punctuation and emoji set aside, times and dates kept whole."""

import re
import unicodedata
from dataclasses import dataclass
from itertools import pairwise

NUMBER = "#"
"""Stands for a telephone, account or reference number, so that none is read as a time."""

_APOSTROPHE = re.compile(r"(?<=\w)['’‘´`ʼ](?=\w)")
_LONG_NUMBER = re.compile(r"(?<![\d.:/])\+?\d(?:[\s-]?\d){6,}(?![\d.:/])")
_ISO_DATE = re.compile(r"\d{4}-\d\d-\d\d")
_TOKEN = re.compile(
    r"""\d{4}-\d\d-\d\d
      | \d{1,2}(?:[:.]\d\d)?\s?[ap]\.?m\b
      | \d{1,2}(?::?[ea]|st|nd|rd|th)\b
      | \d{1,2}[:.]\d\d(?!\d)
      | \d+ | \#
      | [^\W\d_]+
      | \?
      | [-–—/](?=\s?\d)
      | [.!,;:()\n…–—]+ | \s-\s""",
    re.VERBOSE,
)
_CLAUSE_WORDS = frozenset({"men", "but"})


@dataclass(frozen=True, slots=True)
class Clause:
    """Words between two stops. `asked`: it ended with a question mark."""

    words: tuple[str, ...]
    asked: bool = False


@dataclass(frozen=True, slots=True)
class Wording:
    clauses: tuple[Clause, ...]
    emoji: tuple[str, ...]

    @property
    def words(self) -> tuple[str, ...]:
        return tuple(word for clause in self.clauses for word in clause.words)

    @property
    def text(self) -> str:
        return " ".join(self.words)


def read(text: str) -> Wording:
    """Take a message apart. Words come out in lower case, contractions without their apostrophe (`cant`)."""
    seen = "".join(char for char in text if unicodedata.category(char) != "Cf")
    plain = unicodedata.normalize("NFC", unicodedata.normalize("NFKC", seen).casefold())
    emoji = tuple(char for char in text if unicodedata.category(char) == "So")
    plain = _APOSTROPHE.sub("", plain)
    plain = _LONG_NUMBER.sub(lambda found: found[0] if _ISO_DATE.fullmatch(found[0]) else f" {NUMBER} ", plain)
    return Wording(tuple(_clauses(_TOKEN.findall(plain))), emoji)


def word_set(text: str) -> frozenset[str]:
    """The words of a list written as running text."""
    return frozenset(text.split())


def fold(word: str) -> str:
    """The word without diacritics, as a hurried thumb writes it: `självmord` becomes `sjalvmord`."""
    apart = unicodedata.normalize("NFD", word.replace("ø", "o").replace("æ", "a"))
    return "".join(char for char in apart if not unicodedata.combining(char))


def _clauses(tokens: list[str]) -> list[Clause]:
    clauses: list[Clause] = []
    words: list[str] = []
    for sign, following in pairwise([*(token.strip() for token in tokens), ""]):
        if sign == "?":
            clauses.append(Clause(tuple(words), asked=True))
            words = []
        elif sign in {"-", "–", "—", "/"} and words and words[-1][:1].isdigit() and following[:1].isdigit():
            words.append("/" if sign == "/" else "-")
        elif not sign[:1].isalnum() and sign != NUMBER:
            clauses.append(Clause(tuple(words)))
            words = []
        else:
            if sign in _CLAUSE_WORDS:
                clauses.append(Clause(tuple(words)))
                words = []
            words.append(re.sub(r"[\s.](?=[ap]\.?m$)|(?<=[ap])\.(?=m$)", "", sign))
    return [clause for clause in [*clauses, Clause(tuple(words))] if clause.words]
