"""Every published text, compiled once; rendering one is filling in plain strings."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from app.errors import ConfigurationError
from app.policy.segments import count, plain
from app.rendering.email import Email, compile_email
from app.rendering.sandbox import MAX_RENDERED, Compiled, compile_text
from app.rendering.variables import LIMITS, clean
from app.vocabulary import Channel


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """One version of one text. `source` is the file as written; an e-mail begins with its `Subject:` line."""

    key: str
    language: str
    channel: Channel
    version: int
    source: str

    @property
    def where(self) -> str:
        """The file it is kept in, for error messages."""
        return f"{self.key}/{self.language}.{'sms.txt' if self.channel is Channel.SMS else 'email.md'}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rendered:
    """What leaves. `subject` and `html` for e-mail only, `encoding` and `parts` for SMS only."""

    template: str
    version: int
    language: str
    channel: Channel
    body: str
    subject: str | None = None
    html: str | None = None
    encoding: str | None = None
    parts: int | None = None


_TYPOGRAPHY = str.maketrans("‘’“”–—", "''\"\"--")
"""Signs that a word processor puts in and that would make an SMS twice as long."""


class Texts:
    """The texts in force. Raises ConfigurationError, naming file and variable, for any that is not safe to use."""

    def __init__(self, texts: Iterable[Text]) -> None:
        self._compiled: dict[tuple[str, str, Channel], tuple[Text, Compiled | Email]] = {}
        for text in texts:
            slot = (text.key, text.language, text.channel)
            held = self._compiled.get(slot)
            if held is None or held[0].version <= text.version:
                self._compiled[slot] = (text, compile_any(text))

    def has(self, key: str, language: str, channel: Channel) -> bool:
        return (key, language, channel) in self._compiled

    def languages(self, key: str) -> frozenset[str]:
        """The languages that a text exists in, on any channel."""
        return frozenset(language for held, language, _ in self._compiled if held == key)

    def render(self, key: str, language: str, channel: Channel, variables: Mapping[str, str]) -> Rendered:
        """Fill in a text. Values are made into one line each and cut to their limit.

        Raises ConfigurationError when there is no such text, or it needs a variable that has no value.
        """
        held = self._compiled.get((key, language, channel))
        if held is None:
            raise ConfigurationError(f"there is no text {key!r} in {language!r} for {channel.value}")
        text, compiled = held
        values = {name: clean(value, LIMITS[name]) for name, value in variables.items() if name in LIMITS}
        missing = sorted(name for name in compiled.variables if not values.get(name))
        if missing:
            raise ConfigurationError(f"{text.where}: the variable {missing[0]!r} has no value")
        if isinstance(compiled, Compiled):
            return _sms(text, compiled, values)
        subject, body, html = compiled.fill(values)
        return Rendered(
            template=key,
            version=text.version,
            language=language,
            channel=channel,
            subject=subject,
            body=body,
            html=html,
        )


def compile_any(text: Text) -> Compiled | Email:
    """Check and compile one text for its channel."""
    if text.channel is Channel.SMS:
        return compile_text(text.source, channel=Channel.SMS, where=text.where)
    return compile_email(text.source, language=text.language, where=text.where)


def _sms(text: Text, compiled: Compiled, values: Mapping[str, str]) -> Rendered:
    body = plain(compiled.fill(values)).translate(_TYPOGRAPHY).strip()
    if len(body) > MAX_RENDERED[Channel.SMS]:
        raise ConfigurationError(f"{text.where}: becomes longer than {MAX_RENDERED[Channel.SMS]} characters")
    segments = count(body)
    return Rendered(
        template=text.key,
        version=text.version,
        language=text.language,
        channel=text.channel,
        body=body,
        encoding=segments.encoding,
        parts=segments.parts,
    )
