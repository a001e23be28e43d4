"""What the rent system may say: one schema per event type. Strict, and only the fields that Kvar knows.

A snapshot read from a webhook is given a `Reading`. Stored is the snapshot as JSON, which reads as the same snapshot.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from types import MappingProxyType
from typing import Annotated, Any, Final, Self, TypedDict

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    Strict,
    ValidationInfo,
    model_validator,
)
from pydantic_core import PydanticCustomError

from app.policy.identity_number import looks_like_identity_number
from app.policy.phone import parse_phone
from app.vocabulary import Channel, EndReason, LegalMatterKind, LegalState, PaymentMethod, TenancyKind

BATCH: Final = "batch"
BATCH_SIZE: Final = 1000
STARTED: Final = "tenancy.started"
CREATES: Final = frozenset({STARTED, "tenancy.updated"})
LEDGER: Final = "ledger.read"
CREDITED: Final = "invoice.credited"
AHEAD: Final = timedelta(minutes=10)
UNCLEAR: Final = ""
"""A contact point that was given but is not exactly one number or address: its text is not kept."""

_MOMENT = re.compile(r"\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d{1,9})?([Zz]|[+-]\d\d:\d\d)", re.ASCII)
_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_YEARS = range(1900, 2200)
_EMAIL = re.compile(r"[^@\s<>,;:\"()]{1,64}@[^@\s<>,;:\"()]+\.[A-Za-z]{2,63}")
_LANGUAGE = re.compile(r"([A-Za-z]{2,3})([-_][A-Za-z0-9]{2,8})*", re.ASCII)
_PERSONAL = re.compile(r"(?<!\d)(?:18|19|20)?\d{6}\s?[-+\u2010-\u2015]?\s?\d{4}(?!\d)", re.ASCII)
HIDDEN: Final = "[…]"


class Reading(TypedDict):
    """What a webhook is read against: the app's own time, and the country whose phone numbers need no prefix."""

    now: datetime
    country: str


def wrong(advice: str) -> PydanticCustomError:
    """An error that says what to send instead, never what was sent."""
    return PydanticCustomError("kvar", advice)


def hide_identity_numbers(text: str) -> str:
    """`text` with every personal identity number in it taken out."""
    return _PERSONAL.sub(lambda found: HIDDEN if looks_like_identity_number(found[0]) else found[0], text)


def moment(value: object) -> datetime:
    """An RFC 3339 text with its offset, as UTC."""
    if isinstance(value, str) and _MOMENT.fullmatch(value):
        try:
            at = datetime.fromisoformat(value.upper())
            if at.year in _YEARS:
                return at.astimezone(UTC)
        except ValueError:
            pass
    raise wrong("must be a moment with its offset, like 2026-11-03T06:00:00Z")


def _day(value: object) -> date:
    if isinstance(value, str) and _DAY.fullmatch(value):
        try:
            day = date.fromisoformat(value)
        except ValueError:
            pass
        else:
            if day.year in _YEARS:
                return day
    raise wrong("must be a date, like 2026-11-03")


def _not_ahead(value: datetime, info: ValidationInfo) -> datetime:
    if info.context and value > info.context["now"] + AHEAD:
        raise wrong("must not be more than ten minutes ahead of Kvar's clock")
    return value


def _plain_id(value: str) -> str:
    if not value.isprintable() or value != value.strip():
        raise wrong("must be printable, without space at its ends")
    return not_personal(value)


def not_personal(value: str) -> str:
    """Refuses a personal identity number, without repeating it."""
    if looks_like_identity_number(value):
        raise wrong("is a personal identity number, which Kvar does not take in; send another identifier")
    return value


def _phone(value: str | None, info: ValidationInfo) -> str | None:
    if value is None or not info.context:
        return value
    if not value.strip():
        return None
    return parse_phone(value, info.context["country"]) or UNCLEAR


def _email(value: str | None, info: ValidationInfo) -> str | None:
    if value is None or not info.context:
        return value
    address = value.strip()
    if not address:
        return None
    clear = len(address) <= 254 and _EMAIL.fullmatch(address) and hide_identity_numbers(address) == address
    return address if clear else UNCLEAR


def _language(value: str | None) -> str | None:
    if not value:
        return None
    found = _LANGUAGE.fullmatch(value)
    if not found:
        raise wrong("must be a language code, like sv")
    return found[1].lower()


def _is_represented(value: object) -> bool:
    """Whether there is a representative. Who it is, is not kept."""
    return bool(value.strip()) if isinstance(value, str) else bool(value)


Text = Annotated[str, Strict(), Field(max_length=200), AfterValidator(hide_identity_numbers)]
Id = Annotated[str, Strict(), Field(min_length=1, max_length=64), AfterValidator(_plain_id)]
Flag = Annotated[bool, Strict()]
Money = Annotated[int, Strict(), Field(ge=0, le=10**14)]
Day = Annotated[date, BeforeValidator(_day)]
AsOf = Annotated[datetime, BeforeValidator(moment), AfterValidator(_not_ahead)]


class Snapshot(BaseModel):
    """What every event's data has. Fields that are not known are dropped; values are not repeated in errors."""

    model_config = ConfigDict(extra="ignore", hide_input_in_errors=True)

    as_of: AsOf


class TenantSnapshot(BaseModel):
    """One holder. A protected identity has no contact points here, whatever was sent."""

    model_config = ConfigDict(extra="ignore", hide_input_in_errors=True)

    tenant_id: Id
    given_name: Text = ""
    family_name: Text = ""
    phone: Annotated[str | None, Strict(), AfterValidator(_phone)] = None
    email: Annotated[str | None, Strict(), AfterValidator(_email)] = None
    language: Annotated[str | None, Strict(), AfterValidator(_language)] = None
    channel: Channel | None = None
    primary: Flag = False
    protected_identity: Flag = False
    deceased: Flag = False
    organisation: Flag = False
    representative: Annotated[bool, BeforeValidator(_is_represented)] = False

    @model_validator(mode="after")
    def _protect(self) -> Self:
        if self.protected_identity:
            self.phone = self.email = None
        return self


def _different_tenants(tenants: list[TenantSnapshot]) -> list[TenantSnapshot]:
    if len({t.tenant_id for t in tenants}) < len(tenants):
        raise wrong("must name each tenant once")
    return tenants


class TenancySnapshot(Snapshot):
    tenancy_id: Id
    starts_on: Day | None = None
    address: Text | None = None
    area: Text | None = None
    municipality: Text | None = None
    payment_method: PaymentMethod | None = None
    children_in_household: Flag | None = None
    kind: TenancyKind = TenancyKind.HOME
    tenants: Annotated[list[TenantSnapshot], Field(max_length=50), AfterValidator(_different_tenants)]


class TenancyStarted(TenancySnapshot):
    starts_on: Day


class TenancyEnded(Snapshot):
    tenancy_id: Id
    ended_on: Day
    reason: EndReason


class InvoiceSnapshot(Snapshot):
    invoice_id: Id
    tenancy_id: Id
    period: Annotated[str, Strict(), Field(pattern=r"^[0-9]{4}-(0[1-9]|1[0-2])$")]
    due_date: Day
    amount: Money
    remaining: Money
    currency: Annotated[str, Strict(), Field(pattern=r"^[A-Z]{3}$")]
    kind: Annotated[str, Strict(), Field(pattern=r"^[A-Za-z][A-Za-z0-9_-]{0,31}$"), AfterValidator(str.lower)] = "rent"
    payment_method: PaymentMethod | None = None
    reference: Annotated[str, Strict(), Field(max_length=64), AfterValidator(not_personal)] | None = None
    paid_on: Day | None = None
    deferred_until: Day | None = None
    disputed: Flag = False
    in_collection: Flag = False
    reminded_on: Day | None = None
    replaces: Id | None = None


class LedgerRead(Snapshot):
    booked_through: Day

    @model_validator(mode="after")
    def _not_in_the_future(self) -> Self:
        # A feed that claims to know tomorrow's payments would keep the freshness gate open for ever.
        if self.booked_through > (self.as_of + timedelta(days=1)).date():
            raise wrong("booked_through must not be after as_of")
        return self


class NoticeServed(Snapshot):
    tenancy_id: Id
    served_on: Day
    grounds: Text | None = None
    social_board_notified_on: Day | None = None


class NoticeWithdrawn(NoticeServed):
    served_on: Day | None = None  # type: ignore[assignment]


class EvictionSnapshot(Snapshot):
    tenancy_id: Id
    date: Day


class EvictionWithdrawn(EvictionSnapshot):
    date: Day | None = None  # type: ignore[assignment]


_INVOICE = ("issued", "overdue", "partially_paid", "paid", "credited", "deferred", "disputed", "sent_to_collection")

SCHEMAS: Final[Mapping[str, type[Snapshot]]] = MappingProxyType(
    {
        STARTED: TenancyStarted,
        "tenancy.updated": TenancySnapshot,
        "tenancy.ended": TenancyEnded,
        **{f"invoice.{hint}": InvoiceSnapshot for hint in _INVOICE},
        LEDGER: LedgerRead,
        "notice.served": NoticeServed,
        "notice.withdrawn": NoticeWithdrawn,
        "eviction.applied": EvictionSnapshot,
        "eviction.scheduled": EvictionSnapshot,
        "eviction.withdrawn": EvictionWithdrawn,
        "eviction.executed": EvictionSnapshot,
    }
)


@dataclass(frozen=True, slots=True)
class Legal:
    """What a legal event says about which matter."""

    kind: LegalMatterKind
    state: LegalState


LEGAL: Final[Mapping[str, Legal]] = MappingProxyType(
    {
        "notice.served": Legal(LegalMatterKind.NOTICE, LegalState.SERVED),
        "notice.withdrawn": Legal(LegalMatterKind.NOTICE, LegalState.WITHDRAWN),
        "eviction.applied": Legal(LegalMatterKind.EVICTION, LegalState.APPLIED),
        "eviction.scheduled": Legal(LegalMatterKind.EVICTION, LegalState.SCHEDULED),
        "eviction.withdrawn": Legal(LegalMatterKind.EVICTION, LegalState.WITHDRAWN),
        "eviction.executed": Legal(LegalMatterKind.EVICTION, LegalState.EXECUTED),
    }
)


def snapshot(payload: Mapping[str, Any]) -> Snapshot:
    """The snapshot of a stored event. Raises pydantic's ValidationError when an older Kvar stored something else."""
    return SCHEMAS[payload["type"]].model_validate(payload["data"])
