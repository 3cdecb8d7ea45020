"""Reading a jail.conf of many jails, beside PyPI's jailconf where that is installed."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from jailtui.jailconf import evaluate, parse

GENERATOR = Path(__file__).resolve().parents[3] / "shared/jailconf/gen.py"
ROUNDS = 5


def generated(jails: int) -> bytes:
    """A file of that many VNET jails, with all values quoted, as PyPI's reader needs it."""
    return subprocess.run(
        (sys.executable, str(GENERATOR), str(jails), "--plain"), capture_output=True, check=True
    ).stdout


def fastest(call: Callable[[], object]) -> float:
    """Processor seconds of the fastest of some calls."""
    found = []
    for _ in range(ROUNDS):
        begun = time.process_time()
        call()
        found.append(time.process_time() - begun)
    return min(found)


def read(data: bytes) -> int:
    """Everything known of every jail; how many values that was."""
    evaluation = evaluate(parse(data))
    return sum(len(setting.values) for jail in evaluation.jails for setting in jail.params)


def theirs(data: bytes) -> float | None:
    """PyPI's jailconf, which neither merges wildcards nor puts in variables; None: it is not installed."""
    if importlib.util.find_spec("jailconf") is None:
        return None
    other = importlib.import_module("jailconf")
    with tempfile.NamedTemporaryFile(suffix=".conf") as file:
        file.write(data)
        file.flush()
        return fastest(lambda: other.load(file.name))


def jailconf() -> None:
    if not GENERATOR.exists():
        print(f"jail.conf: not measured, {GENERATOR} is not there")
        return
    thousand, ten_thousand = generated(1000), generated(10000)
    ours = fastest(lambda: read(thousand))
    larger = fastest(lambda: read(ten_thousand))
    other = theirs(thousand)
    rows = [
        ("jail.conf of 1,000 VNET jails, parsed and evaluated", f"{ours * 1000:.0f} ms", "170 ms (10 x C's 17)"),
        ("jail.conf of 10,000 / of 1,000 jails", f"{larger / ours:.1f}", "about 10"),
        ("PyPI's jailconf parsing that file / ours", f"{other / ours:.0f}" if other else "not there", "1"),
    ]
    for what, value, goal in rows:
        print(f"{what:<66} {value:>12}   goal {goal}", flush=True)


if __name__ == "__main__":
    jailconf()
