"""What holds for every decision, whatever the facts: two thousand situations, each looked at by all the properties."""

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import date, time, timedelta

import pytest
from hypothesis import HealthCheck, Phase, given, settings

from app.policy.decision import Assign, Decision, Send, Stop, Wait
from app.policy.facts import InvoiceFacts, TouchFacts
from app.policy.sequence import decide
from app.rendering.reasons import because_sentence
from app.vocabulary import HoldKind, StepKind
from tests.support.facts import RULES, STOCKHOLM, THANKS
from tests.support.situations import Situation, situations
from tests.support.walk import Event, walk

EXAMPLES = 2000
SEND_SHARE = 0.2
DAY = timedelta(days=1)
ALWAYS = settings(
    max_examples=EXAMPLES,
    deadline=None,
    derandomize=True,
    database=None,
    phases=[Phase.generate, Phase.shrink],
    suppress_health_check=list(HealthCheck),
)


def today(case: Situation) -> date:
    return case.now.astimezone(STOCKHOLM).date()


def round_of(case: Situation) -> list[TouchFacts]:
    run = case.facts.run
    return [t for t in case.facts.touches if (t.sequence, t.anchor) == (run.sequence, run.anchor)]


def owed(case: Situation) -> list[InvoiceFacts]:
    """Chaseable debt, worked out anew."""
    found = []
    for i in case.facts.invoices:
        aside = i.disputed or i.in_collection or i.in_plan or i.replaced
        deferred = i.deferred_until is not None and today(case) <= i.deferred_until
        if i.kind == "rent" and today(case) > i.due_date and i.remaining > 0 and not aside and not deferred:
            found.append(i)
    return found


def reminds_only_of_what_is_owed(case: Situation, decision: Decision) -> None:
    if isinstance(decision, Send) and case.sequence.is_arrears:
        assert sum(i.remaining for i in owed(case)) >= RULES.small_debt
        assert case.facts.run.anchor in {i.root for i in owed(case)}
        assert set(decision.months) == {i.period for i in owed(case)}
        assert not case.facts.pending_events


def thanks_only_for_what_is_paid(case: Situation, decision: Decision) -> None:
    if isinstance(decision, Send) and case.sequence is THANKS:
        (paid,) = (i for i in case.facts.invoices if i.root == case.facts.run.anchor)
        left = case.facts.last_arrears_sent_on
        assert paid.remaining == 0
        assert left is not None
        assert paid.paid_on is not None
        assert paid.paid_on <= left


def keeps_the_hours(case: Situation, decision: Decision) -> None:
    if isinstance(decision, Send | Assign):
        at = case.now.astimezone(STOCKHOLM)
        assert at.weekday() < 5
        assert time(9) <= at.time() < time(18)
        assert not RULES.calendar.is_holiday(at.date())


def keeps_the_caps(case: Situation, decision: Decision) -> None:
    if isinstance(decision, Send):
        for key in (f"tenant:{decision.recipient.tenant_id}", f"point:{decision.recipient.address}"):
            days = case.facts.claims.get(key, ())
            assert today(case) not in days
            assert sum(today(case) - 7 * DAY < d <= today(case) for d in days) < 3


def is_gentle_first(case: Situation, decision: Decision) -> None:
    if isinstance(decision, Send) and case.sequence.is_arrears and not decision.gentle:
        assert any(t.gentle and t.kind is StepKind.MESSAGE and not t.skipped for t in round_of(case))


def is_for_a_person_who_may_be_written_to(case: Situation, decision: Decision) -> None:
    if isinstance(decision, Send):
        holders = case.facts.holders
        assert not any(h.protected_identity or h.deceased or h.organisation or h.represented for h in holders)
        assert case.facts.home
        assert case.facts.ended_on is None
        (person,) = (h for h in holders if h.tenant_id == decision.recipient.tenant_id)
        points = {(p.channel, p.address): p.blocked for p in person.points}
        assert points[decision.recipient.channel, decision.recipient.address] is None
        assert decision.language in RULES.sendable_languages


def leaves_it_to_people_after_a_notice(case: Situation, decision: Decision) -> None:
    if case.facts.legal.notice_served_on or case.facts.legal.eviction_applied_on:
        assert not isinstance(decision, Send)


def obeys_pause_surge_and_holds(case: Situation, decision: Decision) -> None:
    if isinstance(decision, Send):
        assert not case.facts.paused
        assert not (case.facts.surge and decision.first)
        word = {HoldKind.SAYS_PAID, HoldKind.PROMISE}
        for hold in case.facts.holds:
            in_force = hold.until is None or hold.until > case.now
            assert not in_force or (hold.kind in word and not case.sequence.is_arrears)


def repeats_nothing(case: Situation, decision: Decision) -> None:
    if isinstance(decision, Send | Assign):
        assert decision.step not in {t.step for t in round_of(case)}
    if isinstance(decision, Send) and case.sequence.review is not None:
        assert case.sequence.review.key not in {t.step for t in round_of(case)}


def is_explained(_: Situation, decision: Decision) -> None:
    for reason in (decision.because, *(skip.because for skip in decision.skipped)):
        for language in ("sv", "en"):
            said = because_sentence(reason, language, STOCKHOLM)
            assert said.endswith((".", "!", "?"))
            assert "{" not in said


def waits_for_the_future(case: Situation, decision: Decision) -> None:
    if isinstance(decision, Wait) and decision.until is not None:
        assert decision.until > case.now
        assert decision.until.utcoffset() == timedelta(0)


def is_the_same_every_time(case: Situation, decision: Decision) -> None:
    turned = replace(case.facts, invoices=case.facts.invoices[::-1], touches=case.facts.touches[::-1])
    assert decide(case.facts, case.sequence, RULES, case.now) == decision
    assert decide(turned, case.sequence, RULES, case.now) == decision


PROPERTIES: list[Callable[[Situation, Decision], None]] = [
    reminds_only_of_what_is_owed,
    thanks_only_for_what_is_paid,
    keeps_the_hours,
    keeps_the_caps,
    is_gentle_first,
    is_for_a_person_who_may_be_written_to,
    leaves_it_to_people_after_a_notice,
    obeys_pause_surge_and_holds,
    repeats_nothing,
    is_explained,
    waits_for_the_future,
    is_the_same_every_time,
]


def test_every_decision_keeps_the_promises(capsys: pytest.CaptureFixture[str]) -> None:
    """`decide` never raises, and all it says obeys every property; a fifth of the situations lead to a message."""
    seen: Counter[str] = Counter()

    @ALWAYS
    @given(situations())
    def look(case: Situation) -> None:
        decision = decide(case.facts, case.sequence, RULES, case.now)
        for keeps in PROPERTIES:
            keeps(case, decision)
        seen[type(decision).__name__] += 1
        seen[f"{case.sequence.steps[0].key}:{type(decision).__name__}"] += 1

    look()
    total = sum(seen[kind.__name__] for kind in (Send, Assign, Wait, Stop))
    with capsys.disabled():
        print(f"\n{total} situations, {seen['Send']} of them lead to Send ({seen['Send'] / total:.0%})")  # noqa: T201  the figure is asked for
    assert total >= EXAMPLES
    assert seen["Send"] >= SEND_SHARE * total, seen
    assert all(seen[f"{key}:Send"] for key in ("not_seen_yet", "call", "welcome", "thanks")), seen


def days_of(events: list[Event]) -> list[date]:
    return [e.at.astimezone(STOCKHOLM).date() for e in events if isinstance(e.decision, Send)]


@settings(ALWAYS, max_examples=400)
@given(situations())
def test_a_run_left_alone_moves_on_and_stays_within_its_bounds(case: Situation) -> None:
    """Following every wait for three weeks: no loop at one moment, no step twice, caps and gaps kept all along."""
    events = walk(case.facts, case.sequence, RULES, case.now, case.now + 21 * DAY)
    days = days_of(events)
    assert len(days) == len(set(days))
    assert all(sum(d - 7 * DAY < other <= d for other in days) <= 3 for d in days)
    assert len({e.decision.step for e in events}) == len(events)
    for event in events:
        keeps_the_hours(Situation(case.facts, case.sequence, event.at), event.decision)
    review = case.sequence.review
    reviewed = [e.at for e in events if review is not None and e.decision.step == review.key]
    assert not any(isinstance(e.decision, Send) and e.at >= at for at in reviewed for e in events)
