"""What a reading lacks is asked for in further rounds: included files, disputed interfaces, paths."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import SimpleNamespace
from typing import Any

import pytest

from jailtui.exchange import Argv, Capture, FileRequest, HostError, Section
from jailtui.jailconf.glob import pieces
from jailtui.model.build import Builder
from jailtui.model.rounds import ROUNDS, completed, requests
from tests.support.captures import capture, conf


class Answers:
    """A host that has these files, one more a round; `fails` names the rounds that do not reach it."""

    def __init__(self, files: Sequence[str] = (), fails: Sequence[str] = ()) -> None:
        self.files, self.fails = list(files), fails
        self.asked: list[tuple[str, Any]] = []

    def look_up(self, capture: Capture, files: Sequence[FileRequest]) -> Capture:
        self.asked.append(("files", [request.name for request in files]))
        if not self.files:
            return capture
        return capture._replace(sections=(*capture.sections, Section(self.files.pop(0), 0, "")))

    def look_closer(self, places: Mapping[int | None, Sequence[str]]) -> tuple[Section, ...]:
        self.asked.append(("interfaces", dict(places)))
        if "interfaces" in self.fails:
            raise HostError("gone")
        return (Section("closer", 0, "new"),)

    def ask_always(self, words: Argv) -> tuple[Section, ...]:
        if ("paths", words) in self.asked:
            return ()
        self.asked.append(("paths", words))
        if "paths" in self.fails:
            raise HostError("gone")
        return (Section("paths", 0, "found"),)


class Wanting:
    """A builder that misses a file until `levels` files were read, and doubts the interfaces `disputed`."""

    def __init__(self, levels: int, disputed: Mapping[int | None, tuple[str, ...]]) -> None:
        self.levels, self.disputed = levels, disputed
        self.builder = Builder()

    def build(self, capture: Capture) -> Any:
        read = sum(section.name.startswith("more") for section in capture.sections)
        self.config = SimpleNamespace(missing=(f"/m{read}",) if read < self.levels else (), wanted=("/m",))
        return self.builder.build(capture)


def asked(levels: int = 0, files: int = 0, disputes: Any = (), fails: Sequence[str] = ()) -> tuple[Any, Answers]:
    host = Answers([f"more{number}" for number in range(files)], fails)
    before = capture(conf=conf("web", 154))
    before = before._replace(sections=(*before.sections, Section("closer", 0, "old"), Section("asked", 0, "x")))
    wanting: Any = Wanting(levels, dict(disputes))
    return completed(before, wanting, host), host


def names(done: Any) -> list[str]:
    return [section.name for section in done.capture.sections]


def test_one_round_a_level_until_nothing_is_missing() -> None:
    done, host = asked(levels=2, files=9)
    assert [words for kind, words in host.asked if kind == "files"] == [["/m0"], ["/m1"]]
    assert done.files == (FileRequest("/m", pieces("/m")),)
    assert {"more0", "more1", "paths", "asked"} <= set(names(done))


def test_levels_are_followed_as_far_as_jail_follows_them() -> None:
    _, host = asked(levels=99, files=99)
    assert ROUNDS == 33
    assert sum(kind == "files" for kind, _ in host.asked) == ROUNDS


def test_file_that_stands_for_a_host_has_no_more() -> None:
    done, host = asked(levels=2, files=1)
    assert [kind for kind, _ in host.asked] == ["files", "files"]
    assert done.files is None
    assert "more0" in names(done)
    assert "asked" not in names(done)
    assert "closer" in names(done)


def test_disputed_interfaces_are_asked_one_by_one_and_replace_what_was_read() -> None:
    done, host = asked(disputes={None: ("em0",)})
    assert ("interfaces", {None: ("em0",)}) in host.asked
    assert [section.out for section in done.capture.sections if section.name == "closer"] == ["new"]
    _, host = asked()
    assert [kind for kind, _ in host.asked] == ["paths"]


@pytest.mark.parametrize("fails", ["interfaces", "paths"])
def test_round_that_does_not_reach_the_host_leaves_what_was_read(fails: str) -> None:
    done, _ = asked(disputes={None: ("em0",)}, fails=[fails])
    assert done.files == requests(["/m"])
    assert ("paths" in names(done)) == (fails != "paths")
    assert [section.out for section in done.capture.sections if section.name == "closer"] == [
        "old" if fails == "interfaces" else "new"
    ]
