"""Where a chain of replaced invoices began."""

import pytest

from app.policy.invoice_chain import roots


@pytest.mark.parametrize(
    ("replaces", "expected"),
    [
        ({}, {}),
        ({"A": None}, {"A": "A"}),
        ({"A": None, "B": "A", "C": "B"}, {"A": "A", "B": "A", "C": "A"}),
        ({"C": "B"}, {"C": "B"}),
        ({"C": "B", "A": None}, {"C": "B", "A": "A"}),
        ({"A": None, "B": "A", "D": "A"}, {"A": "A", "B": "A", "D": "A"}),
        ({"A": "A"}, {"A": "A"}),
        ({"B": "A", "A": "B", "C": "A"}, {"A": "A", "B": "A", "C": "A"}),
    ],
    ids=["none", "one", "three", "the first is unknown", "the middle is unknown", "two follow one", "itself", "a ring"],
)
def test_every_invoice_of_a_chain_has_the_same_root(replaces: dict[str, str | None], expected: dict[str, str]) -> None:
    assert roots(replaces) == expected
