"""API keys: shown once, kept as a digest, scoped, revocable."""

import re

import pytest
from sqlalchemy import Engine
from sqlmodel import select

from app.errors import Conflict, Invalid, NotFound
from app.flows.keys import create_key, list_keys, recognise, revoke_key
from app.models import ApiKey
from app.store.engine import reading, writing
from app.vocabulary import KeyScope
from tests.support.rows import NOW


def test_a_key_is_recognised_by_what_was_shown_once(engine: Engine) -> None:
    with writing(engine) as session:
        key = create_key(session, "Momentum", KeyScope.WRITE, NOW)
    with reading(engine) as session:
        caller = recognise(session, key)
        kept = session.exec(select(ApiKey)).one()
    assert re.fullmatch(r"kvar_[A-Za-z0-9_-]{43}", key)
    assert caller is not None
    assert (caller.name, caller.scope) == ("Momentum", KeyScope.WRITE)
    assert key not in str(kept.model_dump())
    assert re.fullmatch(r"[0-9a-f]{64}", kept.digest)


@pytest.mark.parametrize(
    ("scope", "may"),
    [(KeyScope.READ, {"read"}), (KeyScope.WRITE, {"read", "write"}), (KeyScope.ADMIN, {"read", "write", "admin"})],
)
def test_a_scope_reaches_itself_and_those_below(sqlite_engine: Engine, scope: KeyScope, may: set[str]) -> None:
    with writing(sqlite_engine) as session:
        caller = recognise(session, create_key(session, "k", scope, NOW))
    assert caller is not None
    assert {asked.value for asked in KeyScope if caller.may(asked)} == may


def test_a_revoked_key_is_nobody(engine: Engine) -> None:
    with writing(engine) as session:
        key = create_key(session, "old", KeyScope.READ, NOW)
        revoke_key(session, "old", NOW)
        assert recognise(session, key) is None
        with pytest.raises(Conflict, match="revoked already"):
            revoke_key(session, "old", NOW)


def test_an_unknown_name_cannot_be_revoked(engine: Engine) -> None:
    with writing(engine) as session, pytest.raises(NotFound, match="no key named x"):
        revoke_key(session, "x", NOW)


def test_a_name_is_never_used_twice_even_after_revocation(engine: Engine) -> None:
    with writing(engine) as session:
        create_key(session, "one", KeyScope.READ, NOW)
        with pytest.raises(Conflict, match="choose another"):
            create_key(session, "one", KeyScope.READ, NOW)
        revoke_key(session, "one", NOW)
        with pytest.raises(Conflict, match="choose another"):
            create_key(session, "one", KeyScope.READ, NOW)


@pytest.mark.parametrize("name", ["", " ", " a", "a ", "a\x00b", "a\nb", "x" * 101, "\u202e"])
def test_a_name_must_be_printable(sqlite_engine: Engine, name: str) -> None:
    with writing(sqlite_engine) as session, pytest.raises(Invalid, match="name of a key"):
        create_key(session, name, KeyScope.READ, NOW)


@pytest.mark.parametrize("key", ["", "kvar_", "kvar_" + "a" * 43, "kvar_" + "å" * 43, "\x00", "kvar_" + "a" * 10_000])
def test_what_is_not_a_key_is_nobody(engine: Engine, key: str) -> None:
    with reading(engine) as session:
        assert recognise(session, key) is None


def test_keys_are_listed_by_name(engine: Engine) -> None:
    with writing(engine) as session:
        for name in ("b", "a"):
            create_key(session, name, KeyScope.READ, NOW)
        revoke_key(session, "b", NOW)
        assert [(key.name, key.revoked_at) for key in list_keys(session)] == [("a", None), ("b", NOW)]
