"""Verify the touchpoint log: every chain is walked from its first entry, and each hash is made again.

Found and named: changed words, values or salts; a changed column; entries removed, moved or put in; a link that leads
elsewhere. Erased content is allowed, and counted. What no chain can show by itself is that its last entries, or all of
them, are gone, or that somebody made every hash anew: for that the chain heads must also be kept somewhere else.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import groupby
from typing import Any

from sqlmodel import Session

from app.policy.chain import content_hash, entry_hash, genesis
from app.store import touchpoints
from app.store.touchpoints import Raw


class Fault(StrEnum):
    """What can be wrong with an entry."""

    CONTENT_CHANGED = "content changed"
    ENTRY_CHANGED = "entry changed"
    MISSING = "entry missing"
    MOVED = "entry moved"
    LINK_BROKEN = "link broken"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing wrong at one place of one chain."""

    tenancy_id: str
    seq: int
    fault: Fault
    detail: str

    def __str__(self) -> str:
        return f"{self.tenancy_id} {self.seq}: {self.fault}: {self.detail}"


@dataclass(slots=True)
class Audit:
    """What was looked at and what was found. `intact` when nothing is wrong."""

    tenancies: int = 0
    entries: int = 0
    erased: int = 0
    findings: list[Finding] = field(default_factory=list)

    @property
    def intact(self) -> bool:
        return not self.findings


def verify(session: Session) -> Audit:
    """Walk every chain, one tenancy in memory at a time."""
    audit = Audit()
    rows = touchpoints.everything(session)
    for tenancy_id, chain in groupby(rows, key=lambda entry: str(entry.columns["tenancy_id"])):
        entries = list(chain)
        audit.tenancies += 1
        audit.entries += len(entries)
        audit.erased += sum(entry.content is None for entry in entries)
        audit.findings.extend(_faults(tenancy_id, entries))
    return audit


def _faults(tenancy_id: str, entries: Sequence[Raw]) -> Iterator[Finding]:
    known = {genesis(tenancy_id): 0} | {entry.columns["hash"]: _seq(entry) for entry in entries}
    previous, last = genesis(tenancy_id), 0
    for entry in entries:
        seq, link = _seq(entry), entry.columns["previous_hash"]
        if seq > last + 1:
            yield Finding(tenancy_id, last + 1, Fault.MISSING, f"{seq - last - 1} removed; next is {seq}")
        elif link != previous:
            yield _link(tenancy_id, seq, known.get(link))
        if entry.columns["hash"] != entry_hash(entry.columns):
            yield Finding(tenancy_id, seq, Fault.ENTRY_CHANGED, "a column has another value than when it was written")
        if entry.content is not None and entry.columns["content_hash"] != _content_hash(*entry.content):
            yield Finding(tenancy_id, seq, Fault.CONTENT_CHANGED, "the words or values are not those that were written")
        previous, last = entry.columns["hash"], seq


def _link(tenancy_id: str, seq: int, follows: int | None) -> Finding:
    """The entry does not follow the one before it: it belongs elsewhere in the chain, or nowhere."""
    if follows is None:
        return Finding(tenancy_id, seq, Fault.LINK_BROKEN, "the entry before it is not the one it was written after")
    place = f"after what is now entry {follows}" if follows else "as the first entry"
    return Finding(tenancy_id, seq, Fault.MOVED, f"it was written {place}")


def _seq(entry: Raw) -> int:
    """Its place; nought when somebody wrote something else than a number there."""
    seq = entry.columns["seq"]
    return seq if isinstance(seq, int) else 0


def _content_hash(text: Any, values: Any, salt: Any) -> str:
    return content_hash(str(salt), text, values)
