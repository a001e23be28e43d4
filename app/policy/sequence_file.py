"""A sequence as staff write it: TOML in, a frozen `Sequence` out, or errors that name file, step and field."""

import tomllib
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final, TypeVar

from app.errors import ConfigurationError
from app.policy.span import Span, parse_span
from app.vocabulary import AnchorKind, Channel, Condition, MessageClass, StepKind

Word = TypeVar("Word", bound=StrEnum)

_TOP: Final = {"key", "anchor", "class", "stop", "gap", "step"}
_STEP: Final = {
    "key",
    "kind",
    "after",
    "until",
    "template",
    "if_part_paid",
    "channel",
    "gentle",
    "attempts",
    "spacing",
    "if_not_reached",
    "when",
}


ONE_BANK_DAY: Final = Span(1, bank=True)


class StopRule(StrEnum):
    """When a sequence has nothing more to do. Each sequence names its own."""

    NOTHING_CHASEABLE = "nothing_chaseable"
    TENANCY_ENDED = "tenancy_ended"
    NOT_CROSSED = "not_crossed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One entry. `after` and `until` count from the anchor; `template` is for messages, `if_not_reached` for calls."""

    key: str
    kind: StepKind
    after: Span
    until: Span | None = None
    template: str | None = None
    if_part_paid: str | None = None
    channel: Channel | None = None
    gentle: bool = False
    attempts: int = 1
    spacing: Span = ONE_BANK_DAY
    if_not_reached: str | None = None
    when: tuple[Condition, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Sequence:
    """A published contact plan. `gap` lies between the steps of a run."""

    key: str
    anchor: AnchorKind
    message_class: MessageClass
    stop: StopRule
    gap: Span
    steps: tuple[Step, ...]

    @property
    def is_arrears(self) -> bool:
        return self.stop is StopRule.NOTHING_CHASEABLE

    @property
    def review(self) -> Step | None:
        """The step at which automation ends and a person looks."""
        return next((s for s in self.steps if s.kind is StepKind.REVIEW), None)


def parse_sequence(text: str, file: str, templates: Collection[str]) -> Sequence:
    """Read one sequence. Raises ConfigurationError with every problem found, a line each; `file` is named in them."""
    try:
        raw = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigurationError(f"{file}: not valid TOML: {error}") from None
    reader = _Reader(file, templates)
    sequence = reader.sequence(raw)
    if reader.problems or sequence is None:
        raise ConfigurationError("\n".join(reader.problems))
    return sequence


class _Reader:
    """Collects problems instead of stopping at the first."""

    def __init__(self, file: str, templates: Collection[str]) -> None:
        self.file = file
        self.templates = templates
        self.problems: list[str] = []

    def sequence(self, raw: Mapping[str, Any]) -> Sequence | None:
        where = self.file
        self._known(raw, _TOP, where)
        key = self._text(raw, "key", where)
        anchor = self._word(raw, "anchor", AnchorKind, where)
        message_class = self._word(raw, "class", MessageClass, where)
        stop = self._word(raw, "stop", StopRule, where)
        gap = self._span(raw, "gap", where, default="2 bank days")
        entries = raw.get("step")
        if not isinstance(entries, list) or not entries:
            self.problems.append(f"{where}: step: write at least one [[step]]")
            entries = []
        steps = tuple(s for n, entry in enumerate(entries, start=1) if (s := self._step(entry, n)))
        if steps and len(steps) == len(entries):
            self._whole(steps, stop)
        if self.problems or anchor is None or message_class is None or stop is None or gap is None:
            return None
        return Sequence(key=key, anchor=anchor, message_class=message_class, stop=stop, gap=gap, steps=steps)

    def _step(self, raw: Any, number: int) -> Step | None:
        if not isinstance(raw, dict):
            self.problems.append(f"{self.file}: step {number}: write it as [[step]]")
            return None
        where = f"{self.file}: step {number}" + (f" ({raw['key']})" if isinstance(raw.get("key"), str) else "")
        self._known(raw, _STEP, where)
        kind = self._word(raw, "kind", StepKind, where)
        after = self._span(raw, "after", where)
        spacing = self._span(raw, "spacing", where, default="1 bank day")
        until = self._span(raw, "until", where) if "until" in raw else None
        channel = self._word(raw, "channel", Channel, where) if "channel" in raw else None
        step = {name: self._template(raw, name, where) for name in ("template", "if_part_paid", "if_not_reached")}
        self._fits(raw, kind, where)
        when = self._when(raw, where)
        key, attempts, gentle = (
            self._text(raw, "key", where),
            self._attempts(raw, where),
            self._flag(raw, "gentle", where),
        )
        if kind is None or after is None or spacing is None:
            return None
        return Step(
            key=key,
            kind=kind,
            after=after,
            until=until,
            channel=channel,
            spacing=spacing,
            when=when,
            gentle=gentle,
            attempts=attempts,
            **step,
        )

    def _whole(self, steps: tuple[Step, ...], stop: StopRule | None) -> None:
        seen: set[str] = set()
        for step in steps:
            if step.key in seen:
                self.problems.append(f"{self.file}: step {step.key}: key: used twice; keys are never reused")
            seen.add(step.key)
        if stop is not StopRule.NOTHING_CHASEABLE:
            return
        if steps[-1].kind is not StepKind.REVIEW:
            self.problems.append(f"{self.file}: step: the last step must be a review, so that a person takes over")
        messages = [s for s in steps if s.kind is StepKind.MESSAGE]
        if messages and not messages[0].gentle:
            self.problems.append(
                f"{self.file}: step {messages[0].key}: gentle: the first message must be gentle = true"
            )

    def _fits(self, raw: Mapping[str, Any], kind: StepKind | None, where: str) -> None:
        if kind is StepKind.MESSAGE and "template" not in raw:
            self.problems.append(f"{where}: template: a message needs one")
        only = {
            "template": StepKind.MESSAGE,
            "if_part_paid": StepKind.MESSAGE,
            "channel": StepKind.MESSAGE,
            "attempts": StepKind.CALL,
            "spacing": StepKind.CALL,
            "if_not_reached": StepKind.CALL,
        }
        for name, owner in only.items():
            if kind is not None and name in raw and kind is not owner:
                self.problems.append(f"{where}: {name}: belongs to a step of kind {owner}, not {kind}")

    def _when(self, raw: Mapping[str, Any], where: str) -> tuple[Condition, ...]:
        names = raw.get("when", [])
        if not isinstance(names, list):
            self.problems.append(f'{where}: when: write a list, such as ["not_answered"]')
            return ()
        known = [self._word({"when": name}, "when", Condition, where) for name in names]
        return tuple(c for c in known if c is not None)

    def _attempts(self, raw: Mapping[str, Any], where: str) -> int:
        value = raw.get("attempts", 1)
        if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= 5:
            self.problems.append(f"{where}: attempts: write a whole number from 1 to 5")
            return 1
        return value

    def _flag(self, raw: Mapping[str, Any], name: str, where: str) -> bool:
        value = raw.get(name, False)
        if not isinstance(value, bool):
            self.problems.append(f"{where}: {name}: write true or false")
            return False
        return value

    def _template(self, raw: Mapping[str, Any], name: str, where: str) -> str | None:
        value = raw.get(name)
        if value is None:
            return None
        if not isinstance(value, str) or value not in self.templates:
            self.problems.append(
                f"{where}: {name}: there is no template {value!r}; there is {', '.join(sorted(self.templates))}"
            )
            return None
        return value

    def _text(self, raw: Mapping[str, Any], name: str, where: str) -> str:
        value = raw.get(name)
        if not isinstance(value, str) or not value.replace("_", "").isalnum() or not value.isascii():
            self.problems.append(f"{where}: {name}: write a name of letters, digits and underscores")
            return ""
        return value

    def _word(self, raw: Mapping[str, Any], name: str, words: type[Word], where: str) -> Word | None:
        if name not in raw:
            self.problems.append(f"{where}: {name}: missing; write one of {', '.join(words)}")
            return None
        value = raw[name]
        if value not in [str(w) for w in words]:
            self.problems.append(f"{where}: {name}: {value!r} is not one of {', '.join(words)}")
            return None
        return words(value)

    def _span(self, raw: Mapping[str, Any], name: str, where: str, default: str | None = None) -> Span | None:
        value = raw.get(name, default)
        if value is None:
            self.problems.append(f'{where}: {name}: missing; write a length of time, as "4 days" or "2 bank days"')
            return None
        try:
            return parse_span(value if isinstance(value, str) else repr(value))
        except ValueError as error:
            self.problems.append(f"{where}: {name}: {error}")
            return None

    def _known(self, raw: Mapping[str, Any], names: Collection[str], where: str) -> None:
        for name in sorted(set(raw) - set(names)):
            self.problems.append(f"{where}: {name}: not a field here; there is {', '.join(sorted(names))}")
