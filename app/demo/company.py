"""Bobolaget in Norrängen: a fictional company, street and tenants.

Phone numbers are from the series 070-174 06 05 to 99 and 08-465 004 00 to 99, which the Swedish regulator keeps free
for fiction; e-mail goes to example.org. Rents are in kronor.
"""

from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from app.vocabulary import PaymentMethod, TenancyKind

COMPANY: Final = "Bobolaget"
PLACE: Final = "Norrängen"
SENDER: Final = "Sara"
COMPANY_PHONE: Final = "08-465 004 00"
ALERT_PHONE: Final = "+46701740699"
ALERT_EMAIL: Final = "jour@bobolaget.example.org"
_FIRST_NUMBER: Final = 46_701_740_605


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """A tenant as the rent system knows them."""

    id: str
    given: str
    family: str
    phone: str | None = None
    email: str | None = None
    language: str | None = "sv"
    protected: bool = False
    deceased: bool = False
    organisation: bool = False
    representative: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Household:
    """A tenancy and who holds it, the primary tenant first. `early`: bank days before the due date that they pay."""

    id: str
    people: tuple[Person, ...]
    address: str
    rent: int
    kind: TenancyKind = TenancyKind.HOME
    method: PaymentMethod = PaymentMethod.INVOICE
    children: bool | None = None
    starts_on: date = date(2019, 4, 1)
    early: int = 2
    late: frozenset[str] = frozenset()
    """Periods that they do not pay by themselves."""
    due: dict[str, date] = field(default_factory=dict)
    """Due dates that differ from the company's, by period."""
    also: tuple[tuple[str, date, int], ...] = ()
    """Further invoices that are there from the start: period, due date, kronor."""

    @property
    def primary(self) -> Person:
        return self.people[0]

    @property
    def shown(self) -> str:
        """The name that may stand on a screen."""
        return "Skyddad identitet" if self.primary.protected else f"{self.primary.given} {self.primary.family}".strip()


NOVEMBER: Final = "2026-11"
_LATE: Final = frozenset({NOVEMBER})
_AUTOGIRO: Final = PaymentMethod.AUTOGIRO
_HOUSES: Final = ("Lärkvägen 2", "Lärkvägen 4", "Lärkvägen 6", "Ängsgatan 1", "Ängsgatan 3")


def _phone(number: int) -> str:
    return f"+{_FIRST_NUMBER + number}"


def _home(
    number: int,
    given: str,
    family: str,
    rent: int,
    *,
    with_: tuple[Person, ...] = (),
    phone: bool = True,
    email: bool = True,
    language: str = "sv",
    protected: bool = False,
    deceased: bool = False,
    representative: str | None = None,
    **home: Any,
) -> Household:
    """Home `number` of forty, eight to a house. `home` are fields of `Household`."""
    address = f"{given}.{family}@example.org".lower().translate(str.maketrans("åäöé", "aaoe"))
    primary = Person(
        id=f"P-{1000 + number}",
        given=given,
        family=family,
        phone=_phone(number - 1) if phone else None,
        email=address if email else None,
        language=language,
        protected=protected,
        deceased=deceased,
        representative=representative,
    )
    return Household(
        id=f"T-{1000 + number}",
        people=(primary, *with_),
        address=f"{_HOUSES[(number - 1) // 8]}, lgh {1001 + (number - 1) % 8}",
        rent=rent,
        **home,
    )


HOUSEHOLDS: Final = (
    _home(1, "Amina", "Warsame", 8450, children=True, late=_LATE, early=0),
    _home(2, "Olof", "Bergström", 7120, method=_AUTOGIRO, late=_LATE, early=0),
    _home(3, "Grace", "Mensah", 6980, language="en", late=_LATE, early=0),
    _home(4, "Elin", "Forsgren", 5640, late=_LATE),
    _home(5, "Mehmet", "Aydin", 8300, late=_LATE, children=True),
    _home(6, "Ingrid", "Palm", 4980, late=_LATE),
    _home(
        7,
        "Jonas",
        "Lindqvist",
        7390,
        starts_on=date(2026, 10, 15),
        late=_LATE | {"2026-10"},
        also=(("2026-10", date(2026, 10, 29), 3810),),
    ),
    _home(8, "Rune", "Dahlgren", 4410, phone=False, late=_LATE),
    _home(9, "Petra", "Nyström", 6120, late=_LATE),
    _home(10, "Namn", "Skyddat", 6640, protected=True, late=_LATE),
    _home(11, "Holger", "Ek", 5210, late=_LATE, due={NOVEMBER: date(2026, 10, 27)}),
    _home(12, "Kristian", "Holm", 6890, late=_LATE),
    _home(13, "Lena", "Sandström", 7760, late=_LATE),
    _home(14, "Sofia", "Berglund", 7050, late=_LATE, children=True),
    _home(15, "Tove", "Ekdahl", 5980, late=_LATE, due={NOVEMBER: date(2026, 11, 2)}),
    _home(
        16,
        "Yusuf",
        "Demir",
        8120,
        late=_LATE,
        children=True,
        email=False,
        with_=(Person(id="P-2016", given="Selin", family="Demir", phone=_phone(60)),),
    ),
    _home(17, "Marcus", "Wallin", 6330, late=_LATE),
    _home(18, "Hedda", "Sjögren", 5870, late=_LATE),
    _home(19, "Ali", "Rahimi", 7480, late=_LATE),
    _home(
        20,
        "Vera",
        "Lundmark",
        4720,
        deceased=True,
        late=_LATE,
        with_=(Person(id="P-2020", given="Sture", family="Lundmark", phone=_phone(61)),),
    ),
    _home(21, "Nora", "Lindgren", 6250, starts_on=date(2026, 11, 1)),
    _home(22, "Sven-Erik", "Hallberg", 4390, representative="god man", late=_LATE),
    _home(23, "Daniel", "Öberg", 6710, late=_LATE),
    _home(24, "Fatuma", "Ismail", 8890, late=_LATE, children=True),
    _home(25, "Birgitta", "Sandell", 5130, method=_AUTOGIRO, late=_LATE),
    _home(26, "Anders", "Kvist", 7220, late=frozenset({"2026-10"}), also=(("2026-10", date(2026, 9, 30), 7220),)),
    _home(27, "Carina", "Blom", 6200, late=_LATE),
    _home(28, "Peter", "Åström", 7940, late=_LATE),
    _home(29, "Linnea", "Grahn", 5390, late=_LATE),
    _home(30, "Maja", "Hellström", 6480),
    _home(31, "Stig", "Norling", 5760, early=4),
    _home(32, "Aisha", "Rahman", 8010, children=True, early=1),
    _home(33, "Gunnar", "Vik", 4290, early=4),
    _home(34, "Emma", "Sjölund", 6970, method=_AUTOGIRO),
    _home(35, "Lars-Åke", "Fors", 5050, early=3),
    _home(36, "Zainab", "Karimi", 8640, children=True, early=1),
    _home(37, "Oskar", "Lindh", 6120, early=0),
    _home(38, "Märta", "Hedlund", 4180, early=4, phone=False),
    _home(39, "Tomasz", "Nowicki", 7310, method=_AUTOGIRO, language="en"),
    _home(40, "Ebba", "Rosén", 5890, early=1),
    Household(
        id="T-2041",
        address="Lärkvägen 2, p-plats 14",
        rent=420,
        kind=TenancyKind.PARKING,
        late=_LATE,
        people=(
            Person(id="P-1031", given="Stig", family="Norling", phone=_phone(30), email="stig.norling@example.org"),
        ),
    ),
    Household(
        id="T-2042",
        address="Ängsgatan 1, lokal 3",
        rent=9650,
        kind=TenancyKind.PREMISES,
        late=_LATE,
        people=(
            Person(id="P-2042", given="", family="Norrängens kulturförening", phone=_phone(62), organisation=True),
        ),
    ),
)
"""Forty homes, a parking place and one room let to a society."""

BY_ID: Final = {household.id: household for household in HOUSEHOLDS}
FIRST_PHONES: Final = ("T-1001", "T-1002", "T-1003")
DEAD_PHONES: Final = frozenset({_phone(8)})
"""Petra's old number: the operator refuses it."""


def find(given: str) -> Household:
    """The household of the primary tenant with that given name."""
    return next(h for h in HOUSEHOLDS if h.primary.given == given)
