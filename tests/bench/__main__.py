"""`make bench`: every figure beside its goal. Linux only: processor time and memory come from proc(5)."""

from __future__ import annotations

import gc
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from tests.bench.child import READY
from tests.bench.jailconf import jailconf
from tests.bench.readings import files, readings
from tests.support.large_hosts import large_host
from tests.support.pseudo_terminal import Terminal

CHILD = (sys.executable, "-m", "tests.bench.child")
SIZES = (10, 100, 1000)
FIRST_ROW = b"jail1"


def timed(call: Callable[[], object]) -> float:
    """Processor seconds of one call, the garbage of the call before not among them."""
    gc.collect()
    begun = time.process_time()
    call()
    return time.process_time() - begun


def report(what: str, value: str, goal: str) -> None:
    print(f"{what:<66} {value:>12}   goal {goal}", flush=True)


def environ(folder: str) -> dict[str, str]:
    return {**os.environ, "JAILTUI_BENCH_COUNT": f"{folder}/count", "XDG_STATE_HOME": folder}


def start(folder: str) -> None:
    """Start to first full frame, ours with the demo host's rows on it, beside an empty app."""
    demo = (sys.executable, "-m", "jailtui", "demo", "--demo-dir", f"{folder}/demo")
    empty_times, frame_times, row_times = [], [], []
    for turn in range(8):
        empty = Terminal((*CHILD, "empty"), environ(folder))
        ours = None
        try:
            empty_seconds = empty.wait_for(READY.encode())
            empty.close()
            ours = Terminal(demo, environ(folder))
            frame_seconds = ours.wait_for(b"Jails")
            row_seconds = ours.wait_for(b"running")
        finally:
            if ours:
                ours.close()
        if turn:  # the first makes byte code and the demo host
            empty_times.append(empty_seconds)
            frame_times.append(frame_seconds)
            row_times.append(row_seconds)
    base = statistics.median(empty_times)
    report("start to the first frame / empty Textual app", f"{statistics.median(frame_times) / base:.2f}", "1.3")
    report(
        "start to the first frame with the host's rows / empty app", f"{statistics.median(row_times) / base:.2f}", "1.8"
    )


def refresh(folder: str) -> None:
    """Bytes and processor time of a refresh in which nothing, and in which one row, changed."""
    for jails in SIZES:
        for mode, goal in (("same", "0 bytes, 30 ms"), ("change", "500 bytes")):
            terminal = Terminal((*CHILD, mode, str(jails)), environ(folder))
            try:
                terminal.wait_for(FIRST_ROW)
                terminal.pump(3)
                count, used, seen = counted(folder), terminal.processor_seconds(), len(terminal.written)
                terminal.pump(10)
                readings = counted(folder) - count
                size = (len(terminal.written) - seen) / readings
                spent = (terminal.processor_seconds() - used) / readings * 1000
            finally:
                terminal.close()
            what = "nothing" if mode == "same" else "one row"
            report(f"refresh of {jails} jails, {what} changed", f"{size:.0f} B {spent:.0f} ms", goal)


def counted(folder: str) -> int:
    return int(Path(f"{folder}/count").read_text())


def reading() -> None:
    """Text to records and to the state, beside jc on the same text."""
    import jc

    from jailtui.formats import ifconfig
    from jailtui.model.build import Builder

    capture = large_host(1000)
    text = next(one.out for one in capture.sections if one.name == "ifconfig")
    told = tuple(one for one in capture.sections if not one.name.startswith("file "))
    kernel = capture._replace(sections=told)
    jc_ratios, state_ratios, cold_ratios = [], [], []
    for _ in range(5):
        theirs = timed(lambda: jc.parse("ifconfig", text))
        ours = timed(lambda: ifconfig.parse(text))
        whole = timed(lambda: Builder().build(kernel))
        cold = timed(lambda: Builder().build(capture))
        jc_ratios.append(theirs / ours)
        state_ratios.append(whole / theirs)
        cold_ratios.append(cold / theirs)
    report("jc --ifconfig of 1,000 epairs / our reading of the same text", f"{statistics.median(jc_ratios):.0f}", "50")
    report("text of 1,000 VNET jails to a HostState / that jc run", f"{statistics.median(state_ratios):.2f}", "0.20")
    report("the same with a jail.conf never read before", f"{statistics.median(cold_ratios):.2f}", "none")


def doctor() -> None:
    """All rules, beside the reading of the same host's text."""
    from tests.bench.judging import judging

    for row in judging(timed):
        report(*row)


def load(folder: str) -> None:
    """What a reading of the load costs."""
    from tests.bench.load import bytes_on_screen, parsing

    for row in (*parsing(timed), *bytes_on_screen(CHILD, environ(folder), lambda: counted(folder))):
        report(*row)


def memory(folder: str) -> None:
    """Memory beside the empty app."""
    empty = Terminal((*CHILD, "empty"), environ(folder))
    empty.wait_for(READY.encode())
    empty.pump(1)
    base = empty.resident_megabytes()
    empty.close()
    for jails in SIZES:
        terminal = Terminal((*CHILD, "same", str(jails)), environ(folder))
        terminal.wait_for(FIRST_ROW)
        terminal.pump(4)
        report(
            f"memory over the empty app ({base:.0f} MB), {jails} jails",
            f"{terminal.resident_megabytes() - base:.0f} MB",
            "40 MB",
        )
        terminal.close()


def main() -> None:
    parts = {
        "start": start,
        "refresh": refresh,
        "reading": lambda _: reading(),
        "readings": lambda _: readings(report),
        "files": lambda _: files(report),
        "judging": lambda _: doctor(),
        "load": load,
        "memory": memory,
        "jailconf": lambda _: jailconf(),
    }
    with tempfile.TemporaryDirectory() as folder:
        for name in sys.argv[1:] or parts:
            parts[name](folder)


if __name__ == "__main__":
    main()
