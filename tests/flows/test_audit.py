"""`kvar audit verify`: whatever is done to the log behind its trigger's back is found and named."""

import pytest
from sqlalchemy import Engine, text
from sqlmodel import select

from app.flows.audit import Fault, verify
from app.models import Touchpoint
from app.policy.because import because
from app.policy.chain import entry_hash
from app.store import touchpoints
from app.store.engine import reading, writing
from app.vocabulary import ReasonCode, TouchpointKind
from tests.support.rows import NOW, add_tenancy


def written(engine: Engine, entries: int = 5) -> None:
    """Two tenancies with `entries` entries each; the trigger is then taken away, as an intruder would."""
    with writing(engine) as session:
        for tenancy_id in ("T-1", "T-2"):
            add_tenancy(session, tenancy_id)
            for number in range(1, entries + 1):
                touchpoints.append(
                    session, tenancy_id, at=NOW, kind=TouchpointKind.NOTE, actor="Sara", text=f"note {number}",
                    because=because(ReasonCode.STEP_DUE, step="call"),
                )  # fmt: skip
    names = (
        ["touchpoint_append_only ON touchpoint"]
        if engine.dialect.name == "postgresql"
        else ["touchpoint_no_update", "touchpoint_no_delete"]
    )
    tamper(engine, *(f"DROP TRIGGER {name}" for name in names))


def tamper(engine: Engine, *statements: str) -> None:
    with engine.begin() as connection:
        for statement in statements:
            connection.execute(text(statement))


def alter(engine: Engine, seq: int, change: str, table: str = "touchpoint") -> None:
    """Change the entry of T-1 at `seq`, or its content."""
    key = "id" if table == "touchpoint" else "touchpoint_id"
    tamper(engine, f"UPDATE {table} SET {change} WHERE {key} = {_id_of(engine, seq)}")


def erase(engine: Engine, seq: int) -> None:
    tamper(engine, f"DELETE FROM touchpoint_content WHERE touchpoint_id = {_id_of(engine, seq)}")


def remove(engine: Engine, seq: int) -> None:
    entry = _id_of(engine, seq)
    erase(engine, seq)
    tamper(engine, f"DELETE FROM touchpoint WHERE id = {entry}")


def _id_of(engine: Engine, seq: int) -> int:
    with reading(engine) as session:
        return (
            session.exec(select(Touchpoint.id).where(Touchpoint.tenancy_id == "T-1", Touchpoint.seq == seq)).one() or 0
        )


def found(engine: Engine) -> set[tuple[str, int, Fault]]:
    with reading(engine) as session:
        return {(f.tenancy_id, f.seq, f.fault) for f in verify(session).findings}


def test_an_untouched_log_is_intact_and_counted(engine: Engine) -> None:
    written(engine)
    with reading(engine) as session:
        audit = verify(session)
    assert audit.intact
    assert (audit.tenancies, audit.entries, audit.erased) == (2, 10, 0)


def test_an_empty_log_is_intact(engine: Engine) -> None:
    assert found(engine) == set()


@pytest.mark.parametrize(
    "change",
    [
        "actor = 'Eve'",
        "at = '2026-11-04 08:00:00+00:00'",
        "kind = 'call'",
        "channel = 'sms'",
        "direction = 'in'",
        "code = 'paid'",
        "code = NULL",
        "template_key = 'x'",
        "template_version = 7",
        "kind = 'no such word'",
    ],
)
def test_a_changed_column_is_named(engine: Engine, change: str) -> None:
    written(engine)
    alter(engine, 3, change)
    assert found(engine) == {("T-1", 3, Fault.ENTRY_CHANGED)}


def test_a_moment_that_is_none_is_named(sqlite_engine: Engine) -> None:
    """SQLite takes any text as a moment; the audit does not stop there."""
    written(sqlite_engine)
    alter(sqlite_engine, 3, "at = 'yesterday'")
    assert found(sqlite_engine) == {("T-1", 3, Fault.ENTRY_CHANGED)}


@pytest.mark.parametrize(
    "change", ["text = 'note 4'", "text = NULL", """"values" = '{"step":"visit"}'""", '"values" = NULL', "salt = 'ab'"]
)
def test_changed_content_is_named(engine: Engine, change: str) -> None:
    written(engine)
    alter(engine, 3, change, table="touchpoint_content")
    assert found(engine) == {("T-1", 3, Fault.CONTENT_CHANGED)}


def test_content_changed_together_with_its_hash_is_a_changed_entry(engine: Engine) -> None:
    written(engine)
    alter(engine, 3, f"content_hash = '{'0' * 64}'")
    assert found(engine) == {("T-1", 3, Fault.ENTRY_CHANGED), ("T-1", 3, Fault.CONTENT_CHANGED)}


def test_an_entry_made_anew_with_its_hash_breaks_the_next_link(engine: Engine) -> None:
    written(engine)
    with writing(engine) as session:
        entry = session.exec(select(Touchpoint).where(Touchpoint.tenancy_id == "T-1", Touchpoint.seq == 3)).one()
        forged = entry_hash(entry.model_dump() | {"actor": "Eve"})
    alter(engine, 3, f"actor = 'Eve', hash = '{forged}'")
    assert found(engine) == {("T-1", 4, Fault.LINK_BROKEN)}


def test_a_removed_entry_is_missing(engine: Engine) -> None:
    written(engine)
    remove(engine, 3)
    assert found(engine) == {("T-1", 3, Fault.MISSING)}


def test_removing_the_beginning_is_missing_too(engine: Engine) -> None:
    written(engine)
    for seq in (1, 2):
        remove(engine, seq)
    with reading(engine) as session:
        findings = verify(session).findings
    assert [str(f) for f in findings] == ["T-1 1: entry missing: 2 removed; next is 3"]


def test_a_gap_closed_by_renumbering_is_found(engine: Engine) -> None:
    written(engine)
    remove(engine, 3)
    alter(engine, 4, "seq = 3")
    alter(engine, 5, "seq = 4")
    assert found(engine) == {
        ("T-1", 3, Fault.ENTRY_CHANGED),
        ("T-1", 3, Fault.LINK_BROKEN),
        ("T-1", 4, Fault.ENTRY_CHANGED),
    }


def test_entries_that_changed_places_are_moved(engine: Engine) -> None:
    written(engine)
    alter(engine, 2, "seq = 99")
    alter(engine, 3, "seq = 2")
    alter(engine, 99, "seq = 3")
    moved = {("T-1", seq, Fault.MOVED) for seq in (2, 3, 4)}
    assert found(engine) == moved | {("T-1", seq, Fault.ENTRY_CHANGED) for seq in (2, 3)}


def test_a_changed_link_is_named(engine: Engine) -> None:
    written(engine)
    alter(engine, 3, f"previous_hash = '{'0' * 64}'")
    assert found(engine) == {("T-1", 3, Fault.ENTRY_CHANGED), ("T-1", 3, Fault.LINK_BROKEN)}


def test_an_entry_carried_over_from_another_tenancy_is_found(engine: Engine) -> None:
    written(engine)
    tamper(engine, "UPDATE touchpoint SET tenancy_id = 'T-1', seq = 6 WHERE tenancy_id = 'T-2' AND seq = 5")
    assert found(engine) == {("T-1", 6, Fault.ENTRY_CHANGED), ("T-1", 6, Fault.LINK_BROKEN)}


def test_erased_content_verifies_and_is_counted(engine: Engine) -> None:
    written(engine)
    erase(engine, 3)
    with reading(engine) as session:
        audit = verify(session)
    assert audit.intact
    assert audit.erased == 1


def test_a_chain_cut_at_its_end_looks_whole(engine: Engine) -> None:
    """The known limit: without an anchor kept elsewhere nothing tells that the last entries are gone."""
    written(engine)
    remove(engine, 5)
    assert found(engine) == set()


def test_a_log_longer_than_one_read_is_walked_to_its_end(engine: Engine) -> None:
    written(engine, entries=1100)
    alter(engine, 1100, "actor = 'Eve'")
    assert found(engine) == {("T-1", 1100, Fault.ENTRY_CHANGED)}
