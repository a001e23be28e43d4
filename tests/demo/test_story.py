"""The whole month, over real HTTP: it comes out, it always comes out the same, and it can fail to."""

import os
import re
import signal
import subprocess
import sys
from datetime import datetime, timedelta
from pathlib import Path

import httpx
import pytest

from app.demo.checks import Happened, check_all
from app.demo.company import HOUSEHOLDS, find
from app.demo.doors import Entry
from app.demo.rent_system import CENTRAL
from app.demo.run import play
from app.demo.transcript import Told
from app.errors import ConfigurationError
from app.policy.calendar import Calendar
from tests.support.demo import Open, open_neighbourhood

KVAR = Path(sys.executable).parent / "kvar"


def _once(language: str) -> subprocess.CompletedProcess[str]:
    plain = {name: value for name, value in os.environ.items() if not name.startswith("KVAR_")}
    command = [str(KVAR), "demo", "--once", "--language", language]
    return subprocess.run(command, capture_output=True, text=True, timeout=300, check=False, env=plain)  # noqa: S603


def test_the_story_comes_out_and_is_told() -> None:
    told = _once("en")
    assert told.returncode == 0, told.stdout[-3000:] + told.stderr
    assert told.stderr == ""
    for sentence in (
        "TUESDAY 3 NOVEMBER",
        "SATURDAY 31 OCTOBER (ALL SAINTS' DAY)",
        "09:00  SENT  SMS to Amina Warsame",
        "| Hej Amina! Vi ser inte hyran för november än.",
        "18:21  REPLY  from Amina Warsame",
        "NOT SENT  to Olof Bergström",
        "TO A PERSON  Protected identity",
        "The story came out: all 27 checks hold.",
    ):
        assert sentence in told.stdout
    assert max(len(line) for line in told.stdout.splitlines()) <= 100


def test_it_is_told_in_swedish_too() -> None:
    told = _once("sv")
    assert told.returncode == 0, told.stdout[-3000:] + told.stderr
    assert "Berättelsen gick ihop: alla 27 kontroller håller." in told.stdout
    assert "Why:" not in told.stdout


def test_it_stays_up_until_it_is_stopped_and_can_start_over(tmp_path: Path) -> None:
    with _demo(tmp_path, "--port", "0") as demo:
        assert demo.stdout is not None
        up = next(line for line in demo.stdout if line.startswith("Kvar is up at"))
        with httpx.Client(base_url=up.split()[4].removesuffix("/demo"), timeout=60, trust_env=False) as http:
            assert "måndag 30 november, 12.00" in http.get("/demo").text
            assert http.post("/simulator/restart", json={}).status_code == 200
            assert "fredag 30 oktober, 12.00" in http.get("/demo").text
            assert http.post("/simulator/clock", json={"advance": "1 day"}).json() == {"now": "2026-10-31T11:00:00Z"}
        demo.send_signal(signal.SIGINT)
        assert demo.wait(30) == 0
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(("ask", "left_with"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_stopped_in_the_middle_it_leaves_nothing_behind(ask: signal.Signals, left_with: int, tmp_path: Path) -> None:
    with _demo(tmp_path, "--once") as demo:
        assert demo.stdout is not None
        next(line for line in demo.stdout if line.startswith("WEDNESDAY 28 OCTOBER"))
        demo.send_signal(ask)
        demo.stdout.read()
        assert demo.wait(30) == left_with
    assert list(tmp_path.iterdir()) == []


def _demo(scratch: Path, *arguments: str) -> subprocess.Popen[str]:
    plain = {name: value for name, value in os.environ.items() if not name.startswith("KVAR_")}
    command = [str(KVAR), "demo", *arguments]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=plain | {"TMPDIR": str(scratch)})  # noqa: S603


def test_another_language_is_refused_in_words() -> None:
    with pytest.raises(ConfigurationError, match="--language"):
        play(once=True, language="xx")


def test_with_nothing_in_the_log_the_story_has_not_come_out() -> None:
    nothing = Happened((), (), (), Calendar("SE"))
    assert sum(not check.holds for check in check_all(nothing)) > 15


_TUESDAY = datetime(2026, 11, 3, 10, tzinfo=CENTRAL)
_IN_TIME = next(household.id for household in HOUSEHOLDS if not household.late)


@pytest.mark.parametrize(
    ("tenancy", "at", "template", "broken"),
    [
        (_IN_TIME, _TUESDAY, "not_seen_yet", "nobody who pays in time"),
        ("T-1001", _TUESDAY - timedelta(days=3), "not_seen_yet", "nothing unasked left on a weekend"),
        ("T-1001", _TUESDAY - timedelta(hours=2), "not_seen_yet", "nothing unasked left on a weekend"),
        ("T-1001", _TUESDAY, "still_missing", "was always the gentle one"),
        ("T-1010", _TUESDAY, "callback_ack", "protected identity"),
        ("T-1002", _TUESDAY, "not_seen_yet", "was left in peace"),
    ],
)
def test_a_message_that_should_not_have_left_breaks_a_check(
    tenancy: str, at: datetime, template: str, broken: str
) -> None:
    before = {check.en for check in check_all(_happened()) if check.holds}
    after = {check.en for check in check_all(_happened(_sent(tenancy, at, template))) if check.holds}
    assert any(broken in sentence for sentence in before - after)


def test_two_on_one_day_and_the_same_twice_break_a_check() -> None:
    twice = (_sent("T-1001", _TUESDAY, "not_seen_yet"), _sent("T-1001", _TUESDAY + timedelta(hours=1), "not_seen_yet"))
    failing = [check.en for check in check_all(_happened(*twice)) if not check.holds]
    assert any("two unasked messages on one day" in sentence for sentence in failing)
    assert any("sent twice" in sentence for sentence in failing)


def test_a_day_at_once_tells_the_same_story_as_hour_by_hour(tmp_path: Path) -> None:
    """The first arrears messages, the welcome and a call task lie within."""
    days = 8
    told = []
    for step in ("1 day", "1 hour"):
        folder = tmp_path / step.replace(" ", "-")
        folder.mkdir()
        with open_neighbourhood(folder) as demo:
            for _ in range(days * (1 if step == "1 day" else 24)):
                assert demo.order("clock", advance=step).status_code == 200
            told.append(_log(demo))
    assert told[0] == told[1]
    assert any(line[2] == "not_seen_yet" for line in told[0])


def _log(demo: Open) -> list[tuple[str, str, str | None, str | None, str | None, datetime]]:
    """Everything that happened, but for the addresses in messages to staff."""
    return [
        (household.id, e.kind, e.template, e.code, re.sub(r":\d+", "", e.text or ""), e.at)
        for household in HOUSEHOLDS
        for e in demo.doors.log(household.id, "sv")
    ]


def _happened(*told: Told) -> Happened:
    """A log in which people have got what is theirs, and `told`."""
    handed = [_entry(find(given).id, "task", "review", None) for given in ("Namn", "", "Vera", "Sven-Erik", "Peter")]
    return Happened((*handed, *told), (), (), Calendar("SE"))


def _sent(tenancy: str, at: datetime, template: str) -> Told:
    return _entry(tenancy, "message", "rent_not_seen", template, at)


def _entry(tenancy: str, kind: str, code: str, template: str | None, at: datetime = _TUESDAY) -> Told:
    entry = Entry(
        id=1, seq=1, at=at, kind=kind, actor="kvar", direction="out", channel="sms", summary="", code=code, why="why",
        text="Hej!", state="delivered", template=template,
    )  # fmt: skip
    return Told(tenancy, entry)
