"""The closed list of conditions that a step may name in `when`. All of a step's conditions must hold."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Final

from app.policy.facts import Facts
from app.policy.rules import Rules
from app.vocabulary import Channel, Condition, PaymentMethod

NEW_FOR: Final = timedelta(days=183)
"""A tenant is new during the first half year."""


def holds(condition: Condition, facts: Facts, rules: Rules, anchor_date: date, today: date) -> bool:
    """Whether `condition` is true of the tenancy; `anchor_date` is the first day of the round."""
    return _TABLE[condition](facts, rules, anchor_date, today)


def answered(facts: Facts, rules: Rules, anchor_date: date) -> bool:
    """Since the anchor: a reply that says something, or a call or visit with outcome reached."""
    return any(rules.local_date(at) >= anchor_date for at in facts.answered_at)


def uses_autogiro(facts: Facts) -> bool:
    """The anchor invoice is drawn from the tenant's account; without word on it, the tenancy's way of paying counts."""
    invoice = facts.invoice(facts.run.anchor)
    method = (invoice.payment_method if invoice else None) or facts.payment_method
    return method is PaymentMethod.AUTOGIRO


def part_paid(facts: Facts, today: date) -> bool:
    """Something has been paid of what may be reminded of, but not all."""
    return any(0 < i.remaining < i.amount for i in facts.chaseable(today))


def _new(facts: Facts, today: date) -> bool:
    return facts.starts_on is not None and today - facts.starts_on < NEW_FOR


def _has(facts: Facts, channel: Channel) -> bool:
    return any(h.point(channel) for h in facts.holders)


def _nothing_overdue(facts: Facts, today: date) -> bool:
    return not any(i.past_due(today) for i in facts.invoices)


_Test = Callable[[Facts, Rules, date, date], bool]
_TABLE: Final[dict[Condition, _Test]] = {
    Condition.NOT_ANSWERED: lambda f, r, a, _: not answered(f, r, a),
    Condition.ANSWERED: lambda f, r, a, _: answered(f, r, a),
    Condition.CHILDREN_IN_HOUSEHOLD: lambda f, _r, _a, _t: f.children_in_household is True,
    Condition.NEW_TENANT: lambda f, _r, _a, t: _new(f, t),
    Condition.LATE_BEFORE: lambda f, _r, _a, _t: f.late_before,
    Condition.PLAN_OFFERED: lambda f, _r, _a, _t: f.plan_offered,
    Condition.NOT_PLAN_OFFERED: lambda f, _r, _a, _t: not f.plan_offered,
    Condition.HAS_SMS: lambda f, _r, _a, _t: _has(f, Channel.SMS),
    Condition.HAS_EMAIL: lambda f, _r, _a, _t: _has(f, Channel.EMAIL),
    Condition.AUTOGIRO: lambda f, _r, _a, _t: uses_autogiro(f),
    Condition.NOTHING_PAID: lambda f, _r, _a, t: not part_paid(f, t),
    Condition.PART_PAID: lambda f, _r, _a, t: part_paid(f, t),
    Condition.NOTHING_OVERDUE: lambda f, _r, _a, t: _nothing_overdue(f, t),
}
