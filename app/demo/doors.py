"""Kvar from outside: the simulator's doors for those who act, the API for those who read. HTTP and nothing else."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

import httpx

_PAGE: Final = 200
_OPEN: Final = frozenset({"open", "taken"})


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of a tenancy's log, as the API tells it."""

    id: int
    seq: int
    at: datetime
    kind: str
    actor: str
    direction: str | None
    channel: str | None
    summary: str
    code: str | None
    why: str | None
    text: str | None
    state: str | None
    template: str | None

    @property
    def sent(self) -> bool:
        """A message of ours that left."""
        return self.kind == "message" and self.direction == "out" and self.state in {"sent", "delivered"}

    @property
    def in_arrears(self) -> bool:
        """A message about late rent that left."""
        return self.sent and self.template in {"not_seen_yet", "part_missing", "still_missing"}


class Doors:
    """Every way into a running demo. Raises httpx.HTTPStatusError when a door says no."""

    def __init__(self, url: str, key: str) -> None:
        self._http = httpx.Client(base_url=url, timeout=60, trust_env=False)
        self._key = {"Authorization": f"Bearer {key}"}

    def close(self) -> None:
        self._http.close()

    def move_to(self, at: datetime) -> None:
        self._order("clock", to=at.astimezone(UTC).isoformat())

    def write(self, phone: str, text: str) -> None:
        self._order("messages", **{"from": phone, "text": text})

    def rent(self, do: str, **more: object) -> None:
        self._order("rent", do=do, **more)

    def call(self, tenancy_id: str, *, reached: bool) -> None:
        """Phone a tenant: for their call-back when they asked for one, else for the contact plan."""
        asked = self.callbacks(tenancy_id, open_only=True)
        if asked:
            self._order(f"callbacks/{asked[0]['id']}", do="done" if reached else "no_answer")
        else:
            self._order("calls", tenancy=tenancy_id, outcome="reached" if reached else "no_answer")

    def callbacks(self, tenancy_id: str | None = None, *, open_only: bool = False) -> list[dict[str, Any]]:
        asked = {"tenancy_id": tenancy_id} if tenancy_id else {}
        found = list(self._pages("/api/v1/callbacks", **asked))
        return [one for one in found if not open_only or one["state"] in _OPEN]

    def cases(self, state: str) -> list[dict[str, Any]]:
        return list(self._pages("/api/v1/cases", state=state))

    def messages(self) -> list[dict[str, Any]]:
        return list(self._pages("/api/v1/messages"))

    def staff_messages(self, language: str, known: set[str]) -> list[Entry]:
        """SMS to staff that are not among the `known` ids yet, oldest first; they become known."""
        found = []
        for item in self._pages("/api/v1/messages", language=language):
            if item["id"] in known:
                break
            known.add(item["id"])
            if item["class"] == "alert" and item["channel"] == "sms":
                found.append(_alert(item))
        return found[::-1]

    def log(self, tenancy_id: str, language: str, after: int = 0) -> list[Entry]:
        """A tenancy's entries with a sequence number above `after`, oldest first. Nothing for an unknown tenancy."""
        found: list[Entry] = []
        try:
            for item in self._pages(f"/api/v1/tenancies/{tenancy_id}/touchpoints", language=language):
                if item["seq"] <= after:
                    break
                found.append(_entry(item))
        except httpx.HTTPStatusError as error:
            if error.response.status_code != httpx.codes.NOT_FOUND:
                raise
        return found[::-1]

    def _order(self, door: str, **fields: object) -> None:
        self._http.post(f"/simulator/{door}", json=fields).raise_for_status()

    def _pages(self, path: str, **asked: str) -> Iterator[dict[str, Any]]:
        cursor: dict[str, str] = {}
        while True:
            answer = self._http.get(path, params={"limit": str(_PAGE)} | asked | cursor, headers=self._key)
            page = answer.raise_for_status().json()
            yield from page["items"]
            if not page["next_cursor"]:
                return
            cursor = {"cursor": page["next_cursor"]}


def _alert(item: dict[str, Any]) -> Entry:
    """A message to staff, as an entry of nobody's log."""
    return Entry(
        id=0,
        seq=0,
        at=datetime.fromisoformat(item["created_at"]),
        kind="message",
        actor="kvar",
        direction="out",
        channel=item["channel"],
        summary="",
        code=None,
        why=None,
        text=item["text"],
        state=item["state"],
        template=item["template"],
    )


def _entry(item: dict[str, Any]) -> Entry:
    message, why = item["message"] or {}, item["because"] or {}
    return Entry(
        id=item["id"],
        seq=item["seq"],
        at=datetime.fromisoformat(item["at"]),
        kind=item["kind"],
        actor=item["actor"],
        direction=item["direction"],
        channel=item["channel"],
        summary=item["summary"],
        code=why.get("code"),
        why=why.get("text"),
        text=message.get("text") or item["text"],
        state=message.get("state"),
        template=message.get("template"),
    )
