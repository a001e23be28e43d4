"""Swedish personal identity numbers, which Kvar never takes in. Source: Skatteverket, SKV 704 and SKV 707."""

import re
from datetime import date

_NUMBER = re.compile(r"(18|19|20)?(\d{2})(\d{2})(\d{2})\s?[-+\u2010-\u2015]?\s?(\d{4})", re.ASCII)
_COORDINATION = 60


def looks_like_identity_number(text: str) -> bool:
    """Whether all of `text` is a personnummer or samordningsnummer: 10 or 12 digits, a real date, a Luhn digit."""
    found = _NUMBER.fullmatch(text.strip())
    if found is None:
        return False
    century, year, month, day, last = found.groups()
    centuries = (century,) if century else ("18", "19", "20")
    day_of_month = int(day) - _COORDINATION if int(day) > _COORDINATION else int(day)
    dated = any(_is_date(int(c + year), int(month), day_of_month) for c in centuries)
    return dated and _luhn(year + month + day + last)


def _is_date(year: int, month: int, day: int) -> bool:
    try:
        date(year, month, day)
    except ValueError:
        return False
    return True


def _luhn(digits: str) -> bool:
    doubled = (int(digit) * (2 - place % 2) for place, digit in enumerate(digits))
    return sum(value // 10 + value % 10 for value in doubled) % 10 == 0
