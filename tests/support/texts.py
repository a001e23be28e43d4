"""A company and its texts, for tests that render."""

from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

from app.rendering.shipped import shipped_texts
from app.rendering.texts import Text, Texts
from app.rendering.variables import Company
from app.vocabulary import Channel

MESSAGES = Path(__file__).parents[2] / "templates" / "messages"
STOCKHOLM = ZoneInfo("Europe/Stockholm")
COMPANY = Company(
    name="Bostadsbolaget",
    phone="0771-00 00 00",
    sender="Sara",
    public_url="https://kvar.example.se",
    timezone=STOCKHOLM,
    opening_hours_text="mon-fri 09:00-16:00",
)


@cache
def shipped() -> Texts:
    """The texts that ship, compiled once for the whole run."""
    return Texts(shipped_texts(MESSAGES))


def sms(source: str, *, version: int = 1) -> Text:
    return Text(key="note", language="sv", channel=Channel.SMS, version=version, source=source)


def email(source: str) -> Text:
    return Text(key="note", language="sv", channel=Channel.EMAIL, version=1, source=source)
