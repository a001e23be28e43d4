"""Messages known by a set phrase: automatic replies, wrong numbers, and plain thanks."""

import re

from app.policy.reply.wording import NUMBER, Clause, Wording, word_set

_AUTOMATIC = re.compile(
    r"^(?:(?:hej|hi|hello|hejsan) )?(?:(?:detta|det här) är (?:ett )?|this is (?:an )?)?"
    r"(autosvar|automatsvar|autoreply|auto (?:reply|svar|response)|frånvaromeddelande"
    r"|automatiskt (?:svar|sms|svarsmeddelande|genererat)|automat(?:ic|ed) (?:reply|response|message))\b"
)
_OUT_OF_OFFICE = re.compile(r"\b(?:out of (?:the )?office|do not disturb while driving)\b")
_AWAY = re.compile(
    r"\b(är|jag är|im|i am|currently|just nu) (på |on )?(semester|tjänsteresa|föräldraledig|tjänstledig|vacation"
    r"|holiday|annual leave|parental leave|leave)\b|\b(kör|kör bil|driving|upptagen|in a meeting|på möte|i möte)\b"
)
_BACK_LATER = re.compile(
    r"\b(svarar|återkommer|ringer|åter|tillbaka|hör av mig|reply|get back|return|respond|call you)\b"
    r".*\b(senare|när|så snart|den|later|when|soon|on|snarast|efter|igen|back|\d+e?)\b"
)
_VACATION = re.compile(
    r"(hej )?(jag )?(är|im|i am) (på |on )(semester|vacation|holiday)( just nu| nu| now)?"
    r"( (till|tills|until|to|tom) .*)?"
)
_ABOUT_US = re.compile(
    r"\b(betal\w*|hyra\w*|avi\w*|faktur\w*|lön\w*|pengar\w*|ring|hjälp\w*|pay\w*|paid|rent|invoice|money|salary|help)\b"
)

_NUMBER_OR_PERSON = word_set("nummer nr nummret telefonnummer mobilnummer person number num guy phone")
_UP_TO_WRONG = word_set(
    "hej hejsan tyvärr sorry nej förlåt tack ursäkta jo oj hello hi no mate unfortunately sadly här nu alltså ok okej"
    " ledsen think tror jag i im afraid du ni det detta har är till kom kommit skriver smsar messar sms skickar skickat"
    " have got has is texted texting are you youve u this its it that thats nog helt fått the a texts sent to"
)
_AFTER_WRONG = _UP_TO_WRONG | word_set("vem who sluta stop please ta känner vet finns ingen mvh thanks buddy")
_OF_SOMETHING_ELSE = word_set(
    "ocr ocrnummer kontonummer konto kontot bankgiro bg plusgiro avi avin faktura fakturan betala betalar betalat"
    " betalade betalt paid pay payment account invoice mitt min mina my nytt new bytt changed ringde called"
)
_TURNED = word_set("har är is have did kan could")

_THANKS = word_set(
    "tack tackar thanks thank thx ty ok okej okay okey oki k kk okidoki bra toppen perfekt super kanon fint"
    " great perfect good noted noterat uppfattat förstått understood alright jättebra underbart"
    " härligt cool nice"
)
_AROUND_THANKS = _THANKS | word_set(
    "så mycket för svaret informationen info infon hjälpen påminnelsen beskedet hej hejsan vad det låter passar då på"
    " förhand you very much so for the reply information help reminder message meddelandet det är sounds that is thats"
    " got it detta sms smset mvh hälsningar"
)
_GLAD = frozenset("👍👌🙏😊🙂☺❤♥💚💙🧡💛💜🤍😀😃😄😁✅✔👏🤗😍🥰🌸🌷🌹🌻🙌😉💪")


def automatic(wording: Wording) -> str | None:
    """The words of an automatic reply, or None. Whoever asks, or speaks of the rent, has written it themselves."""
    text = wording.text
    if any(clause.asked for clause in wording.clauses):
        return None
    marked = _AUTOMATIC.search(text)
    if marked is not None:
        return marked[1]
    if _ABOUT_US.search(text):
        return None
    away = _OUT_OF_OFFICE.search(text) or _VACATION.fullmatch(text)
    if away is None and _BACK_LATER.search(text):
        away = _AWAY.search(text)
    return away and away[0]


def wrong_number(wording: Wording) -> str | None:
    """The words that say that this number is somebody else's, or None."""
    words = set(wording.words)
    if NUMBER in words or _OF_SOMETHING_ELSE & words:
        return None
    return next((" ".join(clause.words) for clause in wording.clauses if _is_wrong(clause)), None)


def _is_wrong(clause: Clause) -> bool:
    words = clause.words
    place = next((n for n, word in enumerate(words) if word in {"fel", "wrong"}), len(words))
    after = words[place + 1 : place + 2]
    if not _NUMBER_OR_PERSON.intersection(after) or clause.asked or words[0] in _TURNED:
        return False
    end = place + (3 if words[place + 1 : place + 3] == ("phone", "number") else 2)
    tail_fits = end >= len(words) or words[end] in _AFTER_WRONG - {"till", "to", "i"}
    return tail_fits and _UP_TO_WRONG.issuperset(words[:place])


def acknowledges(wording: Wording) -> str | None:
    """Thanks or an OK that asks for nothing, or None."""
    if not set(wording.emoji) <= _GLAD:
        return None
    words = wording.words
    if not words:
        return " ".join(wording.emoji) or None
    polite = _THANKS.intersection(words) and _AROUND_THANKS.issuperset(words)
    return wording.text if polite and not any(clause.asked for clause in wording.clauses) else None
