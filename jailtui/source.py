"""What the backend asks of a host, or of a file written by `jailtui collect`; only annotations name it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from jailtui.model.rounds import Asked

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from jailtui.exchange import Argv, Capture, FileRequest, PlanMark, Result, Section, Step
    from jailtui.host.files import FileAndBackups, FileText, Missing
    from jailtui.host.monitor import Monitor
    from jailtui.host.pipes import Pipes
    from jailtui.host.steprun import KeptStep
    from jailtui.host.wayback import Ways


class Source(Asked, Protocol):
    """A host, or a file written by `jailtui collect`."""

    name: str
    reached: str
    asked_at: float

    @property
    def ways(self) -> Ways: ...

    @property
    def read_only(self) -> str | None: ...

    def capture(
        self,
        *,
        fresh: bool = False,
        everything: bool = False,
        files: Sequence[FileRequest] = (),
        first: Sequence[int] | None = None,
        lists: bool = True,
    ) -> Capture: ...

    def want_load(self) -> None: ...

    def load(self) -> tuple[Section, ...]: ...

    def account(self, jail: str) -> Section: ...

    def about(self, words: Argv) -> tuple[Section, ...]: ...

    def ask_each(self, questions: Sequence[tuple[Argv, int | None]]) -> tuple[Section, ...]: ...

    def ways_in(self) -> tuple[Section, ...]: ...

    def monitor(self) -> Monitor: ...

    def execute(self, step: Step, output: Callable[[str], None], plan: PlanMark | None = None) -> Result: ...

    def enter(self, jid: int, argv: Argv, *, clean: bool, called: Argv, pipes: Pipes | None = None) -> Result: ...

    def steps(self) -> tuple[KeptStep, ...]: ...

    @property
    def longest_step(self) -> tuple[str, Argv] | None: ...

    def watch_line(self, on_cut: Callable[[bool], None], *, watched: bool = ...) -> None: ...

    def leave_steps(self) -> None: ...

    def stop_step(self, identity: str) -> str: ...

    def fetch_step(self, identity: str, output: Callable[[str], None]) -> Result: ...

    def read_file(self, path: str) -> FileText | Missing: ...

    def read_saves(self, path: str) -> FileAndBackups: ...

    def drop(self) -> None: ...
