"""The house keeps its own rules: sizes, names, directions, and nothing left over."""

import ast
import re
import sys
import tomllib
from collections.abc import Iterator
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
MODULES = sorted((ROOT / "app").rglob("*.py"))
TESTS = sorted((ROOT / "tests").rglob("*.py"))
OURS = [path for path in MODULES + TESTS if path != Path(__file__)]
WRITTEN = [
    *OURS,
    *sorted((ROOT / "docs").rglob("*.md")),
    *sorted((ROOT / "templates").rglob("*.*")),
    *sorted((ROOT / "migrations").rglob("*.py")),
    *(ROOT / name for name in ("README.md", "CONTRIBUTING.md", "Makefile", "Dockerfile", "compose.yaml")),
    *(ROOT / name for name in (".env.example", ".ci/run", "pyproject.toml", "alembic.ini")),
]

LEFT_OVER = re.compile(r"\b(TODO|FIXME|XXX|HACK)\b|NotImplementedError|pytest\.(mark\.)?(skip|xfail)\b")
MACHINE = re.compile(r"(?<![\w.])/(?:root|work|Users|home/\w+)/")
REGISTRY = re.compile(r"\b(?:pypi|pythonhosted|npmjs|ghcr|quay|docker)\.(?:org|io|com)\b")
IDLE_NAMES = frozenset({"utils", "util", "helpers", "helper", "common", "manager", "misc"})

QUERIES = frozenset({"select", "insert", "update", "delete", "text", "func", "or_", "and_", "exists"})
"""What a module imports from SQLAlchemy or SQLModel when it asks the database something."""

POLICY_MAY_IMPORT = sys.stdlib_module_names | {"holidays", "phonenumbers", "rapidfuzz"}
UNIMPORTED = {
    "psycopg": "named by the database's address",
    "tzdata": "read by zoneinfo where the machine has no time zones",
    "python-multipart": "asked for by FastAPI to read a form",
}
"""Dependencies that no module imports by name, and who needs them."""


def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def where(path: Path, node: ast.AST | None = None) -> str:
    line = f":{node.lineno}" if isinstance(node, ast.stmt | ast.expr) else ""
    return f"{path.relative_to(ROOT)}{line}"


def imported(path: Path) -> Iterator[tuple[str, tuple[str, ...], ast.stmt]]:
    """Each import of a module: where from, which names, and the statement."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield alias.name, (), node
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module, tuple(alias.name for alias in node.names), node


def test_a_module_stays_under_300_lines() -> None:
    lengths = {where(path): path.read_text(encoding="utf-8").count("\n") for path in MODULES}
    assert {name: count for name, count in lengths.items() if count > 300} == {}


def test_a_function_stays_under_40_lines() -> None:
    long = {
        where(path, node): (node.end_lineno or node.lineno) - node.lineno + 1
        for path in MODULES
        for node in ast.walk(tree(path))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    }
    assert {name: count for name, count in long.items() if count > 40} == {}


def test_nothing_is_left_to_do_later() -> None:
    found = [
        f"{where(path)}:{number}"
        for path in OURS
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1)
        if LEFT_OVER.search(line)
    ]
    assert found == []


def test_nothing_names_a_machine_or_a_registry() -> None:
    """A checkout works anywhere; where packages come from is the machine's business. The lock needs it, alone."""
    found = [
        where(path)
        for path in WRITTEN
        for pattern in (MACHINE, REGISTRY)
        if pattern.search(path.read_text(encoding="utf-8"))
    ]
    assert found == []


def test_tables_keep_their_annotations_at_run_time() -> None:
    """SQLModel reads them; a future import would turn them into text."""
    found = [
        where(path) for path in MODULES if "models" in path.parts for m, _, _ in imported(path) if m == "__future__"
    ]
    assert found == []


def test_a_module_is_named_for_what_it_does() -> None:
    assert [where(path) for path in MODULES if path.stem in IDLE_NAMES or path.parent.name in IDLE_NAMES] == []


def test_every_module_says_what_it_is_for() -> None:
    silent = [where(path) for path in MODULES if path.stat().st_size and not ast.get_docstring(tree(path))]
    assert silent == []


def test_rules_import_nothing_but_the_language_the_words_and_three_small_libraries() -> None:
    found = []
    for path in (ROOT / "app" / "policy").rglob("*.py"):
        for module, _, node in imported(path):
            own = module.startswith(("app.policy", "app.vocabulary", "app.errors"))
            if not own and module.partition(".")[0] not in POLICY_MAY_IMPORT:
                found.append(where(path, node))
    assert found == []


def test_the_database_is_asked_only_in_store() -> None:
    found = []
    for path in MODULES:
        if {"store", "models"} & set(path.relative_to(ROOT).parts):
            continue
        for module, names, node in imported(path):
            if module.partition(".")[0] in {"sqlalchemy", "sqlmodel"} and QUERIES & set(names):
                found.append(where(path, node))
    assert found == []


@pytest.mark.parametrize("room", ["store", "flows", "policy", "rendering"])
def test_only_the_edge_commits(room: str) -> None:
    found = [
        where(path, node)
        for path in (ROOT / "app" / room).rglob("*.py")
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Attribute) and node.attr == "commit"
    ]
    assert found == []


@pytest.mark.parametrize("room", ["store", "flows", "policy", "rendering", "models", "channels"])
def test_a_story_is_told_the_time_and_never_asks_for_it(room: str) -> None:
    found = [
        where(path, node)
        for path in (ROOT / "app" / room).rglob("*.py")
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in {"now", "utcnow", "today"}
        and isinstance(node.func.value, ast.Name)
        and node.func.value.id in {"datetime", "date"}
    ]
    assert found == []


def test_every_dependency_is_imported_by_something() -> None:
    declared = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["dependencies"]
    names = {re.split(r"[\[<>=~! ]", requirement)[0].lower() for requirement in declared}
    provided = packages_distributions()
    used = {
        distribution.lower()
        for path in [*MODULES, *(ROOT / "migrations").rglob("*.py")]
        for module, _, _ in imported(path)
        for distribution in provided.get(module.partition(".")[0], [])
    }
    assert names - used - UNIMPORTED.keys() == set()
    assert UNIMPORTED.keys() <= names


def test_one_version_of_uv_builds_every_environment() -> None:
    versions = {
        re.search(r"uv(?:_VERSION := |==)([\d.]+)", (ROOT / name).read_text(encoding="utf-8"), re.IGNORECASE)[1]  # type: ignore[index]
        for name in ("Makefile", "Dockerfile")
    }
    assert len(versions) == 1
