"""An answer to a tenant's own message: uncapped, at any hour; stopped by a pause, a blocked number, or its age."""

import pytest

from app.policy.answers import DESPITE_BLOCK, may_answer
from app.vocabulary import BlockKind
from tests.support.facts import TEMPLATES, at

OPT_OUT, WRONG, FAILED = BlockKind.OPT_OUT, BlockKind.WRONG_NUMBER, BlockKind.FAILED


@pytest.mark.parametrize(
    ("template", "now", "blocked", "paused", "expected"),
    [
        ("callback_ack", "2026-11-03 03:00", None, False, None),
        ("callback_ack", "2026-12-24 23:00", None, False, None),
        (None, "2026-11-03 03:00", None, False, None),
        ("callback_ack", "2026-11-03 03:00", None, True, "paused"),
        ("crisis_ack_open", "2026-11-03 03:00", None, True, "paused"),
        ("callback_ack", "2026-11-03 03:00", OPT_OUT, False, "opted_out"),
        ("callback_ack", "2026-11-03 03:00", WRONG, False, "point_blocked"),
        ("callback_ack", "2026-11-03 03:00", FAILED, False, "point_blocked"),
        ("opt_out_ack", "2026-11-03 03:00", OPT_OUT, False, None),
        ("wrong_number_ack", "2026-11-03 03:00", WRONG, False, None),
        ("crisis_ack_closed", "2026-11-03 03:00", OPT_OUT, False, None),
    ],
)
def test_whether_an_answer_may_leave(
    template: str | None, now: str, blocked: BlockKind | None, paused: bool, expected: str | None
) -> None:
    reason = may_answer(template, at(now), blocked, at(now), paused=paused)
    assert (reason.code.value if reason else None) == expected


@pytest.mark.parametrize(
    ("now", "expected"), [("2026-11-03 15:00", None), ("2026-11-03 15:01", "expired"), ("2026-11-05 03:00", "expired")]
)
def test_an_answer_that_could_not_leave_for_half_a_day_would_only_surprise(now: str, expected: str | None) -> None:
    reason = may_answer("crisis_ack_open", at("2026-11-03 03:00"), None, at(now), paused=False)
    assert (reason.code.value if reason else None) == expected


def test_what_goes_to_a_blocked_number_is_a_text_that_exists() -> None:
    assert DESPITE_BLOCK <= TEMPLATES
