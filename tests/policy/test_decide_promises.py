"""Whatever the facts: what a decision never does. Generated facts, none of them tidy."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

from hypothesis import HealthCheck, given, seed, settings
from hypothesis import strategies as st

from app.policy.decision import Assign, Decision, Send, Stop, Wait
from app.policy.facts import Facts, FeedFacts, HoldFacts, InvoiceFacts, LegalFacts, TouchFacts
from app.policy.holds import BLOCKS
from app.policy.sequence import decide
from app.rendering.reasons import because_sentence
from app.vocabulary import BlockKind, Channel, EndReason, HoldKind, PaymentMethod, StepKind
from tests.support.facts import ARREARS, RULES, STOCKHOLM, email, facts, holder, invoice, run, sms

EXAMPLES = 2_000
LEAST_SENT = 0.20
FIRST = date(2026, 9, 1)
SWEDISH_DAYS = st.integers(0, 210).map(lambda n: FIRST + timedelta(days=n))
BANK_DAYS = st.integers(1, 140).map(lambda n: RULES.calendar.add_bank_days(FIRST, n))


@dataclass
class Tally:
    """How many of the generated examples came to what."""

    decisions: Counter[str] = field(default_factory=Counter)


def rarely(strategy: st.SearchStrategy[Any], otherwise: Any, of: int = 40) -> st.SearchStrategy[Any]:
    """Mostly `otherwise`, so that most examples get as far as the steps."""
    return st.integers(1, of).flatmap(lambda n: strategy if n == of - 2 else st.just(otherwise))


@st.composite
def moments(draw: st.DrawFn) -> datetime:
    """Any minute, most of them by day. Weights by `sampled_from`: `one_of` counts equal branches once."""
    day = draw(draw(st.sampled_from([BANK_DAYS] * 5 + [SWEDISH_DAYS])))
    hour = draw(st.sampled_from([*range(9, 18)] * 8 + [*range(24)]))
    return datetime(day.year, day.month, day.day, hour, draw(st.integers(0, 59)), tzinfo=STOCKHOLM).astimezone(UTC)


@st.composite
def invoices(draw: st.DrawFn, number: int, today: date) -> InvoiceFacts:
    due = today - timedelta(days=draw(st.integers(-2, 4) if number else st.integers(5, 7)))
    amount = draw(st.integers(200_000, 1_500_000))
    remaining = draw(rarely(st.sampled_from([0, 5_000, amount // 2]), amount, 6))
    seen = datetime.combine(due, datetime.min.time(), UTC) - timedelta(days=draw(rarely(st.integers(-20, 0), 20)))
    return invoice(
        f"INV-{number}",
        period=due.strftime("%Y-%m"),
        due_date=due,
        amount=amount,
        remaining=remaining,
        first_seen=seen,
        as_of=datetime.combine(today, datetime.min.time(), UTC),
        kind=draw(rarely(st.just("fee"), "rent", 20)),
        deferred_until=draw(rarely(st.just(today + timedelta(days=3)), None)),
        disputed=draw(rarely(st.just(True), False, 20)),  # noqa: FBT003
        in_collection=draw(rarely(st.just(True), False, 20)),  # noqa: FBT003
        in_plan=draw(rarely(st.just(True), False, 20)),  # noqa: FBT003
        payment_method=draw(rarely(st.just(PaymentMethod.AUTOGIRO), PaymentMethod.INVOICE, 8)),
    )


@st.composite
def touches(draw: st.DrawFn, now: datetime) -> TouchFacts:
    step, kind = draw(
        st.sampled_from(
            [("not_seen_yet", StepKind.MESSAGE), ("call", StepKind.CALL), ("review", StepKind.REVIEW),
             ("call.not_reached", StepKind.MESSAGE)]
        )
    )  # fmt: skip
    return TouchFacts(
        sequence="arrears",
        anchor="INV-0",
        step=step,
        kind=kind,
        at=now - timedelta(hours=draw(st.integers(1, 140))),
        skipped=draw(st.booleans()),
        gentle=step == "not_seen_yet",
    )


@st.composite
def holds(draw: st.DrawFn, now: datetime) -> HoldFacts:
    until = draw(st.one_of(st.none(), st.integers(-48, 72).map(lambda h: now + timedelta(hours=h))))
    kind = draw(st.sampled_from(list(HoldKind)))
    return HoldFacts(id=f"{kind}", kind=kind, since=now - timedelta(hours=draw(st.integers(0, 90))), until=until)


@st.composite
def worlds(draw: st.DrawFn) -> tuple[Facts, datetime]:
    now = draw(moments())
    today = now.astimezone(STOCKHOLM).date()
    blocked = rarely(st.sampled_from(list(BlockKind)), None, 5)
    people = [
        holder(
            f"P-{n}",
            primary=n == 0,
            points=(sms(f"+4670174060{n}", draw(blocked)), email(f"p{n}@example.org", draw(blocked))),
            preferred=draw(st.sampled_from([None, Channel.SMS, Channel.EMAIL])),
            protected_identity=draw(rarely(st.just(True), False, 25)),  # noqa: FBT003
            deceased=draw(rarely(st.just(True), False, 25)),  # noqa: FBT003
            organisation=draw(rarely(st.just(True), False, 25)),  # noqa: FBT003
            represented=draw(rarely(st.just(True), False, 25)),  # noqa: FBT003
        )
        for n in range(draw(st.sampled_from([1, 1, 1, 2])))
    ]
    owed = [draw(invoices(n, today)) for n in range(draw(st.sampled_from([1, 1, 1, 2])))]
    keys = [f"tenant:{p.tenant_id}" for p in people] + [f"point:{q.address}" for p in people for q in p.points]
    days = st.lists(st.integers(0, 6).map(lambda n: today - timedelta(days=n)), max_size=4, unique=True)
    made = draw(rarely(st.lists(touches(now), min_size=1, max_size=3, unique_by=lambda t: t.step), [], 4))
    return (
        facts(
            run=run(anchor="INV-0", anchor_date=owed[0].due_date),
            home=draw(rarely(st.just(False), True, 25)),  # noqa: FBT003
            ended_on=draw(rarely(st.just(today), None, 25)),
            end_reason=EndReason.MOVED,
            holders=tuple(people),
            invoices=tuple(owed),
            touches=tuple(made),
            holds=tuple(draw(rarely(st.lists(holds(now), min_size=1, max_size=2), [], 6))),
            claims={key: tuple(draw(days)) for key in keys if draw(st.integers(1, 8)) == 5},
            legal=LegalFacts(draw(rarely(st.just(today - timedelta(days=3)), None, 25)), None),
            feed=FeedFacts(now - timedelta(hours=draw(rarely(st.integers(30, 200), 1))), today),
            pending_events=draw(rarely(st.just(1), 0)),
            paused=draw(rarely(st.just(True), False, 20)),  # noqa: FBT003
            surge=draw(rarely(st.just(True), False, 20)),  # noqa: FBT003
        ),
        now,
    )


def test_no_decision_breaks_a_promise() -> None:
    """Two thousand untidy households; a fifth of them at least are to be written to, or the test proves little."""
    tally = Tally()

    @seed(20261030)
    @settings(max_examples=EXAMPLES, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(worlds())
    def every(world: tuple[Facts, datetime]) -> None:
        known, now = world
        decision = decide(known, ARREARS, RULES, now)
        tally.decisions[type(decision).__name__] += 1
        assert decision == decide(known, ARREARS, RULES, now)
        _explained(decision)
        if isinstance(decision, Send):
            _may_be_sent(decision, known, now)
        if isinstance(decision, Assign):
            assert RULES.contact_hours.is_open(now)
        if isinstance(decision, Wait):
            assert decision.until is None or decision.until > now

    every()
    sent = tally.decisions["Send"] / tally.decisions.total()
    print(f"{tally.decisions.total()} examples: {dict(tally.decisions)}; {sent:.0%} are sent")  # noqa: T201
    assert sent >= LEAST_SENT
    assert set(tally.decisions) == {Send.__name__, Assign.__name__, Wait.__name__, Stop.__name__}


def _explained(decision: Decision) -> None:
    for reason in (decision.because, *(s.because for s in getattr(decision, "skipped", ()))):
        for language in ("sv", "en"):
            sentence = because_sentence(reason, language, STOCKHOLM)
            assert sentence.endswith(".")
            assert "{" not in sentence


def _may_be_sent(send: Send, known: Facts, now: datetime) -> None:
    today = now.astimezone(STOCKHOLM).date()
    assert known.chaseable(today), "nobody who has paid is reminded"
    assert known.ended_on is None
    assert not known.paused
    assert not known.pending_events
    assert known.legal == LegalFacts()
    assert known.home
    for person in known.holders:
        flags = {person.protected_identity, person.deceased, person.organisation, person.represented}
        assert flags == {False}
    here = now.astimezone(STOCKHOLM)
    assert 9 <= here.hour < 18
    assert here.weekday() < 5
    assert not RULES.calendar.is_holiday(today)
    for key in send.recipient.cap_keys:
        days = known.claims.get(key, ())
        assert today not in days, "one message a day"
        assert len([d for d in days if d > today - timedelta(days=7)]) < 3, "three in seven days"
    gentle_before = any(t.gentle and not t.skipped for t in known.touches)
    assert send.gentle or gentle_before, "never stern before gentle"
    assert not any(t.step == send.step and not t.skipped for t in known.touches), "never the same step twice"
    in_force = [h for h in known.holds if h.until is None or h.until > now]
    assert not any(StepKind.MESSAGE in BLOCKS[h.kind] for h in in_force), "a hold holds"
    point = next(
        p for person in known.holders if person.tenant_id == send.recipient.tenant_id for p in person.points
        if p.address == send.recipient.address
    )  # fmt: skip
    assert point.blocked is None
    assert not (send.first and known.surge)


def test_looking_again_when_told_to_always_leads_on() -> None:
    """A wait whose time has come is followed by something else, or by a later look: no run turns on the spot."""

    @seed(20261031)
    @settings(max_examples=500, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(worlds())
    def every(world: tuple[Facts, datetime]) -> None:
        known, now = world
        for _ in range(40):
            decision = decide(known, ARREARS, RULES, now)
            if not isinstance(decision, Wait) or decision.until is None:
                return
            assert decision.until > now
            now = decision.until

    every()
