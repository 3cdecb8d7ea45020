"""Recorded scenarios of a real FreeBSD run again on the simulated host, line by line, and compared.

    python -m tests.support.replay RELEASE FILE SCENARIO...     e.g. 13.2 ifconfig epair-basic bridge

prints what differs. A line counts when it runs ifconfig, jail, jls, jexec, sysrc or `service jail`; others (files
written, folders made) are run when they only prepare, with their absolute paths moved below the host's folder.
"""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from difflib import unified_diff
from functools import cache
from pathlib import Path
from typing import Any

from jailtui.simhost.call import Call, capture
from jailtui.simhost.run import run as run_command
from tests.support import host_commands, machine
from tests.support.left_out import NOT_RUN, reason
from tests.support.shared_material import find, shared

IN_SCOPE = frozenset(("ifconfig", "jail", "jls", "jexec", "sysrc"))
IN_PROCESS = frozenset(("ifconfig", "jls", "sysrc", "service"))
"""Commands that do not become others: asked in this process, where that is fast, unless by way of PATH."""

AROUND = frozenset(
    (
        "sleep",
        "true",
        "false",
        "echo",
        "printf",
        "sort",
        "grep",
        "head",
        "tail",
        "wc",
        "cat",
        "sed",
        "test",
        "[",
        "wait",
    )
)
"""Words that may stand beside a command in scope without taking the line out of it."""

PREPARING = frozenset(
    ("cat", "sed", "printf", "echo", "mkdir", "rm", "cp", "mv", "ln", "touch", "chmod", "mkthin", "kldload",
     "kldunload", "sysctl", "mount", "umount", "route", "service", "daemon")
)  # fmt: skip

MAC = re.compile(r"\b[0-9a-f]{2}(?::[0-9a-f]{2}){5}\b")
EUI64 = re.compile(r"fe80::[0-9a-f:]*ff:fe[0-9a-f:]*")
PATHS = re.compile(r"(?<![\w./])/(etc|jails|var|tmp|root|usr/local/etc|mnt)(?=[/\s'\";>)]|$)")
SLEEPS = re.compile(r"^sleep [\d.]+; ")
"""Waits of the recorder for a slow machine: here what is asked for has happened when the command ends."""
DYING = {"13.2": "dying", "14.2": "replay-dying", "15.1": "replay-dying"}
"""Where each release's scenarios of dying jails are."""
QUOTED = re.compile(r"""('[^']*'|"[^"]*")""")


@dataclass(frozen=True, slots=True)
class Line:
    """One recorded command and what it gave."""

    id: str
    argv: tuple[str, ...] | None
    shell: str | None
    user: str
    stdout: str
    stderr: str
    rc: int | None

    @property
    def text(self) -> str:
        return self.shell if self.shell is not None else " ".join(self.argv or ())


@dataclass(frozen=True, slots=True)
class Difference:
    """A line that was answered otherwise: (stdout, stderr, exit status) wanted and given."""

    line: Line
    wanted: tuple[str, str, int | None]
    given: tuple[str, str, int | None]


@dataclass(slots=True)
class Report:
    """What came of one scenario."""

    release: str
    scenario: str
    identical: int = 0
    compared: int = 0
    left_out: int = 0
    differences: list[Difference] = field(default_factory=list)

    @property
    def share(self) -> float:
        """Of the compared lines, how many were identical; 1.0 for none."""
        return self.identical / self.compared if self.compared else 1.0

    def __str__(self) -> str:
        return (
            f"{self.release} {self.scenario}: identical {self.identical} of {self.compared} (left out {self.left_out})"
        )


def lines(release: str, file: str, scenario: str) -> Iterator[Line]:
    """The recorded lines of `scenario` in recordings/RELEASE/FILE.jsonl, in order."""
    for values in _records(release, file):
        if values["scenario"] == scenario or values["id"].startswith(f"{file.removeprefix('replay-')}/{scenario}/"):
            argv = tuple(values["argv"]) if "argv" in values else None
            user = values.get("user") or "root"
            yield Line(values["id"], argv, values.get("sh"), user, values["stdout"], values["stderr"], values.get("rc"))


@cache
def _records(release: str, file: str) -> list[dict[str, Any]]:
    path = shared(f"recordings/{release}/{file}.jsonl")
    with path.open(encoding="utf-8", errors="surrogateescape") as handle:
        return [json.loads(text) for text in handle]


def start_of(file: str, scenario: str) -> str:
    """`clean` or `blog`, as 13.2 recorded it; scenarios made for 14 and 15 start clean."""
    path = find(f"recordings/13.2/{file.removeprefix('replay-')}.jsonl")
    if path is not None:
        for values in _records("13.2", path.stem):
            if values["scenario"].rpartition("/")[2] == scenario and "start" in values:
                return str(values["start"])
    return "clean"


def replay(
    release: str,
    file: str,
    scenario: str,
    folder: Path,
    by_path: bool = False,
    prepare: Callable[[machine.Host], None] | None = None,
    adapt: Callable[[Line, machine.Host], bool] | None = None,
) -> Report:
    """Run a scenario on a simulated host made in `folder` (which must not exist); `by_path`: all of it as processes.

    `prepare` does to the host what the recorder had done before the first line.
    """
    host = machine.start(folder, release, start_of(file, scenario))
    if prepare is not None:
        prepare(host)
    report = Report(release, f"{file}/{scenario}")
    for line in lines(release, file, scenario):
        kind = scope(line)
        if kind == "out" or (adapt is not None and adapt(line, host)):
            continue
        why = reason(line.id, release)
        if why is not None and why.startswith(NOT_RUN):
            report.left_out += 1
            continue
        if kind == "setup" or line.rc is None:
            run(line, host, setup=True)
            continue
        given = run(line, host, by_path=by_path) if by_path or not quick(line) else ask(line, host)
        if why:
            report.left_out += 1
            continue
        compare(report, line, given, folder)
    return report


def compare(report: Report, line: Line, given: tuple[str, str, int | None], folder: Path) -> None:
    """Count one line."""
    wanted = normal(line.stdout, folder), normal(line.stderr, folder), line.rc
    given = normal(given[0], folder), normal(given[1], folder), given[2]
    report.compared += 1
    if wanted == given:
        report.identical += 1
    else:
        report.differences.append(Difference(line, wanted, given))


def scope(line: Line) -> str:
    """`in`: run and compared; `setup`: run only; `out`: neither."""
    words = commands(line)
    if words and all(word in IN_SCOPE or word in AROUND for word in words) and any(word in IN_SCOPE for word in words):
        return "in"
    if line.text.startswith("service jail"):
        return "in"
    return "setup" if words and words[0] in PREPARING else "out"


def commands(line: Line) -> list[str]:
    """The first word of each simple command, without variable assignments."""
    if line.argv is not None:
        return [line.argv[0]]
    found = []
    text = re.sub(r"'[^']*'|\"[^\"]*\"", "Q", line.text)
    text = re.sub(r"\d?>&\d|\d?[<>]+\s*\S+", "", text)
    for part in re.split(r"[;\n|&]+|\bdo\b|\bthen\b|\$\(|`", text):
        words = [word for word in part.split() if "=" not in word.split("/")[0]]
        if words and words[0] not in ("for", "done", "if", "fi", "while", ")"):
            found.append(words[0].lstrip("("))
    return found


def run(line: Line, host: machine.Host, setup: bool = False, by_path: bool = False) -> tuple[str, str, int | None]:
    """Run one line on the host: standard output, standard error, exit status (255 for a signal, as ssh says)."""
    environment = host.environment(line.user, setup)
    if line.argv is not None and not setup and not by_path:
        asked = host_commands.ask(host.folder / "bin" / line.argv[0], line.argv[1:], environment, host.folder)
        return asked.stdout, asked.stderr, 255 if asked.returncode < 0 else asked.returncode
    if line.argv is not None and not setup:
        words = [str(host.folder / "bin" / line.argv[0]), *line.argv[1:]]
    else:
        text = line.shell if line.shell is not None else " ".join(map(plain, line.argv or ()))
        text = below(SLEEPS.sub("", text), host.folder)
        if setup and strays(text, host.folder):
            return "", "", 0
        words = ["/bin/sh", "-c", text]
    done = subprocess.run(
        words, env=environment, cwd=host.folder, capture_output=True, timeout=60, stdin=subprocess.DEVNULL, check=False
    )
    out, err = (part.decode("utf-8", "surrogateescape") for part in (done.stdout, done.stderr))
    return out, err, 255 if done.returncode < 0 else done.returncode


def quick(line: Line) -> bool:
    """Whether `ask` can answer it."""
    match line.argv:
        case ["jexec", jail, name, *_] if not jail.startswith("-"):
            return name in ("ifconfig", "jls")
        case [name, *_]:
            return name in IN_PROCESS
    return False


def ask(line: Line, host: machine.Host) -> tuple[str, str, int | None]:
    """As `run`, without a process."""
    name, *words = line.argv or ("",)
    call = capture(Call(str(host.folder), name, words, environ=host.environment(line.user)))
    status = run_command(call)
    return "".join(call.captured or ()), "".join(call.errors or ()), status


def plain(word: str) -> str:
    """A recorded word for the shell, quoted only where it must be: `below` moves the paths of words that are not."""
    return word if re.fullmatch(r"[\w./:=@%+,-]+", word) else shlex.quote(word)


def below(text: str, folder: Path) -> str:
    """A shell line with the host's files moved below `folder`, BSD's `sed -i ''` as this machine's.

    What is quoted, or stands in a here-document, is text that is written or matched, and stays.
    """
    if sys.platform == "linux":
        text = text.replace("sed -i ''", "sed -i")
    first, newline, rest = text.partition("\n")
    if "<<" not in first:
        first, newline, rest = text, "", ""
    parts = QUOTED.split(first)
    parts[::2] = [_bare(PATHS.sub(rf"{folder}/\1", part)) for part in parts[::2]]
    return "".join(parts) + newline + rest


def _bare(part: str) -> str:
    """Tools by their names: those of the simulated host are found on PATH."""
    return re.sub(r"(?<![\w.])/(?:usr/)?(?:local/)?s?bin/(?=\w)", "", part)


def strays(text: str, folder: Path) -> bool:
    """Whether a preparing line names a file outside `folder`: such a line is not run."""
    first = text.partition("\n")[0] if "<<" in text.partition("\n")[0] else text
    outside = QUOTED.sub("", first).replace("/dev/null", "").replace(str(folder), "DIR")
    return re.search(r"(?:^|[\s>=<])/", outside) is not None


def normal(text: str, folder: Path) -> str:
    """`text` without what no two machines have in common: MAC addresses, the folder, who wrote to which pid."""
    text = text.replace(str(folder), "")
    text = EUI64.sub("fe80::MAC", MAC.sub("MAC", text))
    return re.sub(r"\b(pid|PIDS)([ =:]+)\d+", r"\1\2N", text)


def show(report: Report) -> None:
    """Print the differences of a scenario."""
    for difference in report.differences:
        print(f"## {difference.line.id} [{difference.line.user}] $ {difference.line.text}")
        for name, wanted, given in zip(("out", "err", "rc"), difference.wanted, difference.given, strict=True):
            if wanted != given:
                _show_lines(name, str(wanted), str(given))
    print(report)


def _show_lines(name: str, wanted: str, given: str) -> None:
    for text in unified_diff(wanted.splitlines(), given.splitlines(), lineterm="", n=1):
        if text[:3] not in ("---", "+++"):
            print(f"   {name} {text}")


def main(words: list[str]) -> int:
    """Replay what the words name; 1 if anything differs."""
    release, file, *scenarios = words
    worst = 0
    for scenario in scenarios:
        folder = Path(tempfile.mkdtemp(prefix="replay-")) / "host"
        try:
            report = replay(release, file, scenario, folder)
        finally:
            if not os.environ.get("KEEP"):
                shutil.rmtree(folder.parent, ignore_errors=True)
        show(report)
        worst |= bool(report.differences)
    return worst


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
