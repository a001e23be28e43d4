"""Which invoice a chain of replacements began with."""

from collections.abc import Mapping


def roots(replaces: Mapping[str, str | None]) -> dict[str, str]:
    """The root of each invoice: the end of its chain of `replaces`, also when that one is not known (yet).

    Invoices that replace each other in a ring share the least id of the ring.
    """
    return {invoice: _root(invoice, replaces) for invoice in replaces}


def _root(invoice: str, replaces: Mapping[str, str | None]) -> str:
    passed = [invoice]
    while (earlier := replaces.get(passed[-1])) is not None:
        if earlier in passed:
            return min(passed[passed.index(earlier) :])
        passed.append(earlier)
    return passed[-1]
