"""Whether a tenant asks to be phoned, and when. A request must be plain: "ring inte", "jag ringer er" and
"ring min man" are not requests to phone the tenant, and go to a person."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from app.policy.reply.intent import Wish
from app.policy.reply.times import read_times
from app.policy.reply.wording import NUMBER, Clause, Wording, word_set

KEYWORDS = frozenset(
    {"ring", "ringa", "ring mig", "ring mej", "ring upp", "ring upp mig", "ring mig upp", "ring tillbaka"}
    | {"uppringning", "återuppringning", "call", "call me", "call back", "call me back", "callback"}
    | {"ring me", "phone me"}
)
_GREETING = word_set("hej hejsan hallå tjena hello hi hey")
_FILLER = _GREETING | word_set(
    "tack tackar ok okej okay ja jo japp jadå absolut yes yeah sure snälla snalla gärna garna helst please pls då och"
    " and så det vore bra toppen fint good great thanks thank you thx sorry nu bara kanske"
)
_SMALL = word_set(
    "kunna gärna garna snälla snalla please pls kindly maybe possibly kanske möjligen bara nu eventuellt då to"
)
_SOMEBODY = word_set("ni du ngn någon nån nagon you u someone somebody anyone anybody")
_CAN = word_set("kan kunde skulle vill får can could would will")
_MAY_LEAD = word_set("får kan måste behöver can may could should must need")
_PHONE_SWEDISH = word_set("ringa ring ringer")
_PHONE_ENGLISH = word_set("call phone ring")
_ME = word_set("mig mej me oss us")
_BACK = word_set("upp tillbaka back hit")
_NOT = word_set("inte ej icke aldrig not never dont no nej sluta stop stoppa cant wont")
_ASKING = word_set("hur varför när vem vad vilket how why when who what which varfor")
_NEW_SENTENCE = word_set("jag vi hyran för because since jobbar arbetar sover upptagen busy working")
_ENGLISH_VERB = word_set("will can cant am have need want pay work get dont was wont would")
_AFTER = word_set(
    "tack tackar please pls plz gärna garna helst snälla snalla snarast asap nu now soon direkt så and och istället"
    " instead någongång sometime anytime maybe då dagtid thanks thx ang angående regarding jag vi because för today"
    " ok okej hej mvh vänligen"
)
_ABOUT = word_set("hyran hyra detta this that the rent my min en ett avin fakturan betalningen payment")
_WHEN_YOU = word_set("ni du jag som det you ever u possible möjligt någon convenient")
_AVAILABLE = _FILLER | word_set(
    "jag i im am är kan ledig hemma passar bäst bättre går tillgänglig nås available free home best better works is it"
    " can me mig för anytime när som ta det istället hellre instead suits fine that would be also funkar on på kl tid"
    " slutar finns fram lättast ni du någon you"
)


@dataclass(frozen=True, slots=True)
class CallRequest:
    wish: Wish | None
    words: str


def call_request(wording: Wording, now_local: datetime, language: str | None) -> CallRequest | None:
    """The request in a message, with the wished time; None when there is none, or something speaks against it."""
    if any(_declines(clause.words) for clause in wording.clauses):
        return None
    for place, clause in enumerate(wording.clauses):
        asked = _request(clause.words, now_local, language)
        if asked is not None:
            others = [other for n, other in enumerate(wording.clauses) if n != place]
            wish = _completed(asked.wish, others, now_local, language)
            return CallRequest(wish, asked.words if wish is None else f"{asked.words} {wish.words}")
    return None


def answers_when(wording: Wording, now_local: datetime, language: str | None) -> CallRequest | None:
    """A bare day or time, as an answer to "does another time suit you better?"; None when more is said."""
    times = read_times(wording.words, now_local, language, bare=True)
    if times.wish is None or not _AVAILABLE.issuperset(times.left):
        return None
    return CallRequest(times.wish, times.wish.words)


def _request(words: Sequence[str], now_local: datetime, language: str | None) -> CallRequest | None:
    for place, word in enumerate(words):
        end = _asked_at(words, place, now_local, language)
        if end is None:
            continue
        rest = _own_sentence(words[end:])
        own = read_times([*words[:place], ";", *rest], now_local, language).wish
        trigger = " ".join([word, *words[place + 1 : end]])
        return CallRequest(own, trigger)
    return None


def _asked_at(words: Sequence[str], place: int, now_local: datetime, language: str | None) -> int | None:
    """Where a request that begins at `place` ends, or None when none begins there."""
    before = words[:place]
    if _ASKING.intersection(before):
        return None
    verb = _modal(words, place) or _wanted(words, place)
    polite = verb is not None
    if verb is None and words[place] in {"ring", "call", "phone"}:
        verb = place + 1
    if verb is None:
        return None
    if words[verb - 1] in {"prata", "snacka", "talk", "speak", "uppringd"} or words[place] == "give":
        return verb if _talk_tail(words[verb:]) else None
    end = _objects(words, verb)
    direct = _ME.intersection(words[verb:end])
    if not polite and not direct and not _opens(before, now_local, language):
        return None
    if not polite and words[place] != "ring" and not _opens(before, now_local, language):
        return None
    if not polite and _NOT.intersection(before[-1:]):
        return None
    loose = bool(direct) and words[verb - 1] in _PHONE_SWEDISH
    return end if _tail_fits(words[end:], now_local, language, loose=loose) else None


def _modal(words: Sequence[str], place: int) -> int | None:
    """After "kan ni gärna ringa", "ni får ringa", "could you please call"."""
    if len(words) <= place + 1:
        return None
    pair = words[place], words[place + 1]
    leads = (pair[0] in _CAN and pair[1] in _SOMEBODY) or (pair[0] in _SOMEBODY and pair[1] in _MAY_LEAD)
    if not leads and pair[0] not in {"please", "pls", "snälla"}:
        return None
    at = place + (2 if leads else 1)
    while at < len(words) and words[at] in _SMALL:
        at += 1
    return at + 1 if at < len(words) and words[at] in _PHONE_SWEDISH | _PHONE_ENGLISH else None


def _wanted(words: Sequence[str], place: int) -> int | None:
    """After "vill bli uppringd", "vill att ni ringer", "would like you to call", "give me a call", "vill prata"."""
    phrases = (
        ("bli", "uppringd"),
        ("att", "ni", "ringer"),
        ("att", "du", "ringer"),
        ("att", "någon", "ringer"),
        ("prata",),
        ("snacka",),
        ("you", "to", "call"),
        ("someone", "to", "call"),
        ("to", "talk"),
        ("to", "speak"),
    )
    if tuple(words[place : place + 3]) == ("give", "me", "a") and words[place + 3 : place + 4]:
        return place + 4 if words[place + 3] in {"call", "ring", "bell"} else None
    if words[place] not in {"vill", "skulle", "önskar", "like", "want", "need", "behöver"}:
        return None
    if _NOT.intersection(words[:place]):
        return None
    at = place + 1
    while at < len(words) and words[at] in (_SMALL | {"vilja", "jag", "få"}) - {"to"}:
        at += 1
    for phrase in phrases:
        if tuple(words[at : at + len(phrase)]) == phrase:
            return at + len(phrase)
    return None


def _objects(words: Sequence[str], at: int) -> int:
    while at < len(words) and words[at] in _ME | _BACK:
        at += 1
    return at


def _opens(before: Sequence[str], now_local: datetime, language: str | None) -> bool:
    """Whether nothing but politeness, a name after a greeting, and times stand before an imperative."""
    words = list(before)
    if len(words) >= 2 and words[0] in _GREETING and words[1] not in _FILLER | _NOT | _SOMEBODY:
        words = words[2:]
    return _FILLER.issuperset(read_times(words, now_local, language).left)


def _tail_fits(tail: Sequence[str], now_local: datetime, language: str | None, *, loose: bool) -> bool:
    """Whether what follows the verb and its object lets the request stand.

    `loose`: after "ring mig" anything but a negation or a condition; otherwise only what is known to be harmless.
    """
    if not tail:
        return True
    first, second = tail[0], tail[1] if len(tail) > 1 else ""
    timed = read_times(tail[:6], now_local, language)
    if len(timed.left) == 0 or timed.left[0] != first:
        return not _NOT.intersection(tail)
    if first in {"om", "about"}:
        return second in _ABOUT or (second in {"det", "it"} and len(tail) == 2)
    if first in {"när", "when"}:
        return second in _WHEN_YOU
    if first in {"på", "on", "at", "this", "detta", "with", "vid", "i", "in"}:
        return second in {NUMBER, "number", "nummer", "tillfälle", "stället"} or (
            first == "i" and second in _ENGLISH_VERB
        )
    if (first, second) in {("någon", "gång"), ("nån", "gång"), ("any", "time")}:
        return not _NOT.intersection(tail)
    if first in {"så", "as"} and second in {"snart", "fort", "soon", "tidigt"}:
        return not _NOT.intersection(tail)
    if first in _AFTER or first in _NEW_SENTENCE:
        return first in _NEW_SENTENCE or not _NOT.intersection(tail[:3])
    return loose and not _NOT.intersection(tail[:3])


def _talk_tail(tail: Sequence[str]) -> bool:
    if not tail or tail[0] in _AFTER | {"imorgon", "idag", "i", "på", "efter", "tomorrow"}:
        return not _NOT.intersection(tail)
    if tail[0] in {"med", "to", "with"} and len(tail) > 1:
        return tail[1] in {"dig", "er", "någon", "nån", "en", "you", "someone", "somebody", "a", "sara"}
    return tail[0] in {"om", "about"} and len(tail) > 1 and tail[1] in _ABOUT


def _declines(words: Sequence[str]) -> bool:
    """ "ring inte", "sluta ringa", "ni behöver inte ringa", "don't call", in any clause; "inte före 10" is a time."""
    for place, word in enumerate(words):
        if word not in {"ring", "ringa", "ringer", "call", "calling", "phone", "samtal", "calls", "ringt", "uppringd"}:
            continue
        near = words[max(0, place - 4) : place]
        if _NOT.intersection(near) and not _CAN.intersection(near[-3:]):
            return True
        after = words[_objects(words, place + 1) :][:1]
        if _NOT.intersection(after):
            return True
    return False


def _own_sentence(words: Sequence[str]) -> Sequence[str]:
    """The words up to where somebody starts to speak of something else."""
    for place, word in enumerate(words):
        if word in _NEW_SENTENCE or (word == "i" and set(words[place + 1 : place + 2]) & _ENGLISH_VERB):
            return words[:place]
    return words


def _completed(wish: Wish | None, others: Sequence[Clause], now_local: datetime, language: str | None) -> Wish | None:
    """The wish with what clauses that name a time and nothing else add to it: "helst i morgon, inte före 10"."""
    for clause in others:
        times = read_times(clause.words, now_local, language)
        more = times.wish
        if more is None or not _AVAILABLE.issuperset(times.left):
            continue
        if wish is None:
            wish = more
        elif (wish.start or wish.end) is None or wish.day is None:
            timed = wish if wish.start or wish.end else more
            wish = Wish(wish.day or more.day, timed.start, timed.end, f"{wish.words} {more.words}")
    return wish
