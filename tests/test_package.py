"""The wheel is whole: unpacked away from the checkout, Kvar finds its templates, migrations, words and pages."""

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from app.settings import SHIPPED

ROOT = Path(__file__).parent.parent
DATA = frozenset({".toml", ".txt", ".md", ".html", ".css", ".js", ".svg", ".json", ".mako"})


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built without network and unpacked where nothing else of Kvar is."""
    folder = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(folder)]
    subprocess.run(build, cwd=ROOT, check=True, capture_output=True)  # noqa: S603  our own build
    (wheel,) = folder.glob("*.whl")
    site = folder / "site"
    zipfile.ZipFile(wheel).extractall(site)
    return site


def run(installed: Path, database: Path, *command: str) -> str:
    """Run Python in an empty folder with the unpacked wheel before everything else; what it prints."""
    environment = os.environ | {"PYTHONPATH": str(installed), "KVAR_DATABASE_URL": f"sqlite:///{database}"}
    done = subprocess.run(  # noqa: S603  our own code
        [sys.executable, *command],
        cwd=database.parent,
        env=environment,
        check=False,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_in_a_checkout_the_shipped_files_lie_beside_the_package() -> None:
    assert SHIPPED == ROOT


def test_in_a_wheel_they_lie_inside_it_and_all_of_them(installed: Path, tmp_path: Path) -> None:
    asked = "from app.settings import SHIPPED; print(SHIPPED)"
    assert run(installed, tmp_path / "kvar.db", "-c", asked) == str(installed / "app" / "shipped")
    for folder in ("templates", "migrations"):
        ours = {path.relative_to(ROOT) for path in (ROOT / folder).rglob("*") if path.is_file()}
        wanted = {path for path in ours if "__pycache__" not in path.parts}
        assert [path for path in wanted if not (installed / "app" / "shipped" / path).is_file()] == []


def test_every_file_that_the_code_reads_is_in_the_wheel(installed: Path) -> None:
    wanted = [path.relative_to(ROOT) for path in (ROOT / "app").rglob("*") if path.suffix in DATA]
    assert wanted
    assert [path for path in wanted if not (installed / path).is_file()] == []


def test_nothing_else_is_installed_beside_the_package(installed: Path) -> None:
    assert {path.name.partition("-")[0] for path in installed.iterdir()} == {"app", "kvar"}


def test_a_wheel_migrates_and_builds_the_service_from_what_it_carries(installed: Path, tmp_path: Path) -> None:
    database = tmp_path / "kvar.db"
    start = "from app.cli import main; main()"
    assert run(installed, database, "-c", start, "migrate")
    build = "import app.main as m; print(*sorted(m.build_service(m.Settings()).sequences))"
    assert run(installed, database, "-c", build) == "arrears thanks welcome"
