"""The real program as a process: its words, its environment, and a row of what it shows."""

from __future__ import annotations

import os
import sys
from pathlib import Path

PROGRAM = (sys.executable, "-m", "jailtui")


def environ(folder: Path, **more: str) -> dict[str, str]:
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    return {**kept, "XDG_STATE_HOME": str(folder), "XDG_CONFIG_HOME": str(folder), "LANG": "C.UTF-8", **more}


def row(lines: list[str], name: str) -> str:
    """The line of the jail or pair of that name."""
    return next((line for line in lines if f" {name} " in line[:24]), "")
