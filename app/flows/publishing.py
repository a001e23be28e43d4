"""What the company says, and when: the shipped texts and sequences become versions in the database at start-up.

A changed file becomes a new version, unless staff have published their own since: theirs stays. What is in force is
then read back from the database, so that every replica follows the same.
"""

import hashlib
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Final

from sqlmodel import Session

from app.errors import ConfigurationError
from app.policy.sequence_file import Sequence, parse_sequence
from app.rendering.texts import Text, Texts
from app.store import versions

SHIPPED_BY: Final = "kvar"


def shipped_sequences(folder: Path, templates: Collection[str]) -> dict[str, str]:
    """The TOML of each shipped sequence by its key. Raises ConfigurationError with every problem in every file."""
    sources, problems = {}, []
    for file in sorted(folder.glob("*.toml")):
        source = file.read_text(encoding="utf-8")
        try:
            sequence = parse_sequence(source, file.name, templates)
        except ConfigurationError as error:
            problems.append(str(error))
            continue
        if sequence.key != file.stem:
            problems.append(f"{file.name}: key: must be {file.stem!r}, like the file")
        sources[sequence.key] = source
    if problems:
        raise ConfigurationError("\n".join(problems))
    return sources


def publish_shipped(session: Session, texts: Iterable[Text], sequences: Mapping[str, str], now: datetime) -> None:
    """Make the shipped files versions in the database where they are new or changed."""
    held_texts = versions.newest_texts(session)
    for text in texts:
        identity = (text.key, text.language, text.channel)
        held = held_texts.get(identity)
        digest = _digest(text.source)
        if held is None or (held.published_by == SHIPPED_BY and held.digest != digest):
            version = held.version + 1 if held else 1
            versions.add_text(
                session, identity=identity, version=version, source=text.source, digest=digest, at=now, by=SHIPPED_BY
            )
    held_sequences = versions.newest_sequences(session)
    for key, source in sequences.items():
        current = held_sequences.get(key)
        digest = _digest(source)
        if current is None or (current.published_by == SHIPPED_BY and current.digest != digest):
            version = current.version + 1 if current else 1
            versions.add_sequence(
                session, key=key, version=version, source=source, digest=digest, at=now, by=SHIPPED_BY
            )


def texts_in_force(session: Session) -> Texts:
    """The published texts, compiled."""
    return Texts(
        Text(key=key, language=language, channel=channel, version=row.version, source=row.source)
        for (key, language, channel), row in versions.newest_texts(session).items()
    )


def sequences_in_force(session: Session) -> dict[str, Sequence]:
    """The published sequences by key."""
    templates = {key for key, _, _ in versions.newest_texts(session)}
    return {
        key: parse_sequence(row.source, f"{key} version {row.version}", templates)
        for key, row in versions.newest_sequences(session).items()
    }


def _digest(source: str) -> str:
    return hashlib.sha256(source.encode()).hexdigest()
