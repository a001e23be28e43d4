"""The settings by themselves: names that do not exist, values that cannot be read, values that make no sense."""

import base64
import binascii
from collections.abc import Iterator, Mapping
from typing import Final
from zoneinfo import ZoneInfo, available_timezones

from pydantic import ValidationError
from rapidfuzz import fuzz, process

from app.flows.doctor.finding import ALLOWED, PREFIX, Finding, about, variable
from app.policy.calendar import Calendar
from app.policy.contact_hours import parse_hours
from app.policy.phone import parse_phone
from app.policy.span import parse_span
from app.settings import Settings

_NEAR: Final = 80
"""From this likeness on (0-100, rapidfuzz) one name is taken for a slip of another."""

_SAME_BUT_FOR_A_SLIP: Final = 90

_OTHERS: Final = frozenset({"KVAR_TEST_POSTGRES_URL"})
"""Variables of ours that are not settings of the running Kvar."""

_SECRET: Final = frozenset({"rent_webhook_secrets", "database_url"})
"""Settings whose value is never printed."""


def unknown(ours: Mapping[str, str]) -> Iterator[Finding]:
    """Variables that look like ours and are not: a misspelt setting is silently a default."""
    known = {variable(field) for field in Settings.model_fields}
    for name in sorted(ours.keys() - known - _OTHERS):
        near = process.extractOne(name, known, scorer=fuzz.ratio, score_cutoff=_NEAR)
        if near is not None and (name.startswith(PREFIX) or near[1] >= _SAME_BUT_FOR_A_SLIP):
            problem = "there is no such setting, so this has no effect"
            yield Finding(problem=problem, setting=name, advice=f"Did you mean {near[0]}?")
        elif name.startswith(PREFIX):
            problem = "this version has no such setting, so this has no effect"
            yield Finding(
                problem=problem, setting=name, advice=f"Remove {name}; docs/settings.md lists all.", severe=False
            )


def read(values: Mapping[str, str]) -> tuple[list[Finding], Settings]:
    """What pydantic refuses, and the settings with those fields at their defaults, so that the rest is told too."""
    try:
        return [], Settings.isolated(**values)
    except ValidationError as error:
        problems = {str(e["loc"][0]): e["msg"].removeprefix("Value error, ") for e in error.errors()}
    sound = {field: value for field, value in values.items() if field not in problems}
    return [about(field, _quoted(field, values, text)) for field, text in problems.items()], Settings.isolated(**sound)


def _quoted(field: str, values: Mapping[str, str], text: str) -> str:
    text = text[:1].lower() + text[1:]
    return text if field in _SECRET else f'"{values[field]}" is refused: {text}'


def settings_findings(settings: Settings, values: Mapping[str, str], *, refused: set[str]) -> Iterator[Finding]:
    """What a valid type lets through. `values` are those given, by field; `refused` the variables already told."""
    yield from _times(settings)
    yield from _sender(settings, values)
    yield from _alerts(settings, refused)
    yield from _webhook(settings, refused)
    yield from _brakes(settings)


def _times(settings: Settings) -> Iterator[Finding]:
    zone = _zone(settings.timezone)
    if zone is None:
        near = process.extractOne(settings.timezone, available_timezones(), scorer=fuzz.WRatio, score_cutoff=_NEAR)
        advice = f"Did you mean {near[0]}?" if near else None
        yield about("timezone", f'"{settings.timezone}" is not a time zone', advice=advice)
    calendar = Calendar(settings.country if settings.holidays == "country" else None)
    for field, text in (("contact_hours", settings.contact_hours), ("opening_hours", settings.opening_hours)):
        try:
            parse_hours(text, zone or ZoneInfo("UTC"), calendar)
        except ValueError as error:
            yield about(field, str(error))
    try:
        if parse_span(settings.callback_within).count < 0:
            yield about("callback_within", f'"{settings.callback_within}" lies before the request')
    except ValueError as error:
        yield about("callback_within", str(error))


def _zone(name: str) -> ZoneInfo | None:
    try:
        return ZoneInfo(name)
    except (LookupError, ValueError, OSError):  # not found; a forbidden path; a folder such as "Europe"
        return None


def _sender(settings: Settings, values: Mapping[str, str]) -> Iterator[Finding]:
    """Who the messages come from."""
    for field in ("company_name", "company_phone", "sender_name"):
        if field not in values:
            yield about(field, f'tenants would read "{getattr(settings, field)}", an example', severe=False)
    phone = settings.company_phone
    if "company_phone" in values and parse_phone(phone, settings.country) is None:
        yield about("company_phone", f'"{phone}" is not one valid phone number')


def _alerts(settings: Settings, refused: set[str]) -> Iterator[Finding]:
    """Who is told when a person is needed."""
    email, sms = variable("alert_email"), variable("alert_sms")
    if settings.alert_sms and parse_phone(settings.alert_sms, settings.country) is None:
        yield about("alert_sms", f'"{settings.alert_sms}" is not one valid phone number')
    if not settings.alert_email and not settings.alert_sms and not {email, sms} & refused:
        problem = "nobody is told when a tenant writes of a crisis, or when the payment feed falls silent"
        yield about("alert_email", problem, severe=False, advice=f"Set {email} or {sms}, best both.")


def _webhook(settings: Settings, refused: set[str]) -> Iterator[Finding]:
    secrets = settings.rent_webhook_secrets
    if not secrets and variable("rent_webhook_secrets") not in refused:
        yield about("rent_webhook_secrets", "without a secret, every webhook of the rent system is refused")
    for number, secret in enumerate(secrets, start=1):
        try:
            base64.b64decode(secret.removeprefix("whsec_"), validate=True)
        except binascii.Error:
            yield about("rent_webhook_secrets", f"secret {number} is not whole base64; a character may be missing")
    if len(set(secrets)) < len(secrets):
        yield about("rent_webhook_secrets", "the same secret stands there twice", severe=False)


def _brakes(settings: Settings) -> Iterator[Finding]:
    """Protections that are switched off."""
    for field, off, problem in (
        (
            "surge_percent",
            settings.surge_percent == 100,
            "the surge brake is off: a failed payment file reaches everyone",
        ),
        ("holidays", settings.holidays == "none", "messages may go out on holidays"),
        ("contact_hours", "00:00-24:00" in settings.contact_hours, "messages may go out at night"),
    ):
        if off:
            advice = f"Fine for a trial; for real tenants set {variable(field)} to {ALLOWED[field]}."
            yield about(field, problem, severe=False, advice=advice)
