"""The checks that come before any step: is it over, is it for people, is it known well enough. In their fixed order."""

from datetime import datetime, timedelta
from typing import Final

from app.policy.because import Because, because
from app.policy.decision import Assign, Decision, Stop, Wait
from app.policy.facts import InvoiceFacts
from app.policy.freshness import feed_fresh
from app.policy.legal import due_milestone, next_milestone_on
from app.policy.look import Look
from app.policy.next_step import Next
from app.policy.sequence_file import StopRule
from app.vocabulary import ReasonCode, StepKind

LATE_IMPORT: Final = timedelta(days=8)
"""An invoice first seen later than this after its due date is a person's: nothing was done in time."""

AGAIN: Final = timedelta(hours=1)


def ended(look: Look) -> Decision | None:
    """Check 1: the tenancy is over, or there is nothing to write about."""
    facts = look.facts
    if facts.ended_on is not None:
        return Stop(because=because(ReasonCode.TENANCY_ENDED, day=facts.ended_on))
    if facts.holders and all(h.deceased for h in facts.holders):
        return Stop(because=because(ReasonCode.DECEASED))
    match look.sequence.stop:
        case StopRule.NOTHING_CHASEABLE:
            return _settled_or_not_due(look)
        case StopRule.NOT_CROSSED:
            return _not_crossed(look)
        case StopRule.TENANCY_ENDED:
            return None


def _settled_or_not_due(look: Look) -> Decision | None:
    invoice = look.invoice
    if invoice is None or invoice.remaining <= 0:
        return Stop(because=about(look, ReasonCode.PAID, invoice))
    if invoice.due_date >= look.today:
        tomorrow = look.midnight(invoice.due_date + timedelta(days=1))
        return Wait(until=tomorrow, because=because(ReasonCode.NOT_DUE, day=invoice.due_date, month=invoice.period))
    return None


def _not_crossed(look: Look) -> Stop | None:
    """A thank-you only when the payment was on its way before our message left; in doubt, silence."""
    invoice = look.invoice
    if invoice is None or invoice.remaining > 0:
        return Stop(because=about(look, ReasonCode.UNPAID_AGAIN, invoice))
    if any(i.past_due(look.today) for i in look.facts.invoices):
        return Stop(because=about(look, ReasonCode.STILL_OWES, invoice))
    left = look.facts.last_arrears_sent_on
    crossed = invoice.paid_on is not None and left is not None and invoice.due_date < left and invoice.paid_on <= left
    return None if crossed else Stop(because=about(look, ReasonCode.NOT_CROSSED, invoice))


def no_automation(look: Look) -> Decision | None:
    """Check 2: people write to these, software does not. When they have been told, only the legal clock has more."""
    code = _not_for_software(look)
    if code is None or _is_set_aside(look):
        return None
    told = _review_key(look) in look.done
    return (legal(look) if told else None) or _review_once(look, _review_key(look), because(code))


def _is_set_aside(look: Look) -> bool:
    """The rent is owed, but in a plan, deferred, disputed or in collection: there is nothing to be told yet."""
    invoice = look.invoice
    return look.sequence.is_arrears and invoice is not None and invoice.is_rent and not invoice.chaseable(look.today)


def _review_key(look: Look) -> str:
    review = look.sequence.review
    return review.key if review else "review"


def _not_for_software(look: Look) -> ReasonCode | None:
    holders = look.facts.holders
    for code, found in (
        (ReasonCode.PROTECTED_IDENTITY, any(h.protected_identity for h in holders)),
        (ReasonCode.DECEASED_HOLDER, any(h.deceased for h in holders)),
        (ReasonCode.REPRESENTED, any(h.represented for h in holders)),
        (ReasonCode.ORGANISATION, any(h.organisation for h in holders)),
        (ReasonCode.NOT_A_HOME, not look.facts.home),
        (ReasonCode.NOT_RENT, look.sequence.is_arrears and look.invoice is not None and not look.invoice.is_rent),
    ):
        if found:
            return code
    return None


def _review_once(look: Look, step: str, reason: Because) -> Decision:
    """Put it before a person one time; after that nothing happens by itself."""
    if step in look.done or look.sequence.stop is StopRule.NOT_CROSSED:
        return Wait(until=None, because=reason)
    if not look.rules.contact_hours.is_open(look.now):
        return Wait(until=look.rules.contact_hours.next_open(look.now), because=reason)
    return Assign(step=step, kind=StepKind.REVIEW, because=reason)


def legal(look: Look) -> Decision | None:
    """Check 3: a notice is served or an eviction applied for. People have taken over; the clock gives them tasks."""
    known = look.facts.legal
    if known.eviction_applied_on is not None:
        reason = because(ReasonCode.EVICTION_APPLIED, day=known.eviction_applied_on)
        key = f"eviction_applied:{known.eviction_applied_on.isoformat()}"
        if key in look.assigned or not look.sequence.is_arrears or not _leads(look):
            return Wait(until=None, because=reason)
        return _review_once(look, key, reason)
    served = known.notice_served_on
    if served is None:
        return None
    reason = because(ReasonCode.NOTICE_SERVED, day=served)
    if not look.sequence.is_arrears or not _leads(look):
        return Wait(until=None, because=reason)
    milestone = due_milestone(served, look.assigned, look.today)
    if milestone is None:
        following = next_milestone_on(served, look.today)
        return Wait(until=look.midnight(following) if following else None, because=reason)
    if not look.rules.contact_hours.is_open(look.now):
        return Wait(until=look.rules.contact_hours.next_open(look.now), because=reason)
    return Assign(step=milestone.key(served), kind=milestone.kind, because=reason)


def _leads(look: Look) -> bool:
    """This run's invoice is the oldest unpaid rent, so that people get one set of tasks and not one an invoice."""
    owed = [i for i in look.facts.invoices if i.is_rent and i.past_due(look.today)]
    oldest = min(owed, key=lambda i: (i.due_date, i.id), default=None)
    return oldest is None or oldest.root == look.facts.run.anchor


def set_aside(look: Look) -> Decision | None:
    """The invoice is owed but may not be reminded of."""
    invoice = look.invoice
    if invoice is None or invoice.chaseable(look.today):
        return None
    if invoice.in_plan:
        return Wait(until=None, because=about(look, ReasonCode.PLAN_ACTIVE, invoice))
    if invoice.disputed:
        return Wait(until=None, because=about(look, ReasonCode.DISPUTED, invoice))
    if invoice.in_collection:
        return Wait(until=None, because=about(look, ReasonCode.IN_COLLECTION, invoice))
    until = invoice.deferred_until or look.today
    reason = because(ReasonCode.DEFERRED, until=until, month=invoice.period, name=look.facts.name or None)
    return Wait(until=look.midnight(until + timedelta(days=1)), because=reason)


def older_round(look: Look) -> Decision | None:
    """An older invoice leads the round; when that is with a person already, a newly overdue one tells the person."""
    oldest = look.facts.chaseable(look.today)[0]
    if oldest.root == look.facts.run.anchor:
        return None
    month = look.invoice.period if look.invoice else None
    if not _overdue_since_review(look, oldest) or "newly_overdue" in look.done:
        return Wait(until=None, because=because(ReasonCode.TOLD_WITH_OLDER, month=month, older=oldest.period))
    newly = because(ReasonCode.NEWLY_OVERDUE, month=month, name=look.facts.name or None)
    return doubt(look, Next(look.sequence.review, look.today)) or _review_once(look, "newly_overdue", newly)


def _overdue_since_review(look: Look, oldest: InvoiceFacts) -> bool:
    """Whether the older round was reviewed before this run's invoice was among what is owed."""
    key, invoice = _review_key(look), look.invoice
    reviews = [
        look.rules.local_date(t.at)
        for t in look.facts.touches
        if t.sequence == look.sequence.key and t.anchor == oldest.root and t.step == key
    ]
    if not reviews or invoice is None:
        return False
    owed_from = max(d for d in (invoice.due_date, invoice.deferred_until) if d is not None) + timedelta(days=1)
    return max(owed_from, look.rules.local_date(invoice.first_seen)) > max(reviews)


def doubt(look: Look, upcoming: Next) -> Decision | None:
    """Check 5: what is known may be out of date. Speaks once a step is due; until then its day is the next look."""
    if upcoming.day is None or upcoming.day > look.today:
        return None
    if look.facts.pending_events:
        return _again(look, upcoming, because(ReasonCode.FACTS_PENDING))
    if not feed_fresh(look.facts.feed, look.facts.chaseable(look.today), look.now, look.rules):
        known = look.facts.feed.as_of or min(i.as_of for i in look.facts.chaseable(look.today))
        return _again(look, upcoming, because(ReasonCode.FEED_STALE, at=known))
    return None


def _again(look: Look, upcoming: Next, reason: Because) -> Wait:
    step = upcoming.step
    return Wait(
        until=look.now + AGAIN, because=reason, step=step.key if step else None, first=look.would_be_first(step)
    )


def out_of_scope(look: Look) -> Decision | None:
    """Check 6: seen too late to begin gently, or too little to write about."""
    chain = [i for i in look.facts.invoices if i.root == look.facts.run.anchor]
    first_seen = min(look.rules.local_date(i.first_seen) for i in chain)
    if first_seen - min(i.due_date for i in chain) > LATE_IMPORT and not look.gentle_sent:
        reason = because(ReasonCode.LATE_IMPORT, day=first_seen, name=look.facts.name or None)
        return _review_once(look, _review_key(look), reason)
    owed = sum(i.remaining for i in look.facts.chaseable(look.today))
    if owed < look.rules.small_debt:
        reason = because(ReasonCode.SMALL_DEBT, name=look.facts.name or None)
        return Wait(until=_next_arrival(look), because=reason)
    return None


def _next_arrival(look: Look) -> datetime | None:
    """When by the calendar alone more rent may be reminded of: the day after a due date or a deferral."""
    owed = (i for i in look.facts.invoices if i.is_rent and i.remaining and not i.replaced)
    ahead = (max(i.due_date, i.deferred_until or i.due_date) for i in owed)
    first = min((day for day in ahead if day >= look.today), default=None)
    return None if first is None else look.midnight(first + timedelta(days=1))


def about(look: Look, code: ReasonCode, invoice: InvoiceFacts | None) -> Because:
    return because(code, name=look.facts.name or None, month=invoice.period if invoice else None)
