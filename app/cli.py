"""The `kvar` command: each subcommand opens one transaction, calls one flow and prints what came of it."""

import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import UTC, datetime
from getpass import getuser
from typing import Annotated

import typer
from pydantic import ValidationError
from sqlmodel import Session

from app.errors import AppError, ConfigurationError
from app.flows import control
from app.flows import inbox as inbox_flow
from app.flows.audit import verify
from app.flows.doctor import diagnose
from app.flows.keys import create_key, list_keys, revoke_key
from app.settings import Settings
from app.store.engine import make_engine, reading, writing
from app.vocabulary import InboxState, KeyScope, Role

cli = typer.Typer(no_args_is_help=True, add_completion=False, help="Early, respectful contact when a rent is late.")
keys = typer.Typer(no_args_is_help=True, help="API keys.")
inbox = typer.Typer(no_args_is_help=True, help="The webhook inbox.")
audit = typer.Typer(no_args_is_help=True, help="The touchpoint log.")
surge = typer.Typer(no_args_is_help=True, help="The surge brake.")
for name, group in {"keys": keys, "inbox": inbox, "audit": audit, "surge": surge}.items():
    cli.add_typer(group, name=name)


def main() -> None:
    """Run a command. What is wrong with settings or input is told in plain lines, never as a traceback."""
    try:
        cli()
    except ConfigurationError as error:
        sys.exit(f"kvar: {error}")
    except AppError as error:
        sys.exit("\n".join([f"kvar: {error.detail}", *(f"  {e.pointer}: {e.detail}" for e in error.errors)]))
    except ValidationError as error:
        problems = [f"KVAR_{str(e['loc'][0]).upper() if e['loc'] else ''}: {e['msg']}" for e in error.errors()]
        sys.exit("\n".join([*(f"kvar: {problem}" for problem in problems), "kvar: run `kvar doctor` for advice"]))


@contextmanager
def _session() -> Iterator[Session]:
    engine = make_engine(Settings().database_url)
    with writing(engine) as session:
        yield session
    engine.dispose()


@contextmanager
def _reading_session() -> Iterator[Session]:
    """For long looks: on SQLite a writing one would hold up everybody else."""
    engine = make_engine(Settings().database_url)
    with reading(engine) as session:
        yield session
    engine.dispose()


def _now() -> datetime:
    return datetime.now(UTC)


def _who() -> str:
    """Who is at the terminal, for the log."""
    return f"cli:{os.environ.get('SUDO_USER') or getuser()}"


@cli.command()
def serve(host: str = "127.0.0.1", port: int = 8000, role: Role = Role.ALL) -> None:
    """Run one replica: the doors, the ticks, or both."""
    # The web server is the heaviest thing to load, and only this command needs it.
    import uvicorn  # noqa: PLC0415

    from app.main import serve_app  # noqa: PLC0415

    app = serve_app(Settings(), role)
    typer.echo(f"Kvar listens on http://{host}:{port}", err=True)
    uvicorn.run(app, host=host, port=port, log_level="warning", timeout_graceful_shutdown=20)


@cli.command()
def demo(
    once: Annotated[bool, typer.Option("--once", help="Print the story and leave.")] = False,  # noqa: FBT002
    port: int = 8000,
    language: Annotated[str, typer.Option(help="Of the transcript: en or sv.")] = "en",
) -> None:
    """Play a month of a housing company, print what happened and why, and stay up to be tried."""
    from app.demo.run import play  # noqa: PLC0415  it loads the web server

    raise typer.Exit(play(once=once, port=port, language=language))


@cli.command()
def migrate() -> None:
    """Bring the database to the newest schema."""
    from app.main import migrate as upgrade  # noqa: PLC0415  it loads the web server

    upgrade(Settings())
    typer.echo("The database is at the newest schema.")


@cli.command()
def doctor() -> None:
    """Check the settings, the database, the templates and the clock, and say what to change."""
    findings = diagnose(now=_now())
    for finding in findings:
        typer.echo(str(finding))
    if not findings:
        typer.echo("Everything is as it should be.")
    raise typer.Exit(1 if any(finding.severe for finding in findings) else 0)


@cli.command()
def pause() -> None:
    """Stop every automatic send, at once."""
    with _session() as session:
        changed = control.pause(session, _who(), _now())
    typer.echo("Paused: nothing automatic is sent." if changed else "Paused already.")


@cli.command()
def resume() -> None:
    """Let automatic sends go on."""
    with _session() as session:
        changed = control.resume(session, _who(), _now())
    typer.echo("Resumed." if changed else "Nothing was paused.")


@surge.command("show")
def surge_show() -> None:
    """Say which sequences wait for a person to look, and how many they would have reached."""
    with _session() as session:
        held = control.state(session).surges
    for day in held:
        typer.echo(f"{day.sequence} {day.day}: {day.planned} first messages planned, {day.allowed} allowed")
    if not held:
        typer.echo("Nothing is held back.")


@surge.command("release")
def surge_release(sequence: str) -> None:
    """Let today's held first messages of a sequence go, after a look."""
    with _session() as session:
        released = control.release_surge(session, sequence, _who(), _now())
    typer.echo(f"Released: {sequence}." if released else f"Nothing of {sequence} was held back.")


@keys.command("add")
def keys_add(name: str, scope: KeyScope = KeyScope.READ) -> None:
    """Make an API key; it is printed once, alone on the last line."""
    with _session() as session:
        key = create_key(session, name, scope, _now())
    typer.echo(f"Key {name} ({scope.value}). It is shown only now:")
    typer.echo(key)


@keys.command("list")
def keys_list() -> None:
    """Show every key by name."""
    with _session() as session:
        for key in list_keys(session):
            ended = f", revoked {key.revoked_at:%Y-%m-%d}" if key.revoked_at else ""
            typer.echo(f"{key.name}\t{key.scope.value}\tsince {key.created_at:%Y-%m-%d}{ended}")


@keys.command("revoke")
def keys_revoke(name: str) -> None:
    """End a key."""
    with _session() as session:
        revoke_key(session, name, _now())
    typer.echo(f"Revoked: {name}.")


@inbox.command("list")
def inbox_list(
    state: Annotated[list[InboxState] | None, typer.Option(help="Only these states; may be repeated.")] = None,
    limit: int = 50,
) -> None:
    """Show received events, newest first."""
    with _session() as session:
        for item in inbox_flow.list_events(session, states=state or (), limit=limit):
            about = item.invoice_id or item.tenancy_id or "-"
            typer.echo(
                f"{item.received_at:%Y-%m-%d %H:%M}  {item.state.value:9} {item.type:24} {about:16} {item.event_id}"
            )


@inbox.command("show")
def inbox_show(event_id: str) -> None:
    """Show an event with everything kept of it and what is wrong with it."""
    with _session() as session:
        items = inbox_flow.show_event(session, event_id)
    typer.echo(json.dumps([asdict(item) for item in items], ensure_ascii=False, indent=2, default=str))


@inbox.command("replay")
def inbox_replay(event_id: str) -> None:
    """Take a rejected event in once more, as it was received."""
    with _session() as session:
        item = inbox_flow.replay(session, event_id, now=_now(), country=Settings().country)
    typer.echo(f"{item.event_id}: {item.state.value}")
    for problem in item.problems:
        typer.echo(f"  {problem.pointer}: {problem.detail}")


@audit.command("verify")
def audit_verify() -> None:
    """Walk every tenancy's chain and name each entry that was changed, removed or moved."""
    with _reading_session() as session:
        result = verify(session)
    for finding in result.findings:
        typer.echo(str(finding))
    typer.echo(f"{result.tenancies} tenancies, {result.entries} entries, {result.erased} with erased content.")
    typer.echo("The log is intact." if result.intact else f"{len(result.findings)} faults.")
    raise typer.Exit(0 if result.intact else 1)
