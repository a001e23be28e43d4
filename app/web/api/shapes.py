"""What the API says, field by field. Field names are public. Moments are RFC 3339 in UTC, money in minor units."""

from datetime import UTC, date, datetime
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, PlainSerializer

from app.vocabulary import (
    CallbackState,
    CaseState,
    Channel,
    Direction,
    EndReason,
    InboxState,
    MessageClass,
    MessageState,
    PaymentMethod,
    TenancyKind,
    TouchpointKind,
)


def _zulu(at: datetime) -> str:
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z")


Moment = Annotated[datetime, PlainSerializer(_zulu, return_type=str)]


class Shape(BaseModel):
    model_config = ConfigDict(frozen=True)


class BecauseShape(Shape):
    """Why: a code, its values, and the sentence they make."""

    code: str
    text: str
    values: dict[str, str | int]


class NextShape(Shape):
    """What comes next, as decided on the facts of this moment: `send`, `assign`, `wait` or `stop`.

    `at` is null when only a change of facts leads on.
    """

    decision: str
    step: str | None
    at: Moment | None


class OwedShape(Shape):
    """One invoice that is past due, and what remains of it."""

    invoice_id: str
    due_date: date
    remaining: int
    currency: str


class CaseShape(Shape):
    """A case. `next` and `because` are null once it is closed."""

    id: int
    tenancy_id: str
    state: CaseState
    opened_on: date
    closed_at: Moment | None
    owed: list[OwedShape]
    next: NextShape | None
    because: BecauseShape | None


class TenantShape(Shape):
    """A tenant. Of a protected identity neither name nor contact point leaves Kvar."""

    id: str
    given_name: str | None
    family_name: str | None
    phone: str | None
    email: str | None
    language: str | None
    channel: Channel | None
    primary: bool
    protected_identity: bool
    deceased: bool
    organisation: bool
    represented: bool


class TenancyShape(Shape):
    """A tenancy. Where it is, is left out when anybody in it has a protected identity."""

    id: str
    kind: TenancyKind
    starts_on: date | None
    ended_on: date | None
    end_reason: EndReason | None
    address: str | None
    area: str | None
    municipality: str | None
    payment_method: PaymentMethod | None
    children_in_household: bool | None
    tenants: list[TenantShape]
    open_case_id: int | None
    owed: list[OwedShape]


class TouchpointMessage(Shape):
    """The message that an entry is about. `text` is null when the content has been erased."""

    id: str
    state: MessageState
    text: str | None
    template: str | None
    template_version: int | None
    parts: int | None


class TouchpointShape(Shape):
    """One entry of the log. `summary` says what happened, `because` why, `text` the words that are no message's."""

    id: int
    seq: int
    at: Moment
    kind: TouchpointKind
    channel: Channel | None
    direction: Direction | None
    actor: str
    summary: str
    text: str | None
    because: BecauseShape | None
    message: TouchpointMessage | None


class MessageShape(Shape):
    """A message. `to` is set on those that go out, `from` on those that come in."""

    id: str
    tenancy_id: str | None
    tenant_id: str | None
    direction: Direction
    channel: Channel
    message_class: MessageClass | None = Field(serialization_alias="class")
    state: MessageState
    to: str | None
    sender: str | None = Field(serialization_alias="from")
    text: str
    subject: str | None
    template: str | None
    template_version: int | None
    language: str | None
    parts: int | None
    because: BecauseShape | None
    created_at: Moment
    sent_at: Moment | None
    provider: str | None


class CallbackShape(Shape):
    """A call-back. `wished` is when the tenant wants the call, moved into opening hours; `wished_text` their words."""

    id: int
    tenancy_id: str
    case_id: int | None
    state: CallbackState
    wished: Moment | None
    wished_until: Moment | None
    wished_text: str | None
    due_by: Moment
    owner: str | None


class FieldProblem(Shape):
    """What is wrong with one field; `pointer` is a JSON pointer."""

    pointer: str
    detail: str


class InboxShape(Shape):
    """A received webhook event, without its content. `problems` says what is wrong with a rejected one."""

    id: int
    source: str
    event_id: str
    revision: int
    type: str
    state: InboxState
    tenancy_id: str | None
    invoice_id: str | None
    as_of: Moment | None
    received_at: Moment
    settled_at: Moment | None
    problems: list[FieldProblem]


class ProblemShape(Shape):
    """An RFC 9457 problem document. `errors` points at each field that is wrong."""

    type: str
    title: str
    status: int
    detail: str
    errors: list[FieldProblem] = []
