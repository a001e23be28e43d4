"""Situations for property tests: facts, a sequence and a moment, mostly ordinary so that many lead to a message."""

from collections.abc import Sequence as Row
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from typing import Final

from hypothesis import strategies as st

from app.policy.facts import (
    CallAttempt,
    ContactPoint,
    Facts,
    FeedFacts,
    HolderFacts,
    HoldFacts,
    InvoiceFacts,
    LegalFacts,
    RunFacts,
    TouchFacts,
)
from app.policy.sequence_file import Sequence
from app.vocabulary import BlockKind, Channel, HoldKind, PaymentMethod
from tests.support.facts import (
    ARREARS,
    RULES,
    STOCKHOLM,
    THANKS,
    WELCOME,
    email,
    facts,
    fresh,
    holder,
    invoice,
    plan,
    sms,
)

DAY = timedelta(days=1)
Odd = frozenset[str]

STERN = plan("""
    key = "arrears"
    anchor = "due_date"
    class = "arrears"
    stop = "nothing_chaseable"
    gap = "1 bank day"
    [[step]]
    key = "call"
    kind = "call"
    after = "1 day"
    if_not_reached = "still_missing"
    [[step]]
    key = "hello"
    kind = "message"
    after = "2 days"
    template = "not_seen_yet"
    if_part_paid = "part_missing"
    gentle = true
    until = "3 days"
    when = ["not_answered"]
    [[step]]
    key = "again"
    kind = "message"
    after = "3 days"
    template = "still_missing"
    until = "9 days"
    [[step]]
    key = "meet"
    kind = "message"
    after = "5 days"
    template = "may_we_meet"
    channel = "sms"
    [[step]]
    key = "officer"
    kind = "review"
    after = "12 days"
""")
"""A company's own plan: an early call, three messages, one of them by SMS only, and a review of another name."""


@dataclass(frozen=True, slots=True)
class Situation:
    facts: Facts
    sequence: Sequence
    now: datetime


ODD: Final = (
    "protected_identity", "deceased", "organisation", "represented", "blocked", "no_home", "no_points", "second_holder",
    "disputed", "in_collection", "in_plan", "deferred", "parking", "remaining", "late_import", "other_months",
    "replaced", "autogiro", "ended", "held", "held_twice", "answered", "called", "claims", "notice", "eviction", "feed", "pending",
    "paused", "surge", "skipped", "other_round",
)  # fmt: skip
"""What may be out of the ordinary. A situation has few of these at a time, or nobody would ever be written to."""


@st.composite
def situations(draw: st.DrawFn) -> Situation:
    count = draw(st.sampled_from([0, 1, 1, 2, 3, 6]))
    odd = frozenset(draw(st.lists(st.sampled_from(ODD), min_size=count, max_size=count)))
    sequence = draw(st.sampled_from([ARREARS, ARREARS, ARREARS, STERN, STERN, WELCOME, THANKS]))
    first = draw(st.dates(date(2026, 1, 1), date(2027, 12, 31)))
    now = draw(_moments(first, sequence))
    today = now.astimezone(STOCKHOLM).date()
    anchor = "start" if sequence is WELCOME else "INV-1"
    chance = Random(draw(st.integers(0, 2**31)))  # noqa: S311  details of a test, the same for the same number
    holders = _holders(odd, chance)
    known = facts(
        run=RunFacts(1, sequence.key, anchor, first),
        home="no_home" not in odd,
        ended_on=today if "ended" in odd else None,
        payment_method=chance.choice([None, *PaymentMethod]) if "autogiro" in odd else None,
        holders=holders,
        invoices=_invoices(odd, chance, first, sequence),
        touches=_touches(odd, chance, sequence, anchor, now),
        holds=_holds(odd, chance, now),
        call_attempts=_attempts(odd, chance, anchor, now),
        answered_at=(now,) if "answered" in odd else (),
        claims=_claims(odd, chance, holders, today),
        legal=LegalFacts(today - 3 * DAY if "notice" in odd else None, today if "eviction" in odd else None),
        feed=_feed(odd, chance, now, first),
        pending_events=int("pending" in odd),
        last_arrears_sent_on=chance.choice([None, first, first, first]),
        paused="paused" in odd,
        surge="surge" in odd,
    )
    return Situation(known, sequence, now)


def _moments(first: date, sequence: Sequence) -> st.SearchStrategy[datetime]:
    """Around the days of a round that begins on `first`, most of them at the first opening after the day."""
    near = range(3) if sequence is THANKS else range(1, 8)
    days = st.sampled_from([*near, *near, *near, -2, 0, 8, 9, 10, 12, 20, 45])
    minutes = st.integers(0, 24 * 60 - 1)
    exact = st.sampled_from([True, False, False])
    return st.builds(lambda n, m, as_drawn: _moment(first + n * DAY, m, as_drawn=as_drawn), days, minutes, exact)


def _moment(day: date, minutes: int, *, as_drawn: bool) -> datetime:
    drawn = (datetime.combine(day, time(), STOCKHOLM) + timedelta(minutes=minutes)).astimezone(UTC)
    return drawn if as_drawn else RULES.contact_hours.next_open(drawn)


def _invoices(odd: Odd, chance: Random, first: date, sequence: Sequence) -> tuple[InvoiceFacts, ...]:
    if sequence is THANKS:
        first -= 4 * DAY
    found = [_invoice(odd, chance, "INV-1", first, sequence)]
    if "other_months" in odd:
        found += [_invoice(odd, chance, "INV-8", first - 31 * DAY, sequence)] * chance.randint(0, 1)
        found += [_invoice(odd, chance, "INV-9", first + chance.choice([1, 30]) * DAY, sequence)]
    if "replaced" in odd:
        found.append(replace(found[0], id="INV-7", remaining=chance.choice([0, 845_000])))
        found[0] = replace(found[0], replaced=True)
    return () if sequence is WELCOME and "other_months" not in odd else tuple(found)


def _invoice(odd: Odd, chance: Random, number: str, due: date, sequence: Sequence) -> InvoiceFacts:
    seen = datetime.combine(due, time(6), UTC)
    left = [0, 1, 9_999, 10_000, 400_000, 845_000] if "remaining" in odd else [0 if sequence is THANKS else 845_000]
    return invoice(
        number,
        due_date=due,
        period=f"{due + 5 * DAY:%Y-%m}",
        remaining=chance.choice(left),
        kind="parking" if "parking" in odd and chance.random() < 0.5 else "rent",
        first_seen=seen + (chance.randint(5, 30) if "late_import" in odd else -20) * DAY,
        as_of=seen,
        payment_method=chance.choice([None, *PaymentMethod]) if "autogiro" in odd else None,
        paid_on=chance.choice([None, due, due + 3 * DAY, due + 3 * DAY]),
        deferred_until=due + chance.randint(0, 9) * DAY if "deferred" in odd else None,
        **{flag: flag in odd and chance.random() < 0.7 for flag in ("disputed", "in_collection", "in_plan")},
    )


def _holders(odd: Odd, chance: Random) -> tuple[HolderFacts, ...]:
    people = [_holder(odd, chance, "P-1", primary=True)]
    if "second_holder" in odd:
        people.append(_holder(odd, chance, "P-2", primary=False))
    return tuple(people)


def _holder(odd: Odd, chance: Random, tenant_id: str, *, primary: bool) -> HolderFacts:
    kinds = [None, *BlockKind] if "blocked" in odd else [None]
    phone = sms(f"+4670174060{tenant_id[-1]}", chance.choice(kinds))
    mail = email(f"{tenant_id}@example.se", chance.choice(kinds))
    points: list[tuple[ContactPoint, ...]] = [(phone,), (phone, mail), (mail,)]
    return holder(
        tenant_id,
        primary=primary,
        given_name=chance.choice(["Amina", "Bo", ""]),
        language=chance.choice([None, "sv", "en", "ar"]),
        preferred=chance.choice([None, *Channel]),
        points=() if "no_points" in odd and chance.random() < 0.7 else chance.choice(points),
        **{
            flag: flag in odd and chance.random() < 0.7
            for flag in ("protected_identity", "deceased", "organisation", "represented")
        },
    )


def _touches(odd: Odd, chance: Random, sequence: Sequence, anchor: str, now: datetime) -> tuple[TouchFacts, ...]:
    """Some of the plan done so far, a few days apart; some of it passed over or in another round."""
    count = chance.choice([0, 0, 0, 1, 2, len(sequence.steps)]) if len(sequence.steps) > 1 else 0
    return tuple(
        TouchFacts(
            sequence=sequence.key,
            anchor="INV-8" if "other_round" in odd and chance.random() < 0.7 else anchor,
            step=step.key,
            kind=step.kind,
            at=now - (count - number + 3) * DAY,
            skipped="skipped" in odd and chance.random() < 0.5,
            gentle=step.gentle,
        )
        for number, step in enumerate(sequence.steps[:count])
    )


def _holds(odd: Odd, chance: Random, now: datetime) -> tuple[HoldFacts, ...]:
    kinds = chance.sample(list(HoldKind), ("held" in odd) + 2 * ("held_twice" in odd))
    ends = [None, now - DAY, now, now + timedelta(seconds=1), now + 3 * DAY]
    return tuple(
        HoldFacts(id=kind.value, kind=kind, since=now - chance.randint(0, 6) * DAY, until=chance.choice(ends))
        for kind in kinds
    )


def _attempts(odd: Odd, chance: Random, anchor: str, now: datetime) -> tuple[CallAttempt, ...]:
    made = chance.randint(1, 3) if "called" in odd else 0
    return tuple(CallAttempt("call", anchor, now, reached=chance.random() < 0.2) for _ in range(made))


def _claims(odd: Odd, chance: Random, holders: Row[HolderFacts], today: date) -> dict[str, tuple[date, ...]]:
    if "claims" not in odd:
        return {}
    keys = [*(f"tenant:{h.tenant_id}" for h in holders), *(f"point:{p.address}" for h in holders for p in h.points)]
    return {key: tuple(today - n * DAY for n in chance.sample(range(9), chance.randint(0, 4))) for key in keys}


def _feed(odd: Odd, chance: Random, now: datetime, first: date) -> FeedFacts:
    other = [FeedFacts(), FeedFacts(now - 5 * DAY, first + 60 * DAY), FeedFacts(now, first)]
    return chance.choice(other) if "feed" in odd else fresh(now)
