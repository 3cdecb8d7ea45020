"""A capture as a file: a bug report, a test, a screenshot from a host nobody can reach."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from types import MappingProxyType
from typing import TYPE_CHECKING

from jailtui.exchange import Argv, Capture, Garbled, Result, Section, Step, Unreachable

if TYPE_CHECKING:
    from pathlib import Path

    from jailtui.host.files import FileText, Missing

FORMAT = "jailtui capture 1"
HIDDEN = "LEFT-OUT"
"""One word, so that a jail.conf it stands in still reads."""
WIREGUARD_KEY = re.compile(r"(?<![A-Za-z0-9+/])[A-Za-z0-9+/]{42}[AEIMQUYcgkosw048]=(?![A-Za-z0-9+/=])")
SECRET = re.compile(
    r"(?i)([\w.-]*(?:passw(?:or)?d|passphrase|secret|token|psk|private[-_]?key|wepkey|api[-_]?key)\w*[\"']?\s*[=:\s]\s*[\"']?)([^\s\"',;|\x1f]+)"
)


def without_secrets(text: str) -> str:
    """`text` with WireGuard keys, and words that follow a name such as `password`, left out."""
    return SECRET.sub(lambda match: match[1] + HIDDEN, WIREGUARD_KEY.sub(HIDDEN, text))


def dump(capture: Capture) -> str:
    """The capture as JSON, without secrets."""
    told = {
        "format": FORMAT,
        "host": capture.host,
        "taken_at": capture.taken_at,
        "facts": dict(capture.facts),
        "sections": [
            {"name": one.name, "rc": one.rc, "out": without_secrets(one.out), "err": without_secrets(one.err)}
            for one in capture.sections
        ],
    }
    return json.dumps(told, indent=1) + "\n"


def load(path: Path) -> Capture:
    """Read a file that `dump` wrote. Raises Unreachable when it can't be read, Garbled when it is no such file."""
    try:
        told = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise Unreachable(f"{path}: {error.strerror}.") from error
    except (ValueError, RecursionError) as error:
        raise Garbled(f"{path} is no JSON: {error}.") from error
    if not isinstance(told, dict) or told.get("format") != FORMAT:
        raise Garbled(f"{path} was not written by `jailtui collect`.")
    try:
        sections = tuple(
            Section(str(one["name"]), int(one["rc"]), str(one["out"]), str(one["err"])) for one in told["sections"]
        )
        facts = {str(name): str(value) for name, value in told["facts"].items()}
        taken_at = float(told["taken_at"])
        datetime.fromtimestamp(taken_at, UTC)  # NaN, or a year that is none
        return Capture(str(told["host"]), taken_at, sections, facts)
    except (KeyError, TypeError, ValueError, AttributeError, OverflowError, OSError) as error:
        raise Garbled(f"{path} is damaged: {type(error).__name__} {error}.") from error


class FileHost:
    """A host that is a file: it answers the same every time, and nothing can be changed on it."""

    def __init__(self, path: Path) -> None:
        self.name = path.name
        self.read_only = f"{path.name} is a file that `jailtui collect` wrote"
        self._path = path

    def capture(self, *, fresh: bool = False, everything: bool = False) -> Capture:
        """The capture in the file, under the name of the host it came from. Raises HostError."""
        told = load(self._path)
        return told._replace(facts=MappingProxyType({**told.facts, "reached": "file"}))

    def about(self, words: Argv) -> tuple[Section, ...]:
        """What the capture holds of it: nothing. Never raises."""
        return ()

    def read_file(self, path: str) -> FileText | Missing:
        """Raises HostError: a capture has no files that could be changed."""
        raise Unreachable(f"{self.read_only}.")

    def execute(self, step: Step, output: object) -> Result:
        """Refused: there is no host behind a file."""
        return Result(step.argv, None, note=self.read_only)

    def drop(self) -> None:
        """Nothing is held open."""
