"""What happens in Norrängen from 26 October to 30 November 2026. Times are Swedish local time.

The rent falls due on Friday 30 October; All Saints' Day is the Saturday after. The rent system announces some things by
itself; the rest are scenes: a tenant writes, somebody pays, a person phones, the rent system falls silent.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final, TypeAlias

from app.demo.company import find
from app.demo.rent_system import CENTRAL, Announcement


@dataclass(frozen=True, slots=True)
class Writes:
    """A tenant sends an SMS."""

    at: datetime
    who: str
    text: str


@dataclass(frozen=True, slots=True)
class Pays:
    """A tenant pays everything that is late, or `kronor` of the oldest invoice."""

    at: datetime
    who: str
    kronor: int | None = None
    paid_on: date | None = None


@dataclass(frozen=True, slots=True)
class Phones:
    """Sara phones a tenant: for the call-back they asked for, else for the call step of the plan."""

    at: datetime
    who: str
    reached: bool


@dataclass(frozen=True, slots=True)
class FallsSilent:
    """Nothing comes from the rent system from now on."""

    at: datetime


@dataclass(frozen=True, slots=True)
class SpeaksAgain:
    at: datetime


Scene: TypeAlias = Writes | Pays | Phones | FallsSilent | SpeaksAgain


def _at(month: int, day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=CENTRAL)


START: Final = _at(10, 26, 6)
END: Final = _at(11, 30, 12)
PLAYABLE_FROM: Final = _at(10, 30, 12)
"""Where a visitor begins after "Börja om": the day the rent is due."""

ANNOUNCEMENTS: Final[Sequence[Announcement]] = (
    Announcement(
        date(2026, 10, 26),
        "notice.served",
        find("Peter"),
        {
            "grounds": "late payment in August and September",
            "served_on": "2026-10-12",
            "social_board_notified_on": "2026-10-12",
        },
    ),
    Announcement(date(2026, 10, 28), "tenancy.started", find("Nora")),
    Announcement(date(2026, 10, 29), "invoice.deferred", find("Sofia"), {"deferred_until": date(2026, 11, 20)}),
    Announcement(
        date(2026, 10, 30), "invoice.partially_paid", find("Carina"), {"kronor": 6155, "on": date(2026, 10, 29)}
    ),
    Announcement(date(2026, 11, 2), "invoice.disputed", find("Ali"), {"disputed": True}),
    Announcement(date(2026, 11, 2), "tenancy.ended", find("Linnea"), {"ended_on": "2026-10-31", "reason": "moved"}),
)

SCENES: Final[Sequence[Scene]] = (
    Pays(_at(11, 2, 10), "Mehmet", kronor=5000),
    Phones(_at(11, 2, 11), "Holger", reached=False),
    Pays(_at(11, 3, 9, 20), "Ingrid"),
    Writes(_at(11, 3, 10, 5), "Yusuf", "Fel nummer"),
    Phones(_at(11, 3, 11), "Holger", reached=True),
    Writes(_at(11, 3, 12, 10), "Grace", "paid it monday night?"),
    Writes(_at(11, 3, 16, 40), "Hedda", "Hej, när fixar ni torktumlaren i tvättstugan?"),
    Pays(_at(11, 3, 16, 45), "Olof"),
    Writes(_at(11, 3, 17, 45), "Kristian", "STOPP"),
    Writes(_at(11, 3, 19, 30), "Marcus", "Jag har betalat"),
    Writes(_at(11, 3, 21, 40), "Lena", "jag orkar inte mer"),
    FallsSilent(_at(11, 3, 23)),
    Writes(_at(11, 4, 18, 21), "Amina", "RING tack, helst imorgon efter 10. jobbar kväll"),
    SpeaksAgain(_at(11, 4, 23)),
    Pays(_at(11, 5, 6, 30), "Grace", paid_on=date(2026, 11, 2)),
    Pays(_at(11, 5, 8), "Elin"),
    Phones(_at(11, 5, 10, 15), "Amina", reached=True),
    Phones(_at(11, 5, 10, 40), "Mehmet", reached=True),
    Phones(_at(11, 5, 11), "Daniel", reached=False),
    Phones(_at(11, 5, 11, 15), "Fatuma", reached=False),
    Phones(_at(11, 5, 11, 30), "Kristian", reached=False),
    Pays(_at(11, 5, 14), "Jonas"),
    Pays(_at(11, 5, 15), "Holger"),
    Pays(_at(11, 6, 7, 30), "Rune"),
    Pays(_at(11, 6, 10, 30), "Amina"),
    Phones(_at(11, 6, 11), "Daniel", reached=False),
    Phones(_at(11, 6, 11, 15), "Fatuma", reached=False),
    Phones(_at(11, 6, 11, 30), "Kristian", reached=False),
    Writes(_at(11, 7, 23, 15), "Daniel", "RING"),
    Pays(_at(11, 9, 8), "Mehmet"),
    Pays(_at(11, 9, 8, 5), "Birgitta"),
    Pays(_at(11, 9, 8, 10), "Tove"),
    Phones(_at(11, 9, 10), "Daniel", reached=False),
    Phones(_at(11, 9, 14, 30), "Daniel", reached=True),
    Pays(_at(11, 9, 15), "Kristian"),
    Pays(_at(11, 10, 9), "Petra"),
    Pays(_at(11, 12, 9), "Namn"),
    Pays(_at(11, 13, 9), "Marcus"),
    Pays(_at(11, 13, 9, 30), "Sven-Erik"),
    Pays(_at(11, 16, 9), "Yusuf"),
    Pays(_at(11, 17, 9), "Daniel"),
    Pays(_at(11, 19, 9), "Sofia"),
    Pays(_at(11, 20, 9), "Hedda"),
    Pays(_at(11, 24, 9), "Anders"),
)
