"""The texts that ship with Kvar: `templates/messages/<key>/<language>.sms.txt`, `<language>.email.md`, `about.toml`."""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from app.errors import ConfigurationError
from app.rendering.texts import Text, compile_any
from app.rendering.variables import LIMITS, REQUIRED_EVERYWHERE
from app.vocabulary import Channel, MessageClass

_KEY = re.compile(r"[a-z][a-z0-9_]{1,63}")
_FILE = re.compile(r"([a-z]{2,3})\.(sms\.txt|email\.md)")
_CHANNELS = {"sms.txt": Channel.SMS, "email.md": Channel.EMAIL}
_ABOUT = "about.toml"
_FIELDS = {"class", "purpose", "title", "variables", "reviewed"}


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """What a text is for. `reviewed` names, by language, who has read it; a language not in it is a draft."""

    key: str
    message_class: MessageClass
    purpose: str
    title: Mapping[str, str]
    variables: frozenset[str]
    reviewed: Mapping[str, str]


def shipped_about(folder: Path) -> dict[str, About]:
    """What is said about every text in `folder`, by key. Raises ConfigurationError naming file and field."""
    if not folder.is_dir():
        raise ConfigurationError(f"{folder}: there is no such folder; it should hold the message texts")
    return {path.name: _about(path) for path in sorted(folder.iterdir()) if path.is_dir()}


def shipped_texts(folder: Path) -> list[Text]:
    """Every reviewed text in `folder`, checked, as version 0. Drafts are checked too, and left out.

    Raises ConfigurationError naming the file and what is wrong in it.
    """
    return [text for about in shipped_about(folder).values() for text in _texts(folder / about.key, about)]


def _texts(folder: Path, about: About) -> list[Text]:
    texts = []
    for path in sorted(folder.iterdir()):
        if path.name == _ABOUT:
            continue
        match = _FILE.fullmatch(path.name)
        if match is None:
            raise ConfigurationError(f"{_short(path)}: name it <language>.sms.txt or <language>.email.md")
        text = Text(
            key=about.key,
            language=match[1],
            channel=_CHANNELS[match[2]],
            version=0,
            source=_read(path),
        )
        undeclared = sorted(compile_any(text).variables - about.variables - REQUIRED_EVERYWHERE)
        if undeclared:
            raise ConfigurationError(f"{_short(path)}: uses {undeclared[0]!r}, which {_ABOUT} does not list")
        texts.append(text)
    _check_complete(folder, about, texts)
    return [text for text in texts if text.language in about.reviewed]


def _check_complete(folder: Path, about: About, texts: list[Text]) -> None:
    """A language that is reviewed has every channel that the text has."""
    found = {(text.language, text.channel) for text in texts}
    for channel in sorted({channel for _, channel in found}):
        for language in sorted(about.reviewed):
            if (language, channel) not in found:
                ending = next(name for name, held in _CHANNELS.items() if held is channel)
                file = f"{folder.name}/{language}.{ending}"
                raise ConfigurationError(f"{file}: is missing, but {language} is reviewed")
    if not texts:
        raise ConfigurationError(f"{folder.name}: holds no text")


def _about(folder: Path) -> About:
    path = folder / _ABOUT
    where = _short(path)
    if not _KEY.fullmatch(folder.name):
        raise ConfigurationError(f"{folder.name}: a key is small letters, digits and _, at most 64")
    try:
        raw = tomllib.loads(_read(path))
    except tomllib.TOMLDecodeError as error:
        raise ConfigurationError(f"{where}: {error}") from error
    odd = sorted(raw.keys() ^ _FIELDS)
    if odd:
        raise ConfigurationError(f"{where}: {odd[0]!r} is {'missing' if odd[0] in _FIELDS else 'not a field'}")
    if raw["class"] not in set(MessageClass):
        raise ConfigurationError(f"{where}: class must be one of {', '.join(MessageClass)}")
    names = raw["variables"]
    if not isinstance(names, list) or not all(name in LIMITS for name in names):
        raise ConfigurationError(f"{where}: variables must be a list of {', '.join(sorted(LIMITS))}")
    return About(
        key=folder.name,
        message_class=MessageClass(raw["class"]),
        purpose=_sentence(raw["purpose"], f"{where}: purpose"),
        title=_by_language(raw["title"], f"{where}: title"),
        variables=frozenset(names),
        reviewed=_by_language(raw["reviewed"], f"{where}: reviewed"),
    )


def _by_language(value: Any, where: str) -> dict[str, str]:
    if not isinstance(value, dict):
        raise ConfigurationError(f'{where} must be a table such as {{ sv = "…", en = "…" }}')
    return {language: _sentence(text, f"{where}.{language}") for language, text in value.items()}


def _sentence(value: Any, where: str) -> str:
    if not isinstance(value, str) or not value.strip():
        raise ConfigurationError(f"{where} must be words")
    return value.strip()


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigurationError(f"{_short(path)}: cannot be read: {error}") from error


def _short(path: Path) -> str:
    """The end of a path that tells the file apart: `not_seen_yet/sv.sms.txt`."""
    return "/".join(path.parts[-2:])
