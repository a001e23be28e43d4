"""How the touchpoint log is chained: the same bytes, and so the same hashes, on every database.

An entry's hash covers every column that has a value (so that a column added later leaves old hashes alone) and the hash
of the entry before it. What was said is hashed apart, with a salt: it can be erased, and cannot be guessed back.
"""

import hashlib
import json
from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any


def canonical(value: Mapping[str, Any]) -> bytes:
    """JSON with sorted keys, no spaces, UTF-8; moments in UTC with microseconds. Naive moments raise ValueError."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, default=_plain).encode()


def genesis(tenancy_id: str) -> str:
    """What stands as the previous hash of a tenancy's first entry."""
    return hashlib.sha256(b"kvar/touchpoint/1\n" + tenancy_id.encode()).hexdigest()


def content_hash(salt: str, text: str | None, values: Mapping[str, Any] | None) -> str:
    """SHA-256 over the salt (64 hex digits, as ASCII) and the content."""
    return hashlib.sha256(salt.encode() + canonical({"text": text, "values": values})).hexdigest()


def entry_hash(columns: Mapping[str, Any]) -> str:
    """SHA-256 over an entry: every column but its `id` and its `hash`, empty ones left out."""
    covered = {k: v for k, v in columns.items() if k not in {"id", "hash"} and v is not None}
    return hashlib.sha256(canonical(covered)).hexdigest()


def _plain(value: object) -> str:
    if isinstance(value, datetime):
        if value.tzinfo is None:
            raise ValueError(f"a moment without a time zone: {value!r}")
        return value.astimezone(UTC).isoformat(timespec="microseconds")
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"not for the log: {type(value).__name__}")
