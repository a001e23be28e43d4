"""`make sabotage`: break one promise at a time in a copy of the code; each break must turn a test red.

Each act of sabotage is a replacement in one file. It must apply (the code has moved if it does not), and the named
tests, green on the untouched code, must then fail. Prints a line an act; exits 1 if any goes unnoticed.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from tests.support.postgres import Postgres

ROOT = Path(__file__).parent.parent
COPIED = ("app", "tests", "templates", "migrations", "alembic.ini", "pyproject.toml")


@dataclass(frozen=True, slots=True)
class Act:
    """`promise` is what `new` in place of `old` breaks; `tests` must notice."""

    promise: str
    file: str
    old: str
    new: str
    tests: str


ACTS = (
    Act(
        "facts are read again before sending",
        "app/flows/delivery.py",
        "wrong = still_right(session, service, message, now)",
        "wrong = None",
        "tests/flows/test_recheck.py",
    ),
    Act(
        "nobody who has paid is reminded",
        "app/policy/facts.py",
        "return self.due_date < today and self.remaining > 0",
        "return self.due_date < today",
        "tests/policy tests/journeys",
    ),
    Act(
        "one message a day, three a week",
        "app/policy/sequence.py",
        "for key in recipient.cap_keys:",
        "for key in ():",
        "tests/policy tests/journeys",
    ),
    Act(
        "a hold holds",
        "app/policy/holds.py",
        "    if not blocking:\n",
        "    if blocking or not blocking:\n",
        "tests/policy tests/journeys",
    ),
    Act(
        "never outside contact hours",
        "app/policy/contact_hours.py",
        "        return self._open_window(at) is not None\n",
        "        return at is not None\n",
        "tests/policy tests/journeys",
    ),
    Act(
        "the gentle message comes first",
        "app/policy/next_step.py",
        "    if not look.sequence.is_arrears or look.gentle_sent:\n        return None\n",
        "    if look.sequence.is_arrears:\n        return None\n",
        "tests/policy",
    ),
    Act(
        "a stale feed stops reminders",
        "app/policy/guards.py",
        "if not feed_fresh(look.facts.feed,",
        "if False and not feed_fresh(look.facts.feed,",
        "tests/policy tests/journeys",
    ),
    Act(
        "a protected identity is never automated",
        "app/policy/guards.py",
        "any(h.protected_identity for h in holders)",
        "False",
        "tests/policy tests/journeys",
    ),
    Act(
        "a send whose outcome is unknown is never repeated",
        "app/flows/outcomes.py",
        "            lose_sight(session, message, now, attempt=attempt.number)\n",
        "            messages.move(session, message.id, MessageState.QUEUED, origins=_OPEN)\n",
        "tests/flows/test_delivery.py",
    ),
    Act(
        "the pause button stops everything",
        "app/policy/sequence.py",
        "    if look.facts.paused:\n",
        "    if look.facts.paused and not look.facts:\n",
        "tests/policy tests/journeys",
    ),
    Act(
        "a surge waits for a person",
        "app/flows/brakes.py",
        "    if planned <= allowed:\n",
        "    if planned or not planned:\n",
        "tests/journeys/test_standstills.py",
    ),
    Act(
        "the same webhook is one effect",
        "app/store/inbox.py",
        "    if known.digest == arrival.content_digest:\n",
        "    if known.digest != arrival.content_digest:\n",
        "tests/web tests/flows/test_intake.py",
    ),
    Act(
        "a webhook answered 2xx is on disk",
        "app/flows/intake.py",
        "        _tell(group, answers)\n",
        "        _tell(group, [tuple(Kept(x, x.state) for x in w.request.arrivals) for w in group])\n",
        "tests/flows/test_intake.py tests/web",
    ),
    Act(
        "the log tells when it was changed",
        "app/flows/audit.py",
        "        elif link != previous:\n",
        "        elif not link:\n",
        "tests/flows/test_audit.py",
    ),
    Act(
        "a call-back request reaches a person",
        "app/flows/effects.py",
        "            _call_me(session, service, reply, now)\n",
        "            pass\n",
        "tests/flows/test_replies.py tests/journeys/test_conversations.py",
    ),
)


def noticed(act: Act) -> tuple[bool, str]:
    """Whether the tests turn red once the promise is broken, and why not if they do not."""
    with tempfile.TemporaryDirectory(prefix="kvar-sabotage-") as folder:
        copy = Path(folder)
        for name in COPIED:
            source = ROOT / name
            if source.is_dir():
                shutil.copytree(source, copy / name, ignore=shutil.ignore_patterns("__pycache__"))
            else:
                shutil.copy(source, copy / name)
        target = copy / act.file
        text = target.read_text(encoding="utf-8")
        if text.count(act.old) != 1:
            return False, f"{act.file} holds {text.count(act.old)} of the lines to break; it must hold one"
        target.write_text(text.replace(act.old, act.new), encoding="utf-8")
        command = [
            sys.executable,
            "-m",
            "pytest",
            "-x",
            "-q",
            "-p",
            "no:cacheprovider",
            "-m",
            "not browser",
            *act.tests.split(),
        ]
        done = subprocess.run(command, cwd=copy, capture_output=True, text=True, check=False)  # noqa: S603
    if done.returncode == 1:
        failed = next((line for line in done.stdout.splitlines() if line.startswith("FAILED")), "")
        return True, failed.partition(" - ")[0].removeprefix("FAILED ")
    return False, f"pytest ended with {done.returncode}:\n{done.stdout[-1500:]}{done.stderr[-500:]}"


def main() -> int:
    server = None
    if "KVAR_TEST_POSTGRES_URL" not in os.environ:
        server = Postgres()
        os.environ["KVAR_TEST_POSTGRES_URL"] = server.url
    chosen = [act for act in ACTS if not sys.argv[1:] or any(word in act.promise for word in sys.argv[1:])]
    try:
        with ThreadPoolExecutor(max_workers=2) as pool:
            results = list(zip(chosen, pool.map(noticed, chosen), strict=True))
    finally:
        if server is not None:
            server.stop()
    for act, (caught, detail) in results:
        print(f"{'caught ' if caught else 'MISSED '} {act.promise}: {detail}")
    missed = sum(not caught for _, (caught, _) in results)
    print(f"{len(results) - missed} of {len(results)} broken promises were noticed.")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
