"""When the load is read: with a reading of the host that is due soon, else alone."""

from __future__ import annotations

import queue
from collections.abc import Mapping

import pytest

from jailtui.exchange import Unreachable
from jailtui.model.load import Load
from jailtui.ui.loads import LoadReader


class Host:
    """A reader of a host whose next reading is due in so many seconds, and a backend whose load is a value."""

    def __init__(
        self, next_reading: float | None, *, paused: bool = False, failing: bool = False, cut: bool = False
    ) -> None:
        self.next_reading, self.paused, self.failing, self.cut = next_reading, paused, failing, cut
        self.done: queue.Queue[str] = queue.Queue()

    def want_load(self) -> None:
        self.done.put("rides")

    def read_load(self) -> Load:
        self.done.put("alone")
        if self.cut:
            raise Unreachable("gone")
        return Load(0)

    def read_account(self, jail: str) -> dict[str, int]:
        self.done.put(f"account of {jail}")
        return {"cputime": 7}

    def accounted(self, jail: str, amounts: Mapping[str, int]) -> None:
        assert amounts == {"cputime": 7}
        self.done.put(f"told of {jail}")

    def heard(self, load: Load) -> None:
        assert load == Load(0)
        self.done.put("heard")

    def first(self, count: int, subject: str = "") -> list[str]:
        """What is done first."""
        reader = LoadReader(self, self, self.heard, interval=0.0, accounted=self.accounted)  # type: ignore[arg-type]
        reader.subject = subject
        reader.begin()
        reader.begin()  # once
        done = [self.done.get(timeout=10) for _ in range(count)]
        reader.stop()
        reader.join(10)
        assert not reader.is_alive()
        return done


@pytest.mark.parametrize("next_reading", [None, 0.0, 1.0])
def test_load_rides_on_a_reading_that_is_due_or_under_way(next_reading: float | None) -> None:
    assert Host(next_reading).first(2) == ["rides", "rides"]


def test_else_it_is_read_alone() -> None:
    assert Host(1.5).first(4) == ["alone", "heard", "alone", "heard"]


def test_a_reading_that_fails_is_tried_again_and_not_reported() -> None:
    assert Host(9.0, cut=True).first(3) == ["alone", "alone", "alone"]


def test_host_that_can_not_be_read_is_not_asked_for_its_load_in_between() -> None:
    assert Host(30.0, failing=True).first(3, "web") == ["rides", "rides", "rides"]


def test_the_account_of_one_jail_is_read_with_it() -> None:
    assert Host(9.0).first(4, "web") == ["account of web", "told of web", "alone", "heard"]


def test_nothing_is_read_while_paused() -> None:
    host = Host(9.0, paused=True)
    assert host.first(0) == []
    assert host.done.empty()
