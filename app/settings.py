"""Settings from the environment (prefix `KVAR_`) or a `.env` file. Read once, in `main`, and passed down."""

import re
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

_PACKAGE = Path(__file__).parent
SHIPPED = _PACKAGE / "shipped" if (_PACKAGE / "shipped").is_dir() else _PACKAGE.parent
"""The folder of `templates/` and `migrations/`: beside the package in a checkout, inside it in a wheel."""

_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")


def _https_or_loopback(url: str) -> str:
    if not re.match(r"(https://|http://(127\.0\.0\.1|localhost|\[::1\])(:\d+)?(/|$))", url):
        raise ValueError("must begin with https:// (http:// only for loopback)")
    return url.rstrip("/")


class Settings(BaseSettings):
    """What a company sets. Money in minor units, durations as written in each field."""

    model_config = SettingsConfigDict(env_prefix="KVAR_", env_file=".env", extra="ignore")

    database_url: str = "sqlite:///kvar.db"
    public_url: Annotated[str, AfterValidator(_https_or_loopback)] = "http://127.0.0.1:8000"
    company_name: str = Field("Bostadsbolaget", min_length=2, max_length=40)
    company_phone: str = "0771-00 00 00"
    sender_name: str = Field("Sara", min_length=2, max_length=30)
    timezone: str = "Europe/Stockholm"
    country: Literal["SE"] = "SE"
    language: Literal["sv", "en"] = "sv"
    contact_hours: str = "mon-fri 09:00-18:00"
    opening_hours: str = "mon-fri 09:00-16:00"
    holidays: Literal["country", "none"] = "country"
    callback_within: str = "1 bank day"
    rent_webhook_secrets: Annotated[tuple[str, ...], NoDecode] = ()
    feed_max_age_hours: int = Field(36, ge=1, le=24 * 14)
    small_debt: int = Field(10_000, ge=0)
    surge_percent: int = Field(10, ge=1, le=100)
    sms_channel: Literal["log"] = "log"
    email_channel: Literal["log"] = "log"
    alert_email: str | None = None
    alert_sms: str | None = None

    @field_validator("rent_webhook_secrets", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        if isinstance(value, str):
            return tuple(part.strip() for part in value.split(",") if part.strip())
        return value

    @field_validator("rent_webhook_secrets")
    @classmethod
    def _secrets(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for number, secret in enumerate(value, start=1):
            if not re.fullmatch(r"whsec_[A-Za-z0-9+/=]{32,}", secret):
                raise ValueError(f"secret {number} must be whsec_ followed by at least 24 bytes in base64")
        return value

    @field_validator("alert_email")
    @classmethod
    def _email(cls, value: str | None) -> str | None:
        if value and not _EMAIL.fullmatch(value):
            raise ValueError("must be one e-mail address")
        return value or None

    @classmethod
    def isolated(cls, **values: object) -> Self:
        """Settings from `values` alone: no environment, no file. For the demo and for tests."""
        return cls.model_validate(cls.model_construct().model_dump() | values)
