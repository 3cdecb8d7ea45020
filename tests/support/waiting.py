"""Waiting until something is true that other processes bring about."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

Value = TypeVar("Value")


def until(true: Callable[[], Value], seconds: float = 30) -> Value:
    """What `true` gives, as soon as that is true; the test fails where it never is."""
    end = time.monotonic() + seconds
    while not (value := true()):
        assert time.monotonic() < end, "it never became true"
        time.sleep(0.05)
    return value
