"""What can go wrong and be told to whoever asked. `web/problems.py` turns these into RFC 9457 problem documents."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class FieldError:
    """One thing wrong with one field: `pointer` is an RFC 6901 JSON pointer, `detail` says what to do."""

    pointer: str
    detail: str


class AppError(Exception):
    """Something went wrong."""

    status: int = 500
    title: str = "Internal error"

    def __init__(self, detail: str | None = None, *, errors: Sequence[FieldError] = ()) -> None:
        self.detail = detail if detail is not None else (type(self).__doc__ or self.title)
        self.errors = tuple(errors)
        super().__init__(self.detail)


class Malformed(AppError):
    """The request could not be read."""

    status = 400
    title = "Malformed request"


class Unauthorised(AppError):
    """The request carries no valid proof of who sent it."""

    status = 401
    title = "Not authorised"


class Forbidden(AppError):
    """The key does not have the scope that this needs."""

    status = 403
    title = "Forbidden"


class NotFound(AppError):
    """There is no such thing here."""

    status = 404
    title = "Not found"


class Conflict(AppError):
    """The request contradicts what was received before."""

    status = 409
    title = "Conflict"


class TooLarge(AppError):
    """The body is larger than one request may carry."""

    status = 413
    title = "Too large"


class Invalid(AppError):
    """The request was understood but its content is wrong."""

    status = 422
    title = "Invalid content"


class Unavailable(AppError):
    """Kvar cannot take this right now; send it again."""

    status = 503
    title = "Unavailable"


class ConfigurationError(Exception):
    """A setting or a shipped file is wrong; the message names it and says what to change."""
