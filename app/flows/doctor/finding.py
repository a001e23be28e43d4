"""What the doctor says, and what each setting may be."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

PREFIX: Final = "KVAR_"

ALLOWED: Final[Mapping[str, str]] = {
    "database_url": "sqlite:///kvar.db, or postgresql://user:password@host/name",
    "public_url": "the address at which the outside world reaches Kvar, for example https://kvar.example.se",
    "company_name": "the company's name as tenants know it, 2 to 40 characters",
    "company_phone": "the switchboard's number, for example 010-123 45 67",
    "sender_name": "the given name of the person who signs the messages, 2 to 30 characters",
    "timezone": "an IANA name, for example Europe/Stockholm",
    "country": "SE",
    "language": "sv or en",
    "contact_hours": '"mon-fri 09:00-18:00", several windows separated by ";"',
    "opening_hours": '"mon-fri 09:00-16:00", several windows separated by ";"',
    "holidays": "country, which closes its holidays, or none",
    "callback_within": '"1 bank day", or for example "2 days"',
    "rent_webhook_secrets": "one or more whsec_… separated by commas, the same as in the rent system",
    "feed_max_age_hours": "whole hours from 1 to 336; 36 is usual",
    "small_debt": "whole öre, from 0; 10000 is 100 kr",
    "surge_percent": "a whole number from 1 to 100; 10 is usual",
    "sms_channel": "log, the only channel of this version",
    "email_channel": "log, the only channel of this version",
    "alert_email": "one e-mail address that somebody reads every day",
    "alert_sms": "one mobile number, for example +46701234567",
}
"""What each field of `Settings` may be set to, as the end of a sentence."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One problem. `setting` is a variable or a file; `severe`: Kvar would not start, or not do its work."""

    problem: str
    setting: str
    advice: str
    severe: bool = True

    def __str__(self) -> str:
        return f"{'PROBLEM' if self.severe else 'notice '}  {self.setting}: {self.problem}.\n         {self.advice}"


def variable(field: str) -> str:
    """The environment variable of a field of `Settings`."""
    return PREFIX + field.upper()


def about(field: str, problem: str, *, severe: bool = True, advice: str | None = None) -> Finding:
    """A problem with one setting; unless told otherwise, the advice says what it may be set to."""
    name = variable(field)
    return Finding(problem=problem, setting=name, advice=advice or f"Set {name} to {ALLOWED[field]}.", severe=severe)
