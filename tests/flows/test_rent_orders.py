"""Whatever order events come in, and however often, the facts end the same."""

from collections.abc import Sequence
from itertools import permutations
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine

from app.flows.rent import apply_events
from app.flows.service import Service
from tests.support.rent import deliver, event, invoice, tenancy, tenant
from tests.support.rent_facts import facts, inbox_states
from tests.support.rows import NOW
from tests.support.service import make_service

Event = dict[str, Any]


def at(hour: int) -> str:
    return f"2026-11-02T{hour:02}:00:00Z"


def one_invoice(who: str) -> list[Event]:
    """From issued to paid, the payment told twice."""
    mine = {"tenancy_id": who, "invoice_id": f"{who}-I"}
    paid = event("invoice.paid", invoice(**mine, remaining=0, paid_on="2026-11-02", as_of=at(9)))
    return [
        event("invoice.issued", invoice(**mine, as_of=at(6))),
        event("invoice.overdue", invoice(**mine, as_of=at(7))),
        event("invoice.partially_paid", invoice(**mine, remaining=45_000, as_of=at(8))),
        paid,
        paid,
    ]


def a_beginning(who: str) -> Event:
    return event("tenancy.started", tenancy(tenant(tenant_id=f"{who}-P"), tenancy_id=who, as_of=at(5)))


def play(service: Service, stories: Sequence[Sequence[Event]]) -> None:
    """All stories side by side, one event of each at a time, applied before the next."""
    for moment in zip(*stories, strict=True):
        deliver(service.engine, *moment)
        apply_events(service, NOW)


def test_every_order_of_an_invoice_events_ends_in_the_same_facts(engine: Engine) -> None:
    """All 120 orders, each for a tenancy of its own, applied one event at a time."""
    service = make_service(engine, now=NOW)
    orders = list(permutations(range(5)))
    names = [f"T{n:03}" for n in range(len(orders))]
    deliver(engine, *(a_beginning(name) for name in names))
    play(service, [[one_invoice(name)[place] for place in order] for name, order in zip(names, orders, strict=True)])
    expected = facts(engine, names[0])
    assert "('remaining', '0')" in str(expected["invoices"])
    for name, order in zip(names, orders, strict=True):
        found = facts(engine, name)
        # A round begins only if the invoice was ever seen unpaid; it has nothing to say once it is paid.
        assert found | {"runs": None, "case": None} == expected | {"runs": None, "case": None}, order
        assert found["case"] in ([], ["closed"]), order


def test_every_order_with_the_tenancy_in_it_ends_in_the_same_facts(engine: Engine) -> None:
    """The tenancy may come before, between or after its invoice's events: those that come before it wait."""
    service = make_service(engine, now=NOW)
    orders = list(permutations(range(4)))
    names = [f"T{n:03}" for n in range(len(orders))]
    stories = [[[a_beginning(name), *one_invoice(name)[:3]][place] for place in order]
               for name, order in zip(names, orders, strict=True)]  # fmt: skip
    play(service, stories)
    expected = facts(engine, names[0])
    assert expected["case"] == ["open"]
    for name, order in zip(names, orders, strict=True):
        assert facts(engine, name) == expected, order
    assert set(inbox_states(engine).values()) == {"applied"}


def a_world(who: str) -> list[Event]:
    """A chain of three invoices that replace each other, changes of the tenancy, a notice and an eviction."""
    mine = {"tenancy_id": who}
    bo, eva = tenant(tenant_id=f"{who}-B", primary=False, phone=None), tenant(tenant_id=f"{who}-E")
    third = {**mine, "invoice_id": f"{who}-3", "replaces": f"{who}-2"}
    return [
        a_beginning(who),
        event("tenancy.updated", tenancy(tenant(tenant_id=f"{who}-P"), bo, **mine, as_of=at(6))),
        event("tenancy.updated", tenancy(eva, bo, **mine, as_of=at(7), area="Höjden")),
        event("invoice.issued", invoice(**mine, invoice_id=f"{who}-1", as_of=at(6))),
        event("invoice.credited", invoice(**mine, invoice_id=f"{who}-1", remaining=0, as_of=at(8))),
        event("invoice.issued", invoice(**mine, invoice_id=f"{who}-2", replaces=f"{who}-1", remaining=0, as_of=at(9))),
        event("invoice.issued", invoice(**third, as_of=at(10))),
        event("invoice.disputed", invoice(**third, disputed=True, as_of=at(11))),
        event("notice.served", {**mine, "served_on": "2026-11-01", "grounds": "rent", "as_of": at(6)}),
        event("notice.withdrawn", {**mine, "as_of": at(7)}),
        event("eviction.applied", {**mine, "date": "2026-11-01", "as_of": at(8)}),
        event("eviction.scheduled", {**mine, "date": "2026-12-01", "as_of": at(9)}),
        event("tenancy.ended", {**mine, "ended_on": "2026-11-30", "reason": "moved", "as_of": at(9)}),
        event("tenancy.ended", {**mine, "ended_on": "2026-11-28", "reason": "moved", "as_of": at(10)}),
    ]


def once(world: dict[str, Any]) -> dict[str, Any]:
    """Without what only tells in which order it was: persons who came and left, rounds that were over at once."""
    return {name: rows for name, rows in world.items() if name not in {"runs", "case"}}


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    places=st.lists(st.integers(0, 13), max_size=20),
    order=st.permutations(range(14)),
    cuts=st.sets(st.integers(0, 34)),
)
def test_any_order_any_repetition_and_any_grouping_end_in_the_same_facts(
    sqlite_engine: Engine, places: list[int], order: list[int], cuts: set[int]
) -> None:
    """Every event at least once, some more often, cut into groups that are applied together."""
    service = make_service(sqlite_engine, now=NOW)
    who = f"T{len(inbox_states(sqlite_engine)):05}"
    plain = f"{who}-plain"
    deliver(sqlite_engine, *a_world(plain))
    story = [a_world(who)[place] for place in [*places, *order]]
    for place, one in enumerate(story):
        deliver(sqlite_engine, one)
        if place in cuts:
            apply_events(service, NOW)
    apply_events(service, NOW)
    assert once(facts(sqlite_engine, who)) == once(facts(sqlite_engine, plain))
    assert set(inbox_states(sqlite_engine).values()) == {"applied"}
    roots = str(facts(sqlite_engine, who)["invoices"])
    assert roots.count("('root', '*-1')") == 3
