"""Whether a tenant says that the rent is paid. Promises, questions, parts and doubts are not it, and go to a person."""

import re

from app.policy.reply.wording import NUMBER, Clause, Wording, word_set

_LONGEST = 30
_DONE = word_set(
    "betalat betalt betalade betalad betald betalda inbetald inbetalt inbetalat paid payed payd swishat swishade"
)
_MONEY = word_set("betalningen inbetalningen pengarna hyran payment money rent transfer")
_MOVED = word_set(
    "gjord gjort fört skickad skickade skickat skickats överförd överförda överfört genomförd"
    " sent made done transferred"
)
_AGAINST = word_set(
    # negation
    "inte ej icke aldrig ingen inget not never no nej dont didnt havent hasnt isnt wasnt cant cannot wont ännu yet"
    # a promise, a condition or a wish
    " ska skall kommer tänker vill kan kunde hoppas försöker skulle borde måste hade fort tills will ill gonna going"
    " can could would should want hope plan when if until när om betala betalar betalas pay pays paying skicka skickar"
    " send sending swisha swishar lova lovar promise imorgon tomorrow"
    # a part, or too much
    " hälften halva halv delvis del lite nästan resten rest half part partly some most almost remaining delbetalning"
    " av dubbelt twice gånger tillbaka back refund första first andra second"
    # doubt, and questions
    " tror kanske undrar osäker säker trodde väl think maybe sure unsure wonder hur how vart var where what vad vilken"
    " vilket which varför why vem who eller or säger says said sa påstår thought"
    # habit, and something else than this rent
    " alltid always brukar usually lön lönen salary wage wages bidrag el elen parkering parkeringen"
    " deposition deposit lån lånet kronofogden inkasso fel wrong grannen neighbour neighbor got get gets getting be"
    " fått få får år years stoppa stop"
)
_ANOTHER_SUM = re.compile(r"\b(för mycket|too much|(förra|last|previous) (månad\w*|month|år\w*|year))\b")
_WAGES = re.compile(r"\b(im|i am|i was|ive been|i have been|we are|were) paid\b")
_OTHERS = word_set("ni du de dom you they he she han hon ingen nobody somebody någon")
_FIRST = word_set("har hade är ar e did have has is was blev hav")
_SUBJECT = word_set("jag ja vi den det hyran i we it the my min betalningen pengarna payment rent")


def says_paid(wording: Wording) -> str | None:
    """The words of a plain statement that it is paid, or None."""
    words = wording.words
    if len(words) > _LONGEST or _AGAINST.intersection(words) or any(_is_amount(word) for word in words):
        return None
    if _ANOTHER_SUM.search(wording.text) or _WAGES.search(wording.text):
        return None
    claims = [clause for clause in wording.clauses if _claims(clause)]
    if not claims or any(clause.asked for clause in wording.clauses if clause not in claims):
        return None
    return " ".join(claims[0].words)


def _claims(clause: Clause) -> bool:
    words = clause.words
    is_question = len(words) > 1 and words[0] in _FIRST and words[1] in _SUBJECT
    if is_question or _OTHERS.intersection(words):
        return False
    money_moved = _MONEY.intersection(words) and _MOVED.intersection(words)
    return bool(_DONE.intersection(words) or money_moved)


def _is_amount(word: str) -> bool:
    return word in {"kr", "kronor", "sek", "tusen", "lapp", NUMBER} or (word.isdigit() and len(word) >= 3)
