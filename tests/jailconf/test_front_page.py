"""What the library gives out by its own name."""

from __future__ import annotations

import subprocess
import sys

import pytest

from jailtui import jailconf


@pytest.mark.parametrize("name", jailconf.__all__)
def test_every_name_of_the_front_page_is_there(name: str) -> None:
    assert getattr(jailconf, name) is not None


def test_no_other_name_is() -> None:
    with pytest.raises(AttributeError, match="nosuch"):
        jailconf.nosuch  # noqa: B018


def test_reading_loads_no_pen() -> None:
    code = "import sys; from jailtui import jailconf; jailconf.parse(b''); print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert "jailtui.jailconf.edit" not in loaded.split()
