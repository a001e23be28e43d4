"""The closed list of conditions a step may name, each true and false."""

from datetime import timedelta
from typing import Any

import pytest

from app.policy.conditions import NEW_FOR, holds
from app.vocabulary import BlockKind, Condition, PaymentMethod
from tests.support.facts import DUE, RULES, at, day, december, email, facts, holder, invoice, sms

TODAY = day("2026-11-05")
TABLE: list[tuple[Condition, dict[str, Any], bool]] = [
    (Condition.NOT_ANSWERED, {}, True),
    (Condition.NOT_ANSWERED, {"answered_at": (at("2026-10-29 23:59"),)}, True),
    (Condition.NOT_ANSWERED, {"answered_at": (at("2026-10-30 00:00"),)}, False),
    (Condition.ANSWERED, {}, False),
    (Condition.ANSWERED, {"answered_at": (at("2026-11-04 20:00"),)}, True),
    (Condition.CHILDREN_IN_HOUSEHOLD, {"children_in_household": True}, True),
    (Condition.CHILDREN_IN_HOUSEHOLD, {"children_in_household": False}, False),
    (Condition.CHILDREN_IN_HOUSEHOLD, {"children_in_household": None}, False),
    (Condition.NEW_TENANT, {"starts_on": TODAY - NEW_FOR + timedelta(days=1)}, True),
    (Condition.NEW_TENANT, {"starts_on": TODAY - NEW_FOR}, False),
    (Condition.NEW_TENANT, {"starts_on": None}, False),
    (Condition.LATE_BEFORE, {"late_before": True}, True),
    (Condition.LATE_BEFORE, {}, False),
    (Condition.PLAN_OFFERED, {"plan_offered": True}, True),
    (Condition.PLAN_OFFERED, {}, False),
    (Condition.NOT_PLAN_OFFERED, {}, True),
    (Condition.NOT_PLAN_OFFERED, {"plan_offered": True}, False),
    (Condition.HAS_SMS, {}, True),
    (Condition.HAS_SMS, {"holders": (holder(points=(email(),)),)}, False),
    (Condition.HAS_SMS, {"holders": (holder(points=(sms(blocked=BlockKind.OPT_OUT),)),)}, False),
    (Condition.HAS_EMAIL, {}, False),
    (Condition.HAS_EMAIL, {"holders": (holder(points=()), holder("P-2", points=(email(),)))}, True),
    (Condition.AUTOGIRO, {"invoices": (invoice(payment_method=PaymentMethod.AUTOGIRO),)}, True),
    (Condition.AUTOGIRO, {"payment_method": PaymentMethod.AUTOGIRO}, True),
    (Condition.AUTOGIRO, {}, False),
    (Condition.NOTHING_PAID, {}, True),
    (Condition.NOTHING_PAID, {"invoices": (invoice(remaining=1),)}, False),
    (Condition.PART_PAID, {"invoices": (invoice(remaining=1),)}, True),
    (Condition.PART_PAID, {"invoices": (invoice(), december(remaining=1))}, False),
    (Condition.PART_PAID, {"invoices": (invoice(remaining=1, disputed=True),)}, False),
    (Condition.NOTHING_OVERDUE, {"invoices": (december(), invoice(remaining=0))}, True),
    (Condition.NOTHING_OVERDUE, {}, False),
    (Condition.NOTHING_OVERDUE, {"invoices": (invoice(disputed=True),)}, False),
]


@pytest.mark.parametrize(("condition", "changes", "expected"), TABLE)
def test_a_condition_is_true_of_a_tenancy_or_not(condition: Condition, changes: dict[str, Any], expected: bool) -> None:
    assert holds(condition, facts(**changes), RULES, DUE, TODAY) is expected


def test_every_condition_is_in_the_table_as_true_and_as_false() -> None:
    assert {(c, e) for c, _, e in TABLE} == {(c, e) for c in Condition for e in (True, False)}
