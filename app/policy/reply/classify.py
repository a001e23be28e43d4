"""From a message to what it means. The order is the rule: danger first, then whole-message keywords, then phrases."""

from datetime import datetime

from app.policy.reply import calling, danger
from app.policy.reply.intent import Intent
from app.policy.reply.paid import says_paid
from app.policy.reply.short import acknowledges, automatic, wrong_number
from app.policy.reply.wording import Wording, read
from app.vocabulary import IntentKind

_AWAITING_TIME = "callback_time"
_KEYWORDS = {
    IntentKind.OPT_OUT: frozenset(
        {"stopp", "stop", "stop all", "stopall", "sluta", "avsluta", "unsubscribe", "avregistrera", "avanmäl"}
        | {"end", "quit", "cancel", "optout", "opt out", "revoke"}
    ),
    IntentKind.OPT_IN: frozenset({"start", "starta", "unstop"}),
    IntentKind.CALL_ME: calling.KEYWORDS,
    IntentKind.HELP: frozenset({"hjälp", "hjalp", "help", "info", "hjälp mig", "help me"}),
}


def classify(text: str, language: str | None, awaiting: str | None, now_local: datetime) -> Intent:
    """Say what `text` means.

    `language` is the tenant's, when known; `awaiting` what was last asked (`callback_time`: a bare day or time is a
    wish); `now_local` the moment in local time, for "i morgon".
    """
    wording = read(text)
    return (
        _in_danger(wording)
        or _keyword(wording)
        or _phrase(wording, language, now_local)
        or _answer(wording, language, awaiting, now_local)
        or Intent(IntentKind.UNCLEAR)
    )


def _in_danger(wording: Wording) -> Intent | None:
    words = danger.crisis(wording)
    if words is not None:
        return Intent(IntentKind.CRISIS, words=words)
    words = danger.threat(wording)
    return None if words is None else Intent(IntentKind.THREAT, words=words)


def _keyword(wording: Wording) -> Intent | None:
    words = wording.words
    once = words[0] if len(set(words)) == 1 else wording.text
    return next((Intent(kind, words=once) for kind, keys in _KEYWORDS.items() if once in keys), None)


def _phrase(wording: Wording, language: str | None, now_local: datetime) -> Intent | None:
    words = automatic(wording)
    if words is not None:
        return Intent(IntentKind.AUTO_REPLY, words=words)
    words = wrong_number(wording)
    if words is not None:
        return Intent(IntentKind.WRONG_NUMBER, words=words)
    request = calling.call_request(wording, now_local, language)
    if request is not None:
        return Intent(IntentKind.CALL_ME, request.wish, request.words)
    words = says_paid(wording)
    return None if words is None else Intent(IntentKind.SAYS_PAID, words=words)


def _answer(wording: Wording, language: str | None, awaiting: str | None, now_local: datetime) -> Intent | None:
    """What only means something as an answer to our own message."""
    if awaiting == _AWAITING_TIME:
        request = calling.answers_when(wording, now_local, language)
        if request is not None:
            return Intent(IntentKind.CALL_ME, request.wish, request.words)
    words = acknowledges(wording)
    return None if words is None else Intent(IntentKind.ACKNOWLEDGED, words=words)
