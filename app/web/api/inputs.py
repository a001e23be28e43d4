"""What callers send: every path, query and body field with its limits, so that nothing odd reaches the database."""

from datetime import datetime
from typing import Annotated, Literal

from fastapi import Depends, Header, Path, Query
from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints

from app.vocabulary import CallOutcome
from app.web.api.paging import LARGEST_ID
from app.web.deps import Running

_VISIBLE = r"^[^\p{C}\p{Zl}\p{Zp}]+$"
"""No control, unassigned or invisible characters, and so no NUL, which PostgreSQL refuses."""

RentId = Annotated[str, Path(min_length=1, max_length=64, pattern=_VISIBLE)]
RowId = Annotated[int, Path(ge=1, le=LARGEST_ID)]
MessageId = Annotated[str, Path(pattern=r"^[0-9a-f]{32}$")]
TenancyQuery = Annotated[str | None, Query(min_length=1, max_length=64, pattern=_VISIBLE)]
Once = Annotated[
    str | None,
    Header(
        alias="Idempotency-Key",
        pattern=r"^[\x21-\x7e]{1,200}$",
        description="The same key does the same thing once, for a day.",
    ),
]


def _language(
    service: Running,
    language: Annotated[
        Literal["sv", "en"] | None, Query(description="Of the sentences; the company's own when left out.")
    ] = None,
) -> str:
    return language or service.rules.language


Language = Annotated[str, Depends(_language)]


def _some_words(text: str) -> str:
    if not text.strip():
        raise ValueError("must not be blank")
    return text.strip()


Words = StringConstraints(min_length=1, pattern=_VISIBLE)


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class ContactMade(_Body):
    """A call or a visit that was made elsewhere. `by` is who made it, `at` when."""

    kind: Literal["call", "visit"]
    outcome: CallOutcome
    at: AwareDatetime
    by: Annotated[str, Words, Field(max_length=100), AfterValidator(_some_words)]


class HoldWanted(_Body):
    """No messages and no tasks until `until`, and why, in a few words."""

    reason: Annotated[str, Words, Field(max_length=200), AfterValidator(_some_words)]
    until: AwareDatetime


def within(at: datetime, earliest: datetime, latest: datetime) -> bool:
    """Whether an aware moment lies in a span; moments at the edge of what a clock can show lie in none."""
    return earliest <= at <= latest
