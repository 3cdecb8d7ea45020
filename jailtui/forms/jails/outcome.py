"""A new, copied or renamed jail as its saved files define it, with notes."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from jailtui import jailconf
from jailtui.exchange import FileEdit
from jailtui.forms.notes import Judging, saving, unfit
from jailtui.jailconf import EditError
from jailtui.rules.drafted import of_files

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from jailtui.forms.jails.free import Used
    from jailtui.forms.protocol import Note
    from jailtui.forms.sources import Sources


def config_after(sources: Sources, files: Iterable[FileEdit]) -> jailconf.HostConfig:
    """The configured jails once these files are saved."""
    texts = dict(sources.texts) | {edit.path: edit.new for edit in files}
    return jailconf.choose(texts, sources.dialect, sources.rcconf or {}, others=sources.others)


def new_file(sources: Sources, path: str, text: bytes, edits: Iterable[jailconf.Edit]) -> FileEdit:
    """A file that does not exist yet: `text`, edited. Raises EditError."""
    if path in sources.texts:
        raise EditError(f"{path} exists already.")
    file = jailconf.parse(text, path, sources.dialect)
    lookup = sources.lookup
    change = jailconf.apply(file, list(edits), lookup.read, lookup.glob)
    return FileEdit(path, None, change.after)


FIELDS = {
    "JAIL-PATH-TWICE": "path",
    "JAIL-NO-PATH": "path",
    "JAIL-JID-TWICE": "jid",
    "MAC-TWICE": "ether",
    "ADDR-GATEWAY": "gateway",
}
"""The fields of these forms by rule, where the network form has another field or none."""


def result_notes(
    sources: Sources, after: jailconf.HostConfig, name: str, old: str = "", *, replaced: bool = False
) -> Iterator[Note]:
    """The findings about the jail `name`, new in `after`.

    Findings that the jail `old` has too are standing, or left out if the jail replaces `old`.
    """
    if after.get(name) is None:
        fault = next((fault for evaluation in after.evaluations.values() for fault in evaluation.faults), None)
        yield unfit(fault.text if fault else "No file that rc.d/jail reads would define it.")
        return
    known = {
        finding.code
        for finding in of_files(replace(sources.context, only=frozenset((old,))))
        if finding.subject.key == old
    }
    for note in Judging("network", sources, {name, old} if replaced else {name}).notes(after):
        if not (replaced and (note.code in known or note.standing)):
            field = FIELDS.get(note.code, note.field)
            yield note._replace(field=field, standing=note.standing or note.code in known)


# The directories that can be roots.


def roots(sources: Sources) -> tuple[dict[str, None], list[str]]:
    """The paths of the directories beside the roots of jails, and the parent directories that were listed."""
    directories: dict[str, None] = {}
    parents = []
    for section in sources.about.values():
        if section.name.startswith("roots ") and section.rc == 0:
            parent = section.name.removeprefix("roots ").rstrip("/")
            parents.append(parent)
            names = [line[:-1] for line in section.out.split("\n") if line.endswith("/") and line.isprintable()]
            directories |= {f"{parent}/{name}": None for name in names}
    return directories, parents


def free_roots(sources: Sources, taken: Used) -> tuple[str, ...]:
    """The directories that no jail has as its root."""
    return tuple(path for path in roots(sources)[0] if taken.free("path", path))


def path_notes(sources: Sources, path: str) -> Iterator[Note]:
    """A warning if the host lacks the directory, or if that is not known."""
    seen, parents = roots(sources)
    plain = path.rstrip("/")
    if not plain:
        yield saving("root-of-host", "The root is that of the host: the jail's /etc/rc would be the host's.", "path")
    elif plain in seen:
        return
    elif plain.rpartition("/")[0] in parents:
        yield saving("root-missing", f"The host has no directory {path}: create it before the start.", "path")
    else:
        yield saving("root-unseen", f"It is not known whether {path} exists.", "path")
