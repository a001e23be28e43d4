"""The street as a drawing: five houses, forty windows. A lit window: somebody is home. A frame: the rent is late."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

_HOUSES: Final = (  # left, ridge, right, eaves and ridge heights, first window, step down, two columns
    (8, 37, 66, 46, 32, 52.0, 13.8, 21.3, 43.7),
    (80, 112, 144, 36, 22, 42.0, 15.5, 95.3, 119.7),
    (158, 186, 214, 54, 40, 58.5, 13.5, 170.7, 192.3),
    (228, 260, 292, 40, 26, 46.0, 14.5, 243.3, 267.7),
    (306, 333, 360, 50, 36, 55.5, 13.8, 318.0, 339.0),
)
_PER_HOUSE: Final = 8


@dataclass(frozen=True, slots=True)
class Window:
    x: float
    y: float
    lit: bool
    late: bool


@dataclass(frozen=True, slots=True)
class House:
    wall: str
    windows: tuple[Window, ...]


@dataclass(frozen=True, slots=True)
class Home:
    """One window: whether somebody lives there, and whether their rent is late."""

    lived_in: bool
    late: bool


def street(homes: Sequence[Home]) -> list[House]:
    """The houses, filled with the first forty homes in their order, eight to a house."""
    houses = []
    for number, (left, ridge, right, eaves, top, first, step, *columns) in enumerate(_HOUSES):
        inside = homes[number * _PER_HOUSE : (number + 1) * _PER_HOUSE]
        windows = tuple(
            Window(columns[place % 2], first + step * (place // 2), home.lived_in, home.late)
            for place, home in enumerate(inside)
        )
        houses.append(House(f"M{left} 112V{eaves}L{ridge} {top}l{right - ridge} {eaves - top}V112z", windows))
    return houses
