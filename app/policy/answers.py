"""Whether an answer to a tenant's own message may still leave. Answers are not capped and may go at any hour."""

from datetime import datetime, timedelta
from typing import Final

from app.policy.because import Because, because
from app.vocabulary import BlockKind, ReasonCode

DESPITE_BLOCK: Final = frozenset(
    {"opt_out_ack", "opt_in_ack", "wrong_number_ack", "crisis_ack_open", "crisis_ack_closed"}
)
"""Answers that go also to a blocked number: they confirm the block, or somebody may be in danger."""

STALE_AFTER: Final = timedelta(hours=12)
"""An answer that could not leave for so long would only surprise."""


def may_answer(
    template: str | None, written: datetime, blocked: BlockKind | None, now: datetime, *, paused: bool
) -> Because | None:
    """None when the answer may leave now; otherwise why not."""
    if paused:
        return because(ReasonCode.PAUSED)
    if now - written > STALE_AFTER:
        return because(ReasonCode.EXPIRED)
    if blocked is not None and template not in DESPITE_BLOCK:
        return because(ReasonCode.OPTED_OUT if blocked is BlockKind.OPT_OUT else ReasonCode.POINT_BLOCKED)
    return None
