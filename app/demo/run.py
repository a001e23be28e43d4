"""`make demo`: starts Kvar on a scratch SQLite, plays the month, prints what happened and why, and stays up."""

import logging
import signal
import tempfile
import threading
import time
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from types import FrameType
from typing import Final, NoReturn

import structlog

from app.demo import play as story_player
from app.demo.checks import Check, Happened, check_all
from app.demo.doors import Doors
from app.demo.neighbourhood import Neighbourhood, Opener
from app.demo.stage import Server, Stage
from app.demo.story import END, PLAYABLE_FROM, SCENES, START
from app.demo.summary import summary
from app.demo.transcript import Transcript, filled
from app.demo.words import LANGUAGES, words_of
from app.errors import ConfigurationError
from app.policy.calendar import Calendar

PORT: Final = 8000


def play(*, once: bool = False, port: int = PORT, language: str = "en") -> int:
    """Play the story and print it. Unless `once`, stay up on `port` until Ctrl-C.

    Returns 0, or 1 when the story did not come out. Raises ConfigurationError for an unknown language.
    """
    if language not in LANGUAGES:
        raise ConfigurationError(f"--language: {language!r} is not one of {', '.join(LANGUAGES)}")
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    signal.signal(signal.SIGTERM, _leave)
    stage = Stage()
    with tempfile.TemporaryDirectory(prefix="kvar-demo-") as folder, Server(stage, 0 if once else port) as server:
        opener = Opener(stage, server.url, Path(folder))
        try:
            return _perform(opener, server.url, once=once, port=port, language=language)
        except KeyboardInterrupt:
            return 130
        finally:
            opener.close()


def _leave(number: int, _frame: FrameType | None) -> NoReturn:
    """Asked to end: leave through the doors, so that the scratch folder goes too."""
    raise SystemExit(128 + number)


def _perform(opener: Opener, url: str, *, once: bool, port: int, language: str) -> int:
    words = words_of(language)
    opened = _open(opener, url)
    came_out = _tell_story(opened, url, language)
    if once:
        return 0 if came_out else 1
    if port and not url.endswith(f":{port}"):
        _say(words["other_port"].format(port=port))
    _say(words["up"].format(url=url))
    try:
        threading.Event().wait()
    except KeyboardInterrupt:
        _say("")
    return 0 if came_out else 1


def _open(opener: Opener, url: str) -> Neighbourhood:
    """Open the neighbourhood; "Börja om" opens another, on the day the rent is due."""

    def again() -> None:
        opened = opener.open(restart=again)
        doors = Doors(url, opened.key)
        doors.move_to(PLAYABLE_FROM)
        doors.close()

    return opener.open(restart=again)


def _tell_story(opened: Neighbourhood, url: str, language: str) -> bool:
    began = time.monotonic()
    words, calendar = words_of(language), Calendar("SE")
    doors = Doors(url, opened.key)
    transcript = Transcript(doors, language, calendar)
    _say(transcript.opening())

    def day_over(day: date) -> None:
        told = transcript.day(day)
        if told:
            _say(told)

    story_player.play(doors, SCENES, start=START, end=END, day_over=day_over)
    happened = Happened(transcript.everything, doors.callbacks(), doors.messages(), calendar)
    checks = check_all(happened)
    _say(summary(happened, language))
    _say(_verdict(checks, language))
    _say(words["took"].format(seconds=time.monotonic() - began))
    doors.close()
    return all(check.holds for check in checks)


def _verdict(checks: Sequence[Check], language: str) -> str:
    words = words_of(language)
    lines = [
        filled(f"  {words['holds'] if check.holds else words['fails']:>3}  {check.text(language)}", "       ")
        for check in checks
    ]
    failed = sum(1 for check in checks if not check.holds)
    told = words["did_not" if failed else "came_out"].format(count=len(checks), failed=failed)
    return "\n".join(["", *lines, "", told])


def _say(text: str) -> None:
    print(text, flush=True)  # noqa: T201  a transcript is printed
