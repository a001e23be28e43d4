"""Standard Webhooks signatures, guarded: the PyPI package's verifier raises foreign exceptions on malformed headers."""

import re
from collections.abc import Mapping, Sequence
from typing import Final

from standardwebhooks import Webhook, WebhookVerificationError

from app.errors import ConfigurationError, Malformed, Unauthorised
from app.flows.rent_reading import EVENT_ID

_TIMESTAMP: Final = re.compile(r"[0-9]{1,12}")
_SIGNATURE: Final = re.compile(r"v1,[A-Za-z0-9+/]{43}=")
_MOST_SIGNATURES: Final = 20


class BadSignature(Unauthorised):
    """The signature is missing, wrong, or older than five minutes. Sign as standardwebhooks.com says."""


class BadId(Malformed):
    """The header webhook-id must be 1 to 200 printable ASCII characters without space."""


class BadEncoding(Malformed):
    """The body is not UTF-8."""


class Verifier:
    """Knows the secrets; any of them verifies. The five minutes are counted on the real clock, also in the demo."""

    def __init__(self, secrets: Sequence[str]) -> None:
        self._hooks = tuple(_hook(number, secret) for number, secret in enumerate(secrets, start=1))

    def __bool__(self) -> bool:
        return bool(self._hooks)

    def verify(self, headers: Mapping[str, str], body: bytes) -> str:
        """The event's id. Raises BadSignature, BadId or BadEncoding."""
        event_id, timestamp = headers.get("webhook-id", ""), headers.get("webhook-timestamp", "")
        signatures = [s for s in headers.get("webhook-signature", "").split(" ") if _SIGNATURE.fullmatch(s)]
        if not event_id or not signatures or not _TIMESTAMP.fullmatch(timestamp):
            raise BadSignature
        if not EVENT_ID.fullmatch(event_id):
            raise BadId
        clean = {
            "webhook-id": event_id,
            "webhook-timestamp": timestamp,
            "webhook-signature": " ".join(signatures[:_MOST_SIGNATURES]),
        }
        if not any(_verifies(hook, body, clean) for hook in self._hooks):
            raise BadSignature
        return event_id


def _hook(number: int, secret: str) -> Webhook:
    try:
        return Webhook(secret)
    except ValueError as error:
        raise ConfigurationError(f"KVAR_RENT_WEBHOOK_SECRETS: secret {number} is not base64 after whsec_") from error


def _verifies(hook: Webhook, body: bytes, headers: dict[str, str]) -> bool:
    try:
        hook.verify(body, headers, json_parse=False)
    except WebhookVerificationError:
        return False
    except UnicodeDecodeError as error:
        raise BadEncoding from error
    return True
