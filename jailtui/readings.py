"""The readings of a host: captures parsed into snapshots, with the load that came along.

The rooms that parse are imported when first needed, after the first frame of the screen.
"""

from __future__ import annotations

import threading
import time
from contextlib import closing
from typing import TYPE_CHECKING

from jailtui.exchange import LOAD
from jailtui.snapshot import Snapshot

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from jailtui.exchange import Capture, FileRequest, Section
    from jailtui.host.auditlog import AuditLog
    from jailtui.model.build import Builder
    from jailtui.model.load import Load
    from jailtui.model.starts import FailedStarts
    from jailtui.model.state import HostState
    from jailtui.rules.ignored import Ignored
    from jailtui.source import Source

READ_ANYWAY = 10.0
"""Seconds after which the first reading is parsed even if no frame was drawn."""


class FirstReading(threading.Thread):
    """Reads a host at once, and parses the answer after `drawn` is set: Python runs one thread at a time."""

    def __init__(self, backend: HostReadings, drawn: threading.Event) -> None:
        super().__init__(name="first reading", daemon=True)
        self._backend, self._drawn = backend, drawn
        self._snapshot: Snapshot | None = None
        self._error: BaseException | None = None

    def run(self) -> None:
        try:
            capture = self._backend.source.capture(lists=False)
            self._drawn.wait(READ_ANYWAY)
            self._snapshot = self._backend.understood(self._backend.completed(capture))
        except BaseException as error:  # noqa: BLE001 raised again by `answer`
            self._error = error

    def answer(self) -> Snapshot:
        """Wait for the snapshot. Raises what the reading raised."""
        self.join()
        if self._snapshot is None:
            raise self._error or RuntimeError("The first reading was not started.")
        return self._snapshot


class HostReadings:
    """Reads a host, and keeps what the next reading needs. Methods may block, and may be called from any thread."""

    def __init__(self, source: Source, hiding: tuple[Ignored, ...] = (), audit: AuditLog | None = None) -> None:
        self.source = source
        self.audit = audit
        self._hiding = hiding
        self._builder: Builder | None = None
        self._building = threading.Lock()
        self._files: tuple[FileRequest, ...] = ()
        self._last: Snapshot | None = None
        self._ahead: FirstReading | None = None
        self._failed_starts: FailedStarts | None = None
        self.in_view: tuple[int, ...] = ()
        """The jids of the jails that the operator sees."""
        self.load_heard: Callable[[Load], None] = lambda load: None
        """Called, from any thread, with the load that a reading brought."""

    @property
    def name(self) -> str:
        return self.source.name

    @property
    def asked_at(self) -> float:
        """When the last reading began to ask the host, by the clock of time.monotonic."""
        return self.source.asked_at

    @property
    def read_only(self) -> str | None:
        """Why nothing can be changed: the source's reason, or the last reading's (no root)."""
        return self.source.read_only or (self._last.state.facts.read_only if self._last else None)

    def read(self) -> Snapshot:
        """One refresh. Raises HostError."""
        ahead, self._ahead = self._ahead, None
        return ahead.answer() if ahead is not None else self._refresh()

    def read_ahead(self, drawn: threading.Event) -> None:
        """Read the host on another thread, and parse the answer after `drawn` is set; the next `read` returns it."""
        self._ahead = FirstReading(self, drawn)
        self._ahead.start()

    def glance(self) -> Snapshot:
        """One refresh that looks into many jails in turn, those in view first. Raises HostError."""
        if self._ahead is not None:
            return self.read()
        return self.understood(self.completed(self.source.capture(files=self._files, first=self.in_view)))

    def jails_changed(self, state: HostState) -> bool:
        """Whether jails came, went or began to die since that state was read. Raises HostError."""
        from jailtui.model.watching import WHO, jails_changed

        (answer,) = self.source.ask_each(((WHO, None),))
        return jails_changed(answer, state)

    def listen(self, stopped: threading.Event, listening: Callable[[], None], stir: Callable[[], None]) -> None:
        """Call `stir` each time that the host announces a change of its network, until its monitor ends or `stopped` is
        set; `listening` once it is open. Raises HostError.
        """
        from jailtui.model.watching import tells

        with closing(self.source.monitor()) as monitor:
            while not stopped.is_set() and (lines := monitor.gathered()) is not None:
                listening()
                if tells(lines):
                    stir()

    def _refresh(self, *, everything: bool = False) -> Snapshot:
        return self.understood(self.capture(everything=everything))

    def capture(self, *, fresh: bool = False, everything: bool = False) -> Capture:
        """One reading of the host, not parsed, with all files that its files include. Raises HostError."""
        return self.completed(self.source.capture(fresh=fresh, everything=everything, files=self._files))

    def completed(self, capture: Capture) -> Capture:
        """`capture` with the sections that it lacks, such as the files that its files include. Raises HostError."""
        from jailtui.model.rounds import completed

        with self._building:
            capture, files = completed(capture, self._built(), self.source)
            self._files = self._files if files is None else files
            return capture

    def _built(self) -> Builder:
        from jailtui.model.build import Builder

        self._builder = self._builder or Builder()
        return self._builder

    def understood(self, capture: Capture) -> Snapshot:
        """Parse a capture."""
        with self._building:  # readings come from several threads
            builder = self._built()
            state = self._starts().mark(builder.build(capture))
            collected = capture.facts.get("reached") == "file"
            load = self._load_in(capture.sections, capture.taken_at, state)
            snapshot = self._last = Snapshot(
                state,
                builder.config,
                capture.taken_at,
                self._last,
                self._hiding,
                collected=collected,
                load=load,
                looked_at=capture.looked_at,
            )
        if load is not None:
            self.load_heard(load)
        return snapshot

    @property
    def reads_load(self) -> bool:
        """Whether the load can be read again and again: of a live host."""
        return self.source.reached != "file"

    def want_load(self) -> None:
        """Have the next reading bring the load of the jails."""
        self.source.want_load()

    def read_load(self) -> Load | None:
        """The load of the jails by a reading of its own. Raises HostError."""
        sections = self.source.load()
        return self._load_in(sections, time.time(), self._last.state) if self._last is not None else None

    def read_account(self, jail: str) -> Mapping[str, int]:
        """What the kernel accounts to that jail, by resource; nothing where it keeps no account. Raises HostError."""
        from jailtui.model.load import account_of, is_plain

        return account_of(self.source.account(jail)) if is_plain(jail) else {}

    def _load_in(self, sections: Sequence[Section], at: float, state: HostState) -> Load | None:
        if not any(section.name.startswith(LOAD) for section in sections):
            return None
        from jailtui.model.load import load_of

        return load_of(sections, at, root=state.facts.uid == 0)

    def _starts(self) -> FailedStarts:
        from jailtui.model.starts import FailedStarts

        self._failed_starts = self._failed_starts or FailedStarts(self.audit)
        return self._failed_starts

    def close(self) -> None:
        """Disconnect from the host."""
        self.source.drop()
