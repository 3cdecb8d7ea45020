"""Hand-written jail.confs, each with what must be read of it.

Each `corpus/NAME.conf` has a `NAME.yaml`:

jail, release        whose form, on which release
path, files          the file's path if it is not /etc/jail.conf; further files by path
jail_rc              the text of the jail's own rc.conf
host                 bridges that exist
reads                every field that has a value and can be edited; a switch that is not named here is off
shows                fields with their values, facts or not: what the jail's own rc.conf gives, jib's bridge
where, raw           of some fields, where they are written and the text as written
text                 hook commands that it must show as not understood
warns                fields about which it warns before anything is edited
edits                `answers`, `scope` for shared ones, `diff`, `file` if another than the main one, and in `reads`
                     what reads otherwise afterwards beside the answers ("": nothing, "?": either)
refused              `answers` and `scope` that it must not save
start                after the first edit the jail is started on an embedded host and has what the form said

`diff` lines begin with `-`, `+`, or `=` for a line that only says where the next ones are. In order, they make the
new file, byte for byte; a new line gets the line end of the file.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from jailtui.forms.opening import open_form
from jailtui.forms.protocol import OFF, Form
from jailtui.forms.sources import Sources
from tests.support.form_hosts import MAIN, sources

CORPUS = Path(__file__).resolve().parents[1] / "forms" / "corpus"


LOADER = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
"""The same in C, where there is libyaml: every worker reads the corpus."""


@dataclass(frozen=True)
class Case:
    """One configuration and what must come out. Everything in `told` is text, as it stands in the YAML."""

    name: str
    told: dict[str, Any]
    texts: dict[str, bytes]

    @property
    def jail(self) -> str:
        return str(self.told["jail"])

    @property
    def main(self) -> str:
        return str(self.told.get("path", MAIN))

    @property
    def release(self) -> str:
        return str(self.told["release"])

    @property
    def rcconf(self) -> dict[str, str]:
        found = {"jail_enable": "YES"}
        if not self.main.startswith(("/etc/jail.conf", "/etc/jail.")):
            found[f"jail_{self.jail}_conf"] = self.main
        return found

    def sources(self, texts: dict[str, bytes]) -> Sources:
        return sources(
            texts,
            release=self.release,
            rcconf=self.rcconf,
            jail_rc=self.told.get("jail_rc"),
            bridges=self.told.get("host", ()),
        )

    def form(self, texts: dict[str, bytes] | None = None) -> Form:
        return open_form("network", self.jail, self.sources(self.texts if texts is None else texts))

    def edited(self, edit: dict[str, Any]) -> dict[str, bytes]:
        """The files after an edit, by its diff."""
        path = edit.get("file", self.main)
        return {**self.texts, path: patched(self.texts[path], edit["diff"].splitlines())}

    def reads_after(self, edit: dict[str, Any]) -> dict[str, str]:
        told = {**self.told["reads"], **edit["answers"], **edit.get("reads", {})}
        return {key: value for key, value in told.items() if value not in ("", "?", OFF)}

    def untold(self, edit: dict[str, Any]) -> set[str]:
        """What may read as it likes."""
        loose = {key for key, value in edit.get("reads", {}).items() if value == "?"}
        return loose | set(self.told.get("shows", {}))


@cache
def case_of(name: str) -> Case:
    # BaseLoader: every scalar is text, so that `on` and `0755` stay what they are.
    told = yaml.load((CORPUS / f"{name}.yaml").read_text(), LOADER)
    files = {path: text.encode() for path, text in told.get("files", {}).items()}
    return Case(name, told, {told.get("path", MAIN): (CORPUS / f"{name}.conf").read_bytes(), **files})


def patched(data: bytes, diff: list[str]) -> bytes:
    """`data` with a diff carried out. AssertionError where a line is not found."""
    lines = data.splitlines(keepends=True)
    made: list[bytes] = []
    at = 0
    end = b"\r\n" if lines and lines[0].endswith(b"\r\n") else b"\n"
    for one in diff:
        sign, text = one[0], one[1:].encode()
        if sign == "+":
            made.append(text + end)
            continue
        assert sign in "-=", one
        place = next((n for n in range(at, len(lines)) if lines[n].rstrip(b"\r\n") == text), None)
        assert place is not None, f"no such line from line {at + 1} on: {one}"
        made += lines[at : place + (sign == "=")]
        at = place + 1
    return b"".join([*made, *lines[at:]])


NAMES = sorted(path.stem for path in CORPUS.glob("*.conf"))
