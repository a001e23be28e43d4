"""What the simulator's doors take, from a form on the page or as JSON."""

from datetime import datetime, timedelta
from typing import Annotated, Any, Final, Literal, TypeVar

from fastapi import Request
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints, ValidationError, model_validator

from app.errors import Invalid, Malformed, TooLarge
from app.web.problems import field_errors

_MOST_BYTES: Final = 20_000
_STEPS: Final = {"1 hour": timedelta(hours=1), "1 day": timedelta(days=1)}
_Line = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=64)]


class _Sent(BaseModel):
    model_config = ConfigDict(extra="forbid", populate_by_name=True)

    back: str = ""
    """Where the page was: the form is answered with a redirect there."""


class SentMessage(_Sent):
    """An SMS from a tenant's phone. With an `id` it is stored once, however often it is sent."""

    sender: Annotated[_Line, Field(alias="from")]
    text: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=1600)]
    id: _Line | None = None


class MovedClock(_Sent):
    """`advance` by a step, or `to` a moment ahead, at most two months."""

    advance: Literal["1 hour", "1 day"] | None = None
    to: AwareDatetime | None = None

    @model_validator(mode="after")
    def _one_of_them(self) -> "MovedClock":
        if (self.advance is None) == (self.to is None):
            raise ValueError("say either advance or to")
        return self

    def target(self, now: datetime) -> datetime:
        return self.to if self.to is not None else now + _STEPS[self.advance or "1 hour"]


class RentOrder(_Sent):
    """What the rent system does. Payments need an `invoice`; `amount` in minor units, by default all that remains."""

    do: Literal["pay", "pay_part", "miss", "silence", "resume"]
    invoice: _Line | None = None
    amount: Annotated[int, Field(gt=0)] | None = None
    paid_on: Annotated[str, StringConstraints(pattern=r"^\d{4}-\d{2}-\d{2}$")] | None = None


class CallbackOrder(_Sent):
    do: Literal["take", "done", "no_answer"]


class MadeCall(_Sent):
    """A call that the contact plan asked for."""

    tenancy: _Line
    outcome: Literal["reached", "no_answer", "wrong_number"]


class Plain(_Sent):
    """An order that needs no more than where it came from."""


_Model = TypeVar("_Model", bound=_Sent)


async def body(request: Request) -> dict[str, Any]:
    """The fields of the request: of a JSON object or of a form."""
    if int(request.headers.get("content-length") or 0) > _MOST_BYTES:
        raise TooLarge
    if not wants_json(request):
        return dict(await request.form())
    try:
        fields = await request.json()
    except ValueError as error:
        raise Malformed("The body is not valid JSON.") from error
    if not isinstance(fields, dict):
        raise Malformed("The body must be a JSON object.")
    return fields


def wants_json(request: Request) -> bool:
    return request.headers.get("content-type", "").startswith("application/json")


def parse(model: type[_Model], fields: dict[str, Any]) -> _Model:
    """The fields as `model`. Raises Invalid, pointing at each wrong one."""
    try:
        return model.model_validate(fields)
    except ValidationError as error:
        raise Invalid(errors=field_errors(error.errors())) from error
