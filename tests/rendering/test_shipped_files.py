"""Files in a folder: what is wrong in one is told with its name."""

from pathlib import Path

import pytest

from app.errors import ConfigurationError
from app.rendering.shipped import shipped_texts
from app.vocabulary import Channel

ABOUT = """
class = "answer"
purpose = "A note."
title = { sv = "Not", en = "Note" }
variables = ["hello"]
reviewed = { sv = "Sara Ek" }
"""


def folder(tmp_path: Path, **files: str) -> Path:
    key = tmp_path / "note"
    key.mkdir()
    for name, content in ({"about.toml": ABOUT, "sv.sms.txt": "{{ hello }}\n"} | files).items():
        (key / name).write_text(content, encoding="utf-8")
    return tmp_path


def test_a_text_is_read_as_version_nought(tmp_path: Path) -> None:
    (text,) = shipped_texts(folder(tmp_path))
    assert (text.key, text.language, text.channel, text.version) == ("note", "sv", Channel.SMS, 0)
    assert text.source == "{{ hello }}\n"


def test_a_language_that_nobody_has_reviewed_is_a_draft(tmp_path: Path) -> None:
    texts = shipped_texts(folder(tmp_path, **{"fi.sms.txt": "Hei"}))
    assert [text.language for text in texts] == ["sv"]


@pytest.mark.parametrize(
    ("files", "told"),
    [
        ({"sv.sms.txt": "{{ amount }}"}, "note/sv.sms.txt, line 1: no variable 'amount'"),
        ({"sv.sms.txt": "{{ month }}"}, "note/sv.sms.txt: uses 'month', which about.toml does not list"),
        ({"fi.sms.txt": "{{ amount }}"}, "note/fi.sms.txt, line 1: no variable 'amount'"),
        ({"fi.email.md": "Subject: S\n\nHei"}, "note/sv.email.md: is missing, but sv is reviewed"),
        ({"sv.txt": "x"}, "note/sv.txt: name it"),
        ({"about.toml": "class ="}, "note/about.toml: "),
        ({"about.toml": ABOUT + 'colour = "red"'}, "note/about.toml: 'colour' is not a field"),
        ({"about.toml": ABOUT.replace('purpose = "A note."', "")}, "note/about.toml: 'purpose' is missing"),
        ({"about.toml": ABOUT.replace("answer", "shouting")}, "note/about.toml: class must be one of arrears"),
        ({"about.toml": ABOUT.replace('["hello"]', '["amount"]')}, "note/about.toml: variables must be a list of"),
        ({"about.toml": ABOUT.replace('"Sara Ek"', '" "')}, "note/about.toml: reviewed.sv must be words"),
        ({"about.toml": ABOUT.replace('{ sv = "Sara Ek" }', '"Sara"')}, "note/about.toml: reviewed must be a table"),
    ],
)
def test_what_is_wrong_is_told_with_the_file(tmp_path: Path, files: dict[str, str], told: str) -> None:
    with pytest.raises(ConfigurationError) as error:
        shipped_texts(folder(tmp_path, **files))
    assert str(error.value).startswith(told)


def test_a_folder_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="no such folder"):
        shipped_texts(tmp_path / "nowhere")


def test_a_text_without_an_about_is_told(tmp_path: Path) -> None:
    (tmp_path / "note").mkdir()
    with pytest.raises(ConfigurationError, match=r"note/about\.toml: cannot be read"):
        shipped_texts(tmp_path)


def test_a_key_without_texts_is_told(tmp_path: Path) -> None:
    (tmp_path / "note").mkdir()
    (tmp_path / "note" / "about.toml").write_text(ABOUT, encoding="utf-8")
    with pytest.raises(ConfigurationError, match="note: holds no text"):
        shipped_texts(tmp_path)


def test_a_file_that_is_not_utf8_is_told(tmp_path: Path) -> None:
    root = folder(tmp_path)
    (root / "note" / "sv.sms.txt").write_bytes("Hej då".encode("latin-1"))
    with pytest.raises(ConfigurationError, match=r"note/sv\.sms\.txt: cannot be read"):
        shipped_texts(root)
