"""Phrases found in spite of misspellings and small words in between. Only for what must not be missed.

A phrase is words in order, written without diacritics: `vill inte leva`. In it
`a|b` is a choice, `kill*` the beginning of a word, `=do` must be spelled exactly so, `...` stands for up to three
words of any kind, and `$` for the end of the clause, there and then. Between the others small words (`bara`, `really`)
may stand.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from rapidfuzz.distance import DamerauLevenshtein

from app.policy.reply.wording import Wording, fold, word_set

_SMALL = word_set(
    "jag ja ju bara verkligen riktigt faktiskt helt enkelt fan javligt jattemycket sa att av det de detta har nog nu va"
    " liksom typ ens snalla alltsa garna hellre rather med min mitt eget vara mig en ett"
    " pa om i me just really to so this that all fucking even simply please im am my own the a be going"
)
_OTHER_WORDS = word_set("lova leta leda lera finns lift like line wife home with wash have dear deal")
"""Common words that are one slip away from a sought one, and are not it."""
_RUN = re.compile(r"(.)\1{2,}")
_TO_DIE = {"dö": "doe", "dø": "doe"}
_ANY = "..."
_END = "$"
_REACH = 3

END_OF_CLAUSE = "|"


@dataclass(frozen=True, slots=True)
class _Word:
    """One place in a phrase: the spellings that fill it."""

    choices: tuple[str, ...]
    exact: bool

    def is_met_by(self, word: str) -> bool:
        return any(word == choice or (not self.exact and _alike(word, choice)) for choice in self.choices)


Phrase = tuple[_Word, ...]


def phrases(text: str) -> tuple[Phrase, ...]:
    """Read one phrase per line."""
    return tuple(tuple(_word(part) for part in line.split()) for line in text.strip().splitlines())


def folded(wording: Wording) -> tuple[str, ...]:
    """The words to search, without diacritics, `|` after each clause; letters in a row of three or more become one.

    `dö` becomes `doe`, so that it is not the English `do`.
    """
    return tuple(word for clause in wording.clauses for word in (*(_searched(w) for w in clause.words), END_OF_CLAUSE))


def find(words: Sequence[str], wanted: Iterable[Phrase]) -> str | None:
    """The words of the first phrase that occurs in `words` (as made by `folded`), or None."""
    for phrase in wanted:
        for start, word in enumerate(words):
            if phrase[0].is_met_by(word):
                end = _match(words, start + 1, phrase[1:])
                if end is not None:
                    return " ".join(w for w in words[start:end] if w != END_OF_CLAUSE)
    return None


def _match(words: Sequence[str], at: int, rest: Sequence[_Word]) -> int | None:
    """Where the rest of a phrase ends when it goes on from `at`, or None."""
    if not rest:
        return at
    if rest[0].choices == (_ANY,):
        ends = (_match(words, at + skip, rest[1:]) for skip in range(_REACH + 1))
        return next((end for end in ends if end is not None), None)
    reach = 0 if rest[0].choices == (END_OF_CLAUSE,) else _REACH
    for place in range(at, min(at + reach + 1, len(words))):
        if rest[0].is_met_by(words[place]):
            end = _match(words, place + 1, rest[1:])
            if end is not None:
                return end
        if words[place] not in _SMALL and words[place] != END_OF_CLAUSE:
            break
    return None


def _word(part: str) -> _Word:
    exact = part.startswith("=")
    choices = tuple(END_OF_CLAUSE if choice == _END else choice for choice in part.removeprefix("=").split("|"))
    return _Word(choices, exact)


@lru_cache(maxsize=20_000)
def _alike(word: str, choice: str) -> bool:
    """The same word but for a slip of the thumb: one in words of four to six letters, two in longer ones.

    The beginning of a word is compared so when it is eight letters or more.
    """
    if choice.endswith("*"):
        stem = choice[:-1]
        return word.startswith(stem) or (len(stem) > 7 and any(_alike(word[:n], stem) for n in _near(stem, word)))
    slips = 0 if len(choice) < 4 else 1 if len(choice) < 7 else 2
    if not slips or word[:1] != choice[:1] or len(word) < 3 or word in _OTHER_WORDS:
        return False
    return DamerauLevenshtein.distance(word, choice, score_cutoff=slips) <= slips


def _near(stem: str, word: str) -> range:
    return range(len(stem) - 1, min(len(stem) + 1, len(word)) + 1)


def _searched(word: str) -> str:
    calm = _RUN.sub(r"\1", word)
    return _TO_DIE.get(calm, fold(calm))
