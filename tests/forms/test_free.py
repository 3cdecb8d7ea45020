"""What is free: numbers behind a given one, round at the end."""

from __future__ import annotations

import pytest

from jailtui.forms.jails.free import free_number


@pytest.mark.parametrize(
    ("start", "taken", "last", "number"),
    [
        (3, (), 9, 4),
        (3, (4, 5), 9, 6),
        (9, (), 9, 1),
        (8, (9, 1, 2), 9, 3),
        (3, range(4, 10), 9, 1),
        (3, (*range(4, 10), 1, 2), 9, 3),
        (3, range(10), 9, None),
        (-1, (), 9, 0),
        (-1, (0,), 9, 1),
        (20, (), 9, 1),
    ],
)
def test_number_behind_the_given_one_that_fits_then_from_one_again(
    start: int, taken: tuple[int, ...], last: int, number: int | None
) -> None:
    assert free_number(start, lambda one: one not in taken, last) == number
