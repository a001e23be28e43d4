"""The shipped texts and sequences: an edited file must still say what Kvar can send."""

from collections.abc import Iterator
from pathlib import Path

from app.errors import ConfigurationError
from app.flows.doctor.finding import Finding
from app.policy.sequence_file import parse_sequence
from app.rendering.shipped import shipped_texts


def templates(folder: Path) -> Iterator[Finding]:
    """What is wrong in `folder`/messages and `folder`/sequences; sequences only when the texts they name are sound."""
    try:
        keys = {text.key for text in shipped_texts(folder / "messages")}
    except ConfigurationError as error:
        yield from _each("templates/messages", error)
        return
    for file in sorted((folder / "sequences").glob("*.toml")):
        try:
            parse_sequence(file.read_text(encoding="utf-8"), file.name, keys)
        except (ConfigurationError, UnicodeDecodeError) as error:
            yield from _each(f"templates/sequences/{file.name}", error)


def _each(where: str, error: Exception) -> Iterator[Finding]:
    for line in str(error).splitlines():
        yield Finding(problem=line, setting=where, advice="Correct the file, or take the shipped one back.")
