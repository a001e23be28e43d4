"""Published versions of sequences and texts: only ever added."""

from datetime import datetime

from sqlmodel import Session, col, select

from app.models import SequenceVersion, TemplateVersion
from app.store.engine import insert_new
from app.vocabulary import Channel


def newest_sequences(session: Session) -> dict[str, SequenceVersion]:
    """The version in force of each sequence, by key."""
    rows = session.exec(select(SequenceVersion).order_by(col(SequenceVersion.version)))
    return {row.key: row for row in rows}


def newest_texts(session: Session) -> dict[tuple[str, str, Channel], TemplateVersion]:
    """The version in force of each text, by key, language and channel."""
    rows = session.exec(select(TemplateVersion).order_by(col(TemplateVersion.version)))
    return {(row.key, row.language, row.channel): row for row in rows}


def add_sequence(session: Session, *, key: str, version: int, source: str, digest: str, at: datetime, by: str) -> None:
    """Add a version, unless another replica has just added it."""
    row = {"key": key, "version": version, "source": source, "digest": digest, "published_at": at, "published_by": by}
    insert_new(session, SequenceVersion, [row])


def add_text(
    session: Session,
    *,
    identity: tuple[str, str, Channel],
    version: int,
    source: str,
    digest: str,
    at: datetime,
    by: str,
) -> None:
    """Add a version, unless another replica has just added it."""
    key, language, channel = identity
    row = {
        "key": key,
        "language": language,
        "channel": channel,
        "version": version,
        "source": source,
        "digest": digest,
        "published_at": at,
        "published_by": by,
    }
    insert_new(session, TemplateVersion, [row])
