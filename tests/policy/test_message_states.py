from datetime import timedelta
from itertools import permutations, product

import pytest

from app.policy.delivery import (
    FIRST_BACKOFF,
    LONGEST_BACKOFF,
    MAX_ATTEMPTS,
    MOVES,
    TERMINAL,
    origins,
    retry_delay,
)
from app.vocabulary import MessageState as S

RECEIPTS = (S.SENT, S.DELIVERED, S.UNDELIVERED)
ORDER = {S.QUEUED: 0, S.SENDING: 1, S.UNCERTAIN: 2, S.SENT: 3, S.DELIVERED: 4, S.UNDELIVERED: 4}


def after(receipts: tuple[S, ...], start: S) -> list[S]:
    """The states a message goes through when these receipts come in this order."""
    states = [start]
    for receipt in receipts:
        states.append(receipt if receipt in MOVES[states[-1]] else states[-1])
    return states


def test_every_state_has_its_moves() -> None:
    assert set(MOVES) == set(S)


def test_these_states_are_final() -> None:
    assert {S.DELIVERED, S.UNDELIVERED, S.CANCELLED, S.FAILED, S.UNRESOLVED, S.RECEIVED} == TERMINAL


@pytest.mark.parametrize("state", sorted(TERMINAL))
def test_a_final_state_never_moves(state: S) -> None:
    assert MOVES[state] == frozenset()


def test_nothing_but_a_queued_message_is_cancelled_or_begun() -> None:
    assert origins(S.CANCELLED) == origins(S.SENDING) == {S.QUEUED}


def test_only_what_is_being_sent_or_uncertain_may_be_queued_again() -> None:
    assert origins(S.QUEUED) == {S.SENDING, S.UNCERTAIN}


def test_only_an_uncertain_message_becomes_unresolved() -> None:
    assert origins(S.UNRESOLVED) == {S.UNCERTAIN}


@pytest.mark.parametrize("start", [S.QUEUED, S.SENDING, S.UNCERTAIN, S.SENT])
def test_receipts_in_any_order_and_number_never_move_a_message_backwards(start: S) -> None:
    for length in range(1, 5):
        for receipts in product(RECEIPTS, repeat=length):
            ranks = [ORDER[state] for state in after(receipts, start)]
            assert ranks == sorted(ranks), receipts


@pytest.mark.parametrize("final", [S.DELIVERED, S.UNDELIVERED])
def test_sent_and_final_receipts_end_the_same_in_every_order(final: S) -> None:
    for receipts in permutations((S.SENT, final, S.SENT, final)):
        assert after(receipts, S.SENDING)[-1] is final


@pytest.mark.parametrize(
    ("number", "least"),
    [(1, 30), (2, 60), (3, 120), (4, 240), (5, 480)],
)
def test_the_wait_doubles_and_its_jitter_adds_at_most_half(number: int, least: int) -> None:
    assert retry_delay("0" * 32, number) == timedelta(seconds=least)
    assert retry_delay("f" * 32, number) == timedelta(seconds=least * 1.5)


def test_the_same_attempt_always_waits_as_long() -> None:
    assert retry_delay("8a" * 16, 2) == retry_delay("8a" * 16, 2)


def test_the_wait_is_never_shorter_than_the_provider_asked_for() -> None:
    asked = timedelta(minutes=10)
    wait = retry_delay("7" * 32, 1, asked)
    assert wait is not None
    assert wait >= asked


def test_enough_is_enough_after_six_refusals() -> None:
    assert retry_delay("0" * 32, MAX_ATTEMPTS) is None
    assert FIRST_BACKOFF < LONGEST_BACKOFF
