"""A capture as a file, for a bug report, a test or a screenshot."""

from __future__ import annotations

import json
from types import MappingProxyType
from typing import TYPE_CHECKING

from jailtui import __version__
from jailtui.exchange import Argv, Capture, FileRequest, Garbled, HostError, Result, Section, Step, Unreachable
from jailtui.host.secrets import without_secrets

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from jailtui.host.files import FileAndBackups, FileText, Missing
    from jailtui.host.monitor import Monitor
    from jailtui.host.steprun import KeptStep
    from jailtui.host.wayback import Ways

FIRST_FORMAT = "jailtui capture 1"
"""What format 1 has in place of a number."""
PROBLEMS = 5
"""How many problems of a file are reported at most."""


def dump(capture: Capture) -> str:
    """The capture as JSON, without secrets."""
    from jailtui.host.collected import FORMAT, CollectedFile, CollectedSection

    file = CollectedFile(
        format=FORMAT,
        program=f"jailtui {__version__}",
        host=capture.host,
        taken_at=capture.taken_at,
        facts=dict(capture.facts),
        sections=[
            CollectedSection(name=name, rc=rc, out=without_secrets(out), err=without_secrets(err))
            for name, rc, out, err in capture.sections
        ],
    )
    return json.dumps(file.model_dump(), indent=1) + "\n"


def load(path: Path) -> Capture:
    """Read a file that `dump` wrote, of this format or an older one.

    Raises Unreachable if it can't be read, Garbled if it is another kind of file or of a newer format.
    """
    from pydantic import ValidationError

    from jailtui.host.collected import FORMAT, CollectedFile

    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise Unreachable(f"{path}: {error.strerror}.") from error
    except (ValueError, RecursionError) as error:
        raise Garbled(f"{path} is not JSON: {error}.") from error
    if not isinstance(content, dict) or "format" not in content:
        raise Garbled(f"{path} was not written by `jailtui collect`.")
    if content["format"] == FIRST_FORMAT:
        content["format"] = 1
    if isinstance(content["format"], int) and content["format"] > FORMAT:
        raise Garbled(f"{path} has format {content['format']}; this version of jailtui reads formats up to {FORMAT}.")
    try:
        file = CollectedFile.model_validate(content)
    except ValidationError as error:
        faults = error.errors()[:PROBLEMS]
        raise Garbled("\n".join(f"{path}: {place(fault['loc'])}: {fault['msg']}" for fault in faults)) from error
    sections = tuple(Section(part.name, part.rc, part.out, part.err) for part in file.sections)
    return Capture(file.host, file.taken_at, sections, file.facts)


def place(keys: Iterable[int | str]) -> str:
    """The place of a value in JSON: `sections[3].rc`."""
    return "".join(f"[{key}]" if isinstance(key, int) else f".{key}" for key in keys).lstrip(".")


class FileHost:
    """A file written by `jailtui collect` in place of a host. Nothing can be changed on it."""

    reached: str = "file"
    asked_at = float("-inf")

    def __init__(self, path: Path) -> None:
        self.name = path.name
        self.read_only = f"{path.name} is a file written by `jailtui collect`"
        self._path = path

    def capture(self, **_: object) -> Capture:
        """The capture in the file, whatever is asked for. Raises HostError."""
        capture = load(self._path)
        return capture._replace(facts=MappingProxyType({**capture.facts, "reached": "file"}))

    def monitor(self) -> Monitor:
        """Raise Unreachable: a file announces nothing."""
        raise Unreachable(f"{self.name} is a file.")

    def want_load(self) -> None:
        """Do nothing: the file has the load that was collected, if any."""

    def load(self) -> tuple[Section, ...]:
        """The load that was collected. Raises HostError."""
        return load(self._path).sections

    def account(self, jail: str) -> Section:
        """Raises HostError: it is not collected."""
        raise Unreachable(f"{self.read_only}.")

    def look_up(self, capture: Capture, files: Sequence[FileRequest]) -> Capture:
        """The same capture: it already has all the files that were collected."""
        return capture

    def ask_always(self, words: Argv) -> tuple[Section, ...]:
        """No sections: the capture already has those that were collected."""
        return ()

    def look_closer(self, places: Mapping[int | None, Sequence[str]]) -> tuple[Section, ...]:
        """No sections: the capture already has those that were collected."""
        return ()

    def ask_each(self, questions: Sequence[tuple[Argv, int | None]]) -> tuple[Section, ...]:
        """Raises HostError: a file answers nothing."""
        raise HostError(self.read_only)

    def ways_in(self) -> tuple[Section, ...]:
        """No sections: nothing can be changed."""
        return ()

    def about(self, words: Argv) -> tuple[Section, ...]:
        """No sections: `jailtui collect` does not ask this."""
        return ()

    def read_file(self, path: str) -> FileText | Missing:
        """Raises HostError: a collected file can't be edited."""
        raise Unreachable(f"{self.read_only}.")

    def read_saves(self, path: str) -> FileAndBackups:
        """Raises HostError: a collected file can't be edited."""
        raise Unreachable(f"{self.read_only}.")

    def execute(self, step: Step, output: object, plan: object = None) -> Result:
        """A result that says why the step did not run."""
        return Result(step.argv, None, note=self.read_only)

    @property
    def ways(self) -> Ways:
        """Raises HostError: nothing can be changed."""
        raise HostError(self.read_only)

    def enter(self, jid: int, argv: Argv, *, clean: bool, called: Argv, pipes: object = None) -> Result:
        """A result that says why the command did not run."""
        return Result(called, None, note=self.read_only)

    longest_step: tuple[str, Argv] | None = None

    def watch_line(self, on_cut: object, *, watched: bool = False) -> None:
        """Do nothing: there is no line."""

    def leave_steps(self) -> None:
        """Do nothing: a file runs nothing."""

    def steps(self) -> tuple[KeptStep, ...]:
        """No steps: a file runs nothing."""
        return ()

    def stop_step(self, identity: str) -> str:
        """The reason why it was not stopped."""
        return self.read_only

    def fetch_step(self, identity: str, output: object) -> Result:
        """A result that says why no step is followed."""
        return Result((), None, note=self.read_only)

    def drop(self) -> None:
        """Do nothing: no connection is open."""
