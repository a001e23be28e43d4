"""The touchpoint log: one chain per tenancy, appended and never changed."""

import threading
from datetime import datetime, timedelta, timezone

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError
from sqlmodel import select

from app.flows.audit import verify
from app.models import Touchpoint, TouchpointContent
from app.policy.because import because
from app.policy.chain import content_hash, entry_hash, genesis
from app.store import touchpoints
from app.store.engine import reading, writing
from app.vocabulary import Channel, Direction, ReasonCode, TouchpointKind
from tests.support.rows import NOW, add_message, add_tenancy


def test_a_chain_starts_at_one_and_each_entry_carries_the_hash_of_the_one_before(engine: Engine) -> None:
    with writing(engine) as session:
        add_tenancy(session)
        first = touchpoints.append(session, "T-1", at=NOW, kind=TouchpointKind.NOTE, actor="Sara", text="first")
        second = touchpoints.append(session, "T-1", at=NOW, kind=TouchpointKind.NOTE, actor="Sara", text="second")
    assert (first.seq, first.previous_hash) == (1, genesis("T-1"))
    assert (second.seq, second.previous_hash) == (2, first.hash)


def test_each_tenancy_has_a_chain_of_its_own(engine: Engine) -> None:
    with writing(engine) as session:
        for tenancy_id in ("T-1", "T-2"):
            add_tenancy(session, tenancy_id)
            assert touchpoints.append(session, tenancy_id, at=NOW, kind=TouchpointKind.NOTE, actor="Sara").seq == 1
    assert genesis("T-1") != genesis("T-2")


def test_a_message_lends_its_channel_direction_template_words_and_reason(engine: Engine) -> None:
    with writing(engine) as session:
        add_tenancy(session)
        message = add_message(session)
        entry = touchpoints.append(session, "T-1", at=NOW, kind=TouchpointKind.MESSAGE, actor="kvar", message=message)
    assert (entry.channel, entry.direction, entry.message_id) == (Channel.SMS, Direction.OUT, message.id)
    assert (entry.template_key, entry.template_version) == ("not_seen_yet", 1)
    assert entry.code == "rent_not_seen"
    with reading(engine) as session:
        content = session.exec(select(TouchpointContent)).one()
    assert (content.text, content.values) == ("Hej Amina!", {"period": "2026-11"})


def test_an_email_is_kept_with_its_subject_line(engine: Engine) -> None:
    with writing(engine) as session:
        add_tenancy(session)
        message = add_message(session, channel=Channel.EMAIL, address="amina@example.se", subject="En fråga")
        touchpoints.append(session, "T-1", at=NOW, kind=TouchpointKind.MESSAGE, actor="kvar", message=message)
    with reading(engine) as session:
        assert session.exec(select(TouchpointContent.text)).one() == "En fråga\n\nHej Amina!"


def test_a_given_reason_counts_before_that_of_the_message(engine: Engine) -> None:
    with writing(engine) as session:
        add_tenancy(session)
        paid = because(ReasonCode.PAID, invoice="INV-1")
        entry = touchpoints.append(
            session,
            "T-1",
            at=NOW,
            kind=TouchpointKind.MESSAGE,
            actor="kvar",
            message=add_message(session),
            because=paid,
        )
    assert entry.code == "paid"


def test_the_hashes_are_the_same_when_read_back(engine: Engine) -> None:
    """Whatever the database does to moments and JSON, what is read gives the hash that was written."""
    at = datetime(2026, 11, 3, 9, 0, 0, 123456, tzinfo=timezone(timedelta(hours=1)))
    with writing(engine) as session:
        add_tenancy(session)
        reason = because(ReasonCode.PART_MISSING, name="Åsa 👋", amount=2**40, at=NOW)
        touchpoints.append(
            session, "T-1", at=at, kind=TouchpointKind.REPLY, actor="tenant", because=reason, text='"Hej"\n\u2028',
            channel=Channel.SMS, direction=Direction.IN,
        )  # fmt: skip
    with reading(engine) as session:
        entry, content = session.exec(select(Touchpoint)).one(), session.exec(select(TouchpointContent)).one()
        assert verify(session).intact
    assert entry.hash == entry_hash(entry.model_dump())
    assert entry.content_hash == content_hash(content.salt, content.text, content.values)
    assert entry.at == at


def test_the_same_words_never_hash_alike(engine: Engine) -> None:
    """Each content has a salt of its own, so that what is erased cannot be guessed from its hash."""
    with writing(engine) as session:
        add_tenancy(session)
        hashes = {
            touchpoints.append(session, "T-1", at=NOW, kind=TouchpointKind.NOTE, actor="Sara", text="JA").content_hash
            for _ in range(5)
        }
    assert len(hashes) == 5


def test_a_naive_moment_is_refused(engine: Engine) -> None:
    with writing(engine) as session:
        add_tenancy(session)
        with pytest.raises(ValueError, match="without a time zone"):
            touchpoints.append(session, "T-1", at=NOW.replace(tzinfo=None), kind=TouchpointKind.NOTE, actor="Sara")


@pytest.mark.parametrize("statement", ["UPDATE touchpoint SET actor = 'x'", "DELETE FROM touchpoint"])
def test_the_database_refuses_to_change_or_remove_an_entry(engine: Engine, statement: str) -> None:
    with writing(engine) as session:
        add_tenancy(session)
        touchpoints.append(session, "T-1", at=NOW, kind=TouchpointKind.NOTE, actor="Sara")
    with pytest.raises(DBAPIError, match="append-only"), engine.begin() as connection:
        connection.execute(text(statement))


def test_postgresql_refuses_to_empty_the_log(postgres_engine: Engine) -> None:
    with writing(postgres_engine) as session:
        add_tenancy(session)
        touchpoints.append(session, "T-1", at=NOW, kind=TouchpointKind.NOTE, actor="Sara")
    with pytest.raises(DBAPIError, match="append-only"), postgres_engine.begin() as connection:
        connection.execute(text("TRUNCATE touchpoint CASCADE"))


def test_a_page_is_newest_first_and_goes_on_before_a_sequence_number(engine: Engine) -> None:
    with writing(engine) as session:
        add_tenancy(session)
        for number in range(1, 6):
            touchpoints.append(session, "T-1", at=NOW, kind=TouchpointKind.NOTE, actor="Sara", text=str(number))
    with reading(engine) as session:
        first = touchpoints.page(session, "T-1", limit=2)
        rest = touchpoints.page(session, "T-1", before=first[-1].touchpoint.seq, limit=10)
    assert [entry.content.text for entry in first + rest if entry.content] == ["5", "4", "3", "2", "1"]


def test_eight_threads_write_one_unbroken_chain(engine: Engine) -> None:
    with writing(engine) as session:
        add_tenancy(session)
    failures: list[BaseException] = []

    def write(name: str) -> None:
        try:
            for number in range(10):
                with writing(engine) as session:
                    touchpoints.append(
                        session, "T-1", at=NOW, kind=TouchpointKind.NOTE, actor=name, text=f"{name} {number}"
                    )
        except BaseException as failure:  # noqa: BLE001  a thread's failure is the test's
            failures.append(failure)

    threads = [threading.Thread(target=write, args=(f"thread {n}",)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    with reading(engine) as session:
        assert session.exec(select(Touchpoint.seq).order_by(Touchpoint.seq)).all() == list(range(1, 81))  # type: ignore[arg-type]
        assert verify(session).intact
