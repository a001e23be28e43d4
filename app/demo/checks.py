"""Did the story come out? What must have been sent, what must not, read from the log like the transcript."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any, Final

from app.demo.company import HOUSEHOLDS, find
from app.demo.doors import Entry
from app.demo.rent_system import CENTRAL
from app.demo.transcript import Told
from app.policy.calendar import Calendar

_OPENS, _CLOSES = time(9), time(18)
_GENTLE: Final = frozenset({"not_seen_yet", "part_missing"})
_UNSOLICITED: Final = frozenset({"not_seen_yet", "part_missing", "still_missing", "welcome", "how_it_works", "thanks"})
_NEVER_WRITTEN_TO: Final = ("Namn", "", "Vera", "Sven-Erik", "Peter")


@dataclass(frozen=True, slots=True)
class Check:
    """A fact that must hold, in English and Swedish."""

    en: str
    sv: str
    holds: bool

    def text(self, language: str) -> str:
        return self.sv if language == "sv" else self.en


@dataclass(frozen=True, slots=True)
class Happened:
    """Everything that the demo left behind, by household."""

    told: Sequence[Told]
    callbacks: Sequence[dict[str, Any]]
    messages: Sequence[dict[str, Any]]
    calendar: Calendar

    def of(self, given: str) -> list[Entry]:
        """A household's log, oldest first. The society goes by the empty given name."""
        return self.log(find(given).id)

    def log(self, tenancy_id: str) -> list[Entry]:
        return [told.entry for told in self.told if told.tenancy_id == tenancy_id]

    def sent(self, given: str, *templates: str) -> list[Entry]:
        """What left for a household, all of it or only these templates."""
        return [e for e in self.of(given) if e.sent and (not templates or e.template in templates)]

    def reached_person(self, given: str, code: str | None = None) -> bool:
        return any(e.kind == "task" and code in {None, e.code} for e in self.of(given))

    def alerts(self) -> list[str]:
        """What staff were told by SMS, by name."""
        return sorted(m["template"] for m in self.messages if m["class"] == "alert" and m["channel"] == "sms")

    def unsolicited(self) -> list[Told]:
        return [told for told in self.told if told.entry.sent and told.entry.template in _UNSOLICITED]


def local(entry: Entry) -> datetime:
    return entry.at.astimezone(CENTRAL)


def check_all(happened: Happened) -> list[Check]:
    """Every check, those for all households first."""
    return [*_for_everybody(happened), *_for_some(happened)]


def _for_everybody(happened: Happened) -> list[Check]:
    return [*_what_was_sent(happened), *_who_was_left_to_people(happened)]


def _what_was_sent(happened: Happened) -> list[Check]:
    in_time = [h for h in HOUSEHOLDS if not h.late]
    return [
        Check(
            "nobody who pays in time was written to about late rent",
            "ingen som betalar i tid fick något om sen hyra",
            not any(e.in_arrears for h in in_time for e in happened.log(h.id)),
        ),
        Check(
            "nothing unasked left on a weekend, a holiday or outside 09 to 18",
            "inget oombett gick på helg, helgdag eller utanför 09 till 18",
            all(_allowed(happened.calendar, local(told.entry)) for told in happened.unsolicited()),
        ),
        Check(
            "no household got two unasked messages on one day",
            "inget hushåll fick två oombedda meddelanden samma dag",
            _all_different([(told.tenancy_id, local(told.entry).date()) for told in happened.unsolicited()]),
        ),
        Check(
            "the first message about a late rent was always the gentle one",
            "det första meddelandet om en sen hyra var alltid det milda",
            all(_first_is_gentle(happened.log(h.id)) for h in HOUSEHOLDS),
        ),
        Check(
            "no message was sent twice",
            "inget meddelande skickades två gånger",
            _all_different([(t.tenancy_id, t.entry.template, t.entry.text) for t in happened.unsolicited()]),
        ),
    ]


def _who_was_left_to_people(happened: Happened) -> list[Check]:
    return [
        Check(
            "everything that was sent, not sent or handed over has its reason",
            "allt som skickades, inte skickades eller lämnades över har sitt skäl",
            all(t.entry.why for t in happened.told if t.entry.kind in {"message", "wait", "skip", "task"}),
        ),
        Check(
            "protected identity, deceased, represented, society and served notice: people only, no message",
            "skyddad identitet, avliden, företrädd, förening och uppsagd: bara människor, inget meddelande",
            all(not happened.sent(given) and happened.reached_person(given) for given in _NEVER_WRITTEN_TO)
            and not any(e.sent for e in happened.log("T-2041")),
        ),
        Check(
            "staff were alerted when the rent system fell silent and when somebody was in danger, and at no other time",
            "personalen larmades när hyressystemet tystnade och när någon var i fara, och annars aldrig",
            happened.alerts() == ["alert_crisis", "alert_feed_stale"],
        ),
        Check(
            "whoever paid, moved, disputes, may wait or owes very little was left in peace",
            "den som betalat, flyttat, ifrågasätter, får vänta eller är skyldig mycket lite lämnades i fred",
            not any(happened.sent(given) for given in ("Olof", "Linnea", "Ali", "Sofia", "Carina")),
        ),
    ]


def _for_some(happened: Happened) -> list[Check]:
    return [Check(en, sv, holds(happened)) for en, sv, holds in _STORIES]


def _amina(h: Happened) -> bool:
    asked = [c for c in h.callbacks if c["tenancy_id"] == find("Amina").id]
    between = [e for e in h.sent("Amina") if e.template in _UNSOLICITED and local(e).date() >= date(2026, 11, 4)]
    called = [datetime.fromisoformat(c["wished"]).astimezone(CENTRAL) for c in asked if c["wished"]]
    return called == [datetime(2026, 11, 5, 10, tzinfo=CENTRAL)] and asked[0]["state"] == "done" and not between


def _grace(h: Happened) -> bool:
    texts = [e.text or "" for e in h.sent("Grace", "not_seen_yet")]
    return len(texts) == 1 and texts[0].startswith("Hi Grace") and bool(h.sent("Grace", "says_paid_ack", "thanks")[1:])


def _crossed(h: Happened) -> bool:
    return [local(e).date() for e in h.sent("Ingrid", "thanks")] == [date(2026, 11, 4)]


def _jonas(h: Happened) -> bool:
    texts = [e.text or "" for e in h.of("Jonas") if e.in_arrears]
    return len(texts) == 1 and "oktober" in texts[0] and "november" in texts[0]


def _no_phone(h: Happened) -> bool:
    return [e.channel for e in h.sent("Rune", "not_seen_yet")] == ["email"]


def _dead_phone(h: Happened) -> bool:
    tried = [(e.channel, e.sent) for e in h.of("Petra") if e.kind == "message" and e.template == "not_seen_yet"]
    return ("sms", False) in tried and tried[-1] == ("email", True)


def _kristian(h: Happened) -> bool:
    stopped = h.sent("Kristian", "opt_out_ack")
    return len(stopped) == 1 and not [e for e in h.sent("Kristian") if e.channel == "sms" and e.at > stopped[0].at]


def _lena(h: Happened) -> bool:
    answered = h.sent("Lena", "crisis_ack_closed")
    alerted = any(e.kind == "alert" for e in h.of("Lena"))
    return len(answered) == 1 and alerted and h.sent("Lena")[-1] == answered[0]


def _yusuf(h: Happened) -> bool:
    sorry = h.sent("Yusuf", "wrong_number_ack")
    after = [e for e in h.sent("Yusuf") if sorry and e.at > sorry[0].at and "Yusuf" in (e.text or "")]
    return len(sorry) == 1 and not after


def _hedda(h: Happened) -> bool:
    return len(h.sent("Hedda", "read_later_ack")) == 1 and len([e for e in h.of("Hedda") if e.in_arrears]) == 1


def _marcus(h: Happened) -> bool:
    return len([e for e in h.of("Marcus") if e.in_arrears]) == 1 and h.reached_person("Marcus", "says_paid_lapsed")


def _tove(h: Happened) -> bool:
    waited = any(e.code == "feed_stale" and local(e).date() == date(2026, 11, 4) for e in h.of("Tove"))
    return waited and [local(e).date() for e in h.sent("Tove", "not_seen_yet")] == [date(2026, 11, 5)]


def _daniel(h: Happened) -> bool:
    asked = [c for c in h.callbacks if c["tenancy_id"] == find("Daniel").id]
    return len(h.sent("Daniel", "still_missing")) == 1 and [c["state"] for c in asked] == ["done"]


_STORIES: Final[Sequence[tuple[str, str, Callable[[Happened], bool]]]] = (
    ("Amina wrote RING at night and was called the next day after ten, with nothing sent in between",
     "Amina skrev RING på kvällen och blev uppringd dagen efter tio, utan att något skickades emellan", _amina),
    ("Grace was written to in English, said that she had paid, and got a thank-you",
     "Grace fick engelska, skrev att hon hade betalat och fick ett tack", _grace),
    ("Ingrid paid in the hour when Kvar wrote, and got a thank-you the next day",
     "Ingrid betalade samma timme som Kvar skrev och fick ett tack dagen efter", _crossed),
    ("Mehmet, who had paid a part, was asked about the rest only",
     "Mehmet, som hade betalat en del, fick bara frågan om resten",
     lambda h: [e.template for e in h.of("Mehmet") if e.in_arrears] == ["part_missing"]),
    ("Jonas's two late rents made one message", "Jonas två sena hyror blev ett meddelande", _jonas),
    ("Rune has no mobile and got an e-mail", "Rune har ingen mobil och fick e-post", _no_phone),
    ("Petra's number is dead, so an e-mail went instead",
     "Petras nummer är dött, så ett e-brev gick i stället", _dead_phone),
    ("Kristian wrote STOPP and got no SMS after that", "Kristian skrev STOPP och fick inga SMS efter det", _kristian),
    ("Lena was met with help at once, people were alerted, and nothing else was sent",
     "Lena möttes genast av hjälp, människor larmades, och inget annat skickades", _lena),
    ("the wrong number got an apology and was not used again",
     "fel nummer fick en ursäkt och användes inte mer", _yusuf),
    ("Hedda's question about the laundry went to a person, and the reminders waited",
     "Heddas fråga om tvättstugan gick till en människa, och påminnelserna väntade", _hedda),
    ("Marcus said that he had paid: Kvar waited three bank days, then a person took over",
     "Marcus skrev att han hade betalat: Kvar väntade tre bankdagar, sedan tog en människa över", _marcus),
    ("Tove's message waited while the rent system was silent",
     "Toves meddelande väntade medan hyressystemet teg", _tove),
    ("Daniel did not answer two calls, got one more message, wrote RING on a Saturday night and was reached",
     "Daniel svarade inte på två samtal, fick ett meddelande till, skrev RING en lördagskväll och nåddes", _daniel),
    ("Birgitta's autogiro had two more bank days", "Birgittas autogiro fick två bankdagar till",
     lambda h: [local(e).date() for e in h.sent("Birgitta", "not_seen_yet")] == [date(2026, 11, 5)]),
    ("Anders's rent was late before Kvar knew: a person looked first",
     "Anders hyra var sen innan Kvar visste: en människa tittade först",
     lambda h: not h.sent("Anders") and h.reached_person("Anders", "late_import")),
    ("Nora, who is new, was welcomed and not reminded", "Nora, som är ny, hälsades välkommen och påmindes inte",
     lambda h: len(h.sent("Nora", "welcome")) == 1 and not any(e.in_arrears for e in h.of("Nora"))),
    ("Fatuma was not reached; on the eighth day the automation stopped and a person decided",
     "Fatuma nåddes inte; den åttonde dagen slutade automatiken och en människa bestämde",
     lambda h: h.reached_person("Fatuma", "review_day")),
)  # fmt: skip


def _allowed(calendar: Calendar, at: datetime) -> bool:
    return calendar.is_bank_day(at.date()) and _OPENS <= at.time() < _CLOSES


def _first_is_gentle(log: Sequence[Entry]) -> bool:
    first = next((e for e in log if e.in_arrears), None)
    return first is None or first.template in _GENTLE


def _all_different(values: Sequence[object]) -> bool:
    return len(values) == len(set(values))
