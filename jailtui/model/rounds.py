"""The further rounds of a reading, for what is known only after parsing: included files, disputed interfaces, paths,
and the routes of jails with tunnels, and files that give names addresses.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, Protocol

from jailtui.exchange import FileRequest, HostError
from jailtui.jailconf.glob import pieces
from jailtui.model import namefiles
from jailtui.model.paths import questions
from jailtui.model.tunnels import route_questions

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from jailtui.exchange import Argv, Capture, Section
    from jailtui.model.build import Builder

ROUNDS = 33
"""How many levels of `.include` are followed: jail(8) refuses the 33rd."""


class Asked(Protocol):
    """What answers the further rounds: a host, or a file written by `jailtui collect`."""

    def look_up(self, capture: Capture, files: Sequence[FileRequest]) -> Capture: ...

    def look_closer(self, places: Mapping[int | None, Sequence[str]]) -> tuple[Section, ...]: ...

    def ask_always(self, words: Argv) -> tuple[Section, ...]: ...


class Completed(NamedTuple):
    """A capture with the answers of the further rounds. `files` are those to ask for in the next reading at once;
    None: the capture can't have more.
    """

    capture: Capture
    files: tuple[FileRequest, ...] | None


def completed(capture: Capture, builder: Builder, asked: Asked) -> Completed:
    """`capture` with the sections that `builder` needs and does not find in it. Raises HostError."""
    for _ in range(ROUNDS):
        builder.build(capture)
        if not builder.config.missing:
            break
        before = capture
        capture = asked.look_up(before, requests(builder.config.missing))
        if capture is before:  # a collected file has no more
            return Completed(_replaced(capture, (), without=("asked",)), None)
    files = requests(builder.config.wanted)
    state = builder.build(capture)
    try:
        if builder.disputed:
            capture = _replaced(capture, asked.look_closer(builder.disputed))
            state = builder.build(capture)
    except HostError:  # then netstat's list counts
        pass
    try:
        for _ in range(namefiles.ROUNDS):
            names = namefiles.host_questions(state, namefiles.folders_in(capture.sections))
            answers = asked.ask_always((*questions(state), *route_questions(state), *names))
            if not answers:
                break
            capture = _replaced(capture, answers)
            state = builder.build(capture)
    except HostError:  # what could not be read is unknown
        pass
    return Completed(capture, files)


def requests(names: Sequence[str]) -> tuple[FileRequest, ...]:
    """The requests for files or patterns of these names."""
    return tuple(FileRequest(name, pieces(name)) for name in names)


def _replaced(capture: Capture, sections: tuple[Section, ...], without: Sequence[str] = ()) -> Capture:
    """The capture with these sections in place of those of the same names."""
    names = {section.name for section in sections}.union(without)
    if not names:
        return capture
    return capture._replace(sections=(*sections, *(old for old in capture.sections if old.name not in names)))
