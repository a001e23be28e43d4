"""API keys. A key is 256 random bits, shown once, and kept as its SHA-256. Whoever presents it is found by that digest.

The look-up needs no constant-time comparison: what is compared is a digest of the input, so that timing tells a guesser
nothing about any digest nearer to the right one; and no slow hash, because nobody can try 2^256 keys.
"""

import hashlib
import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from app.errors import Conflict, Invalid, NotFound
from app.models import ApiKey
from app.store import keys
from app.vocabulary import KeyScope

_ORDER = (KeyScope.READ, KeyScope.WRITE, KeyScope.ADMIN)
_FORM = re.compile(r"kvar_[A-Za-z0-9_-]{43}")


@dataclass(frozen=True, slots=True)
class Caller:
    """Who calls the API: a key that is in force."""

    id: int
    name: str
    scope: KeyScope

    def may(self, scope: KeyScope) -> bool:
        """Whether the key reaches `scope`: read < write < admin."""
        return _ORDER.index(self.scope) >= _ORDER.index(scope)


def create_key(session: Session, name: str, scope: KeyScope, now: datetime) -> str:
    """Make a key and return it, the only time it can be seen. Raises Invalid or Conflict about the name."""
    if not (0 < len(name) <= 100 and name.isprintable() and name == name.strip()):
        raise Invalid("The name of a key is 1 to 100 printable characters, without spaces around it.")
    key = f"kvar_{secrets.token_urlsafe(32)}"
    if not keys.add(session, name=name, scope=scope, digest=_digest(key), now=now):
        raise Conflict(f"There is, or was, a key named {name}. Names are not used twice: choose another.")
    return key


def list_keys(session: Session) -> Sequence[ApiKey]:
    """All keys, revoked ones too, by name."""
    return keys.everyone(session)


def revoke_key(session: Session, name: str, now: datetime) -> None:
    """End a key at once. Raises NotFound for an unknown name, Conflict when it has ended already."""
    if keys.revoke(session, name, now):
        return
    known = keys.by_name(session, name)
    if known is None:
        raise NotFound(f"There is no key named {name}. `kvar keys list` shows them all.")
    raise Conflict(f"The key {name} was revoked already.")


def recognise(session: Session, key: str) -> Caller | None:
    """Who presents this key; None when it is not one of ours, or revoked."""
    if not _FORM.fullmatch(key):
        return None
    found = keys.by_digest(session, _digest(key))
    return Caller(found.id or 0, found.name, found.scope) if found else None


def _digest(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()
