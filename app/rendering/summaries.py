"""What happened, in one sentence per entry of the log. Why it happened stands apart, in `rendering.reasons`."""

from collections.abc import Mapping
from typing import Final
from zoneinfo import ZoneInfo

from app.rendering.reasons import sentence
from app.vocabulary import Channel, ReasonCode, TouchpointKind

_CHANNELS: Final = {
    "sv": {Channel.SMS: ("ett SMS", "SMS:et"), Channel.EMAIL: ("ett e-brev", "E-brevet"), None: ("något", "Det")},
    "en": {Channel.SMS: ("an SMS", "The SMS"), Channel.EMAIL: ("an e-mail", "The e-mail"), None: ("something", "It")},
}
_MESSAGES: Final = {
    "sv": {
        "sent": "Kvar skickade {a}.",
        "cancelled": "{the} skickades inte.",
        "refused": "{the} kom inte fram.",
        "unknown": "{the} kan ha kommit fram; ingen vet.",
        "received": "Hyresgästen skrev {a}.",
    },
    "en": {
        "sent": "Kvar sent {a}.",
        "cancelled": "{the} was not sent.",
        "refused": "{the} did not arrive.",
        "unknown": "{the} may have arrived; nobody knows.",
        "received": "The tenant wrote {a}.",
    },
}
_ENTRIES: Final[Mapping[str, Mapping[TouchpointKind, str]]] = {
    "sv": {
        TouchpointKind.CALL: "Ett samtal antecknades.",
        TouchpointKind.VISIT: "Ett besök antecknades.",
        TouchpointKind.LETTER: "Ett brev antecknades.",
        TouchpointKind.PLAN: "Avbetalningsplanen ändrades.",
        TouchpointKind.CONSENT: "Samtycket ändrades.",
        TouchpointKind.HOLD: "En paus ändrades.",
        TouchpointKind.NOTE: "En anteckning skrevs.",
        TouchpointKind.SKIP: "Ett steg hoppades över.",
        TouchpointKind.WAIT: "Kvar väntar.",
        TouchpointKind.TASK: "En människa fick en uppgift.",
        TouchpointKind.CASE: "Ärendet ändrades.",
        TouchpointKind.PAYMENT: "En avi ändrades.",
        TouchpointKind.CALLBACK: "En återuppringning ändrades.",
        TouchpointKind.ALERT: "Personalen larmades.",
        TouchpointKind.LEGAL: "Ett rättsligt steg antecknades.",
        TouchpointKind.CONTACT_POINT: "En kontaktväg ändrades.",
        TouchpointKind.TENANCY: "Hyresavtalet ändrades.",
    },
    "en": {
        TouchpointKind.CALL: "A call was noted.",
        TouchpointKind.VISIT: "A visit was noted.",
        TouchpointKind.LETTER: "A letter was noted.",
        TouchpointKind.PLAN: "The payment plan changed.",
        TouchpointKind.CONSENT: "The consent changed.",
        TouchpointKind.HOLD: "A hold changed.",
        TouchpointKind.NOTE: "A note was written.",
        TouchpointKind.SKIP: "A step was passed over.",
        TouchpointKind.WAIT: "Kvar waits.",
        TouchpointKind.TASK: "A person was given a task.",
        TouchpointKind.CASE: "The case changed.",
        TouchpointKind.PAYMENT: "An invoice changed.",
        TouchpointKind.CALLBACK: "A call-back changed.",
        TouchpointKind.ALERT: "Staff were alerted.",
        TouchpointKind.LEGAL: "A legal step was noted.",
        TouchpointKind.CONTACT_POINT: "A way to reach the tenant changed.",
        TouchpointKind.TENANCY: "The tenancy changed.",
    },
}
_DONE: Final = {ReasonCode.WAIT_ENDED, ReasonCode.TASK_DONE}
_WHY: Final = {TouchpointKind.SKIP, TouchpointKind.WAIT, TouchpointKind.TASK}
"""Kinds whose code says why, not what; unless the code says that it is over."""
_ENDS: Final = {
    ReasonCode.PROVIDER_REFUSED: "refused",
    ReasonCode.OUTCOME_UNKNOWN: "unknown",
    ReasonCode.DELIVERY_UNRESOLVED: "unknown",
}


def summary(
    kind: TouchpointKind,
    code: ReasonCode | None,
    values: Mapping[str, str | int],
    *,
    channel: Channel | None,
    cancelled: bool,
    language: str,
    timezone: ZoneInfo,
) -> str:
    """One sentence about what happened. `cancelled`: the message that the entry is about was never sent."""
    if kind is TouchpointKind.REPLY:
        return _about_message("received", channel, language)
    if kind is TouchpointKind.MESSAGE:
        end = "cancelled" if cancelled else _ENDS.get(code, "sent") if code else "sent"
        return _about_message(end, channel, language)
    if code is None or (kind in _WHY and code not in _DONE):
        return _ENTRIES[language][kind]
    return sentence(code, values, language, timezone)


def _about_message(end: str, channel: Channel | None, language: str) -> str:
    a, the = _CHANNELS[language][channel]
    return _MESSAGES[language][end].format(a=a, the=the)
