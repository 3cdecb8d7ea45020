"""The source of a new jail's root directory: fields, the steps that create it, and notes.

The steps come before the jail is saved. `mkdir` fails if the path exists, so that nothing is ever extracted over it,
and undo removes only what was created. `rm -x` and `chflags -x` do not enter mounts.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from jailtui.exchange import Step
from jailtui.forms.jails.outcome import path_notes, roots
from jailtui.forms.notes import saving, unfit
from jailtui.forms.protocol import Answers, Field

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from jailtui.forms.protocol import Note
    from jailtui.forms.sources import Sources

EXISTING, ARCHIVE, THIN, ZFS = "existing directory", "base.txz", "thin, read-only mounts", "ZFS clone"
MOUNTED = (
    "bin", "lib", "libexec", "rescue", "sbin",
    "usr/bin", "usr/include", "usr/lib", "usr/libdata", "usr/libexec", "usr/sbin", "usr/share",
)  # fmt: skip
"""The directories that a thin jail shares with its release, read-only (hier(7))."""
DATASET = re.compile(r"[A-Za-z0-9][\w.:-]*(/[\w.:-]+)+", re.ASCII)
COPIED = ("etc", "root", "var")
OWN = ("dev", "home", "mnt", "proc", "tmp", "usr", "usr/local")
HELP = "An existing directory; base.txz extracted into a new one; a new one with a release mounted; a ZFS clone."


def root_fields(sources: Sources, values: Mapping[str, str], *, thin: bool) -> tuple[Field, ...]:
    """The choice, and its field. `values` are the answers; `thin`: whether a thin jail can be chosen."""
    choices = (EXISTING, ARCHIVE, *((THIN,) if thin else ()), ZFS)
    chosen = values.get("root", EXISTING)
    first = Field("root", "Root from", chosen, "choice", choices=choices, help=HELP)
    if chosen == ARCHIVE:
        archives = ("/usr/freebsd-dist/base.txz", f"/usr/local/bastille/cache/{sources.release}/base.txz")
        archive = values.get("archive", archives[0])
        return first, Field("archive", "Archive", archive, choices=archives, help="A base.txz on the host.")
    if chosen == THIN:
        text = "The directory of an extracted release; its bin, lib, usr/bin and so on are mounted read-only."
        proposed = tuple(roots(sources)[0])
        return first, Field("release", "Release", values.get("release", ""), choices=proposed, help=text)
    if chosen == ZFS:
        text = "The dataset of an extracted release, as in zfs list."
        return first, Field("dataset", "Dataset", values.get("dataset", ""), help=text)
    return (first,)


def mounts(answers: Answers) -> tuple[str, ...]:
    """The values of `mount` for a thin jail; none for others."""
    if answers.values.get("root") != THIN:
        return ()
    release = answers.values.get("release", "").rstrip("/")
    return tuple(f"{release}/{part} ${{path}}/{part} nullfs ro 0 0" for part in MOUNTED)


def root_steps(sources: Sources, path: str, answers: Answers) -> Iterator[Step]:
    """The steps that make the root directory `path`."""
    fields = {field.key: field.value for field in root_fields(sources, answers.values, thin=True)}
    root = path.rstrip("/")
    remove, unflag = ("rm", "-rfx", root), ("chflags", "-Rx", "noschg", root)
    if fields["root"] == ARCHIVE:
        yield Step(("mkdir", root), "create the root directory", undo=remove)
        yield Step(("tar", "-xpf", fields["archive"], "-C", root), "extract the base system", undo=unflag)
    elif fields["root"] == THIN:
        release = fields["release"].rstrip("/")
        yield Step(("mkdir", root, *(f"{root}/{part}" for part in OWN)), "create the root directory", undo=remove)
        yield Step(
            ("chmod", "1777", f"{root}/tmp"), "let all users write to /tmp", undo=("chmod", "755", f"{root}/tmp")
        )
        yield Step(
            ("cp", "-a", *(f"{release}/{part}" for part in COPIED), root),
            "copy the files that differ from jail to jail",
            undo=unflag,
        )
        places = tuple(f"{root}/{part}" for part in MOUNTED)
        yield Step(("mkdir", *places), "create the mount points of the release", undo=("rmdir", *reversed(places)))


def root_notes(sources: Sources, path: str, name: str, answers: Answers) -> Iterator[Note]:
    """Errors of the choice and its field, and commands to be run by hand."""
    fields = {field.key: field.value for field in root_fields(sources, answers.values, thin=True)}
    chosen = fields["root"]
    if chosen == EXISTING:
        for note in path_notes(sources, path):
            choose = "; choose where its root comes from, or create it before the start"
            yield note._replace(text=note.text.replace(": create it before the start", choose))
        return
    if fault := _path_fault(path):
        yield unfit(fault, "path")
    elif path.rstrip("/") in roots(sources)[0]:
        yield unfit(f"{path} exists already: choose {EXISTING}, or another path.", "path")
    if chosen == ARCHIVE and (fault := _path_fault(fields["archive"])):
        yield unfit(fault, "archive")
    if chosen == THIN:
        yield from _release_notes(fields["release"], path)
    if chosen == ZFS:
        yield from _zfs_notes(fields["dataset"], path, name)


def _release_notes(release: str, path: str) -> Iterator[Note]:
    if fault := _path_fault(release):
        yield unfit(fault, "release")
    elif set(release) & set(' \t\\"$#'):
        yield unfit(
            f"{release} can't be mounted by jail.conf: its name contains a blank, a quote, a backslash, $ or #.",
            "release",
        )
    elif f"{path.rstrip('/')}/".startswith(f"{release.rstrip('/')}/"):
        yield unfit(f"{path} is inside {release}, which would be mounted in it.", "release")


def _zfs_notes(dataset: str, path: str, name: str) -> Iterator[Note]:
    """The two commands to be run by hand."""
    if not DATASET.fullmatch(dataset):
        yield unfit("A dataset of an extracted release is needed, like zroot/jails/base.", "dataset")
        return
    parent = dataset.rpartition("/")[0]
    clone = f"zfs clone -o mountpoint={path} {dataset}@{name} {parent}/{name}"
    for text in (f"Run first: zfs snapshot {dataset}@{name}", f"Then run: {clone}"):
        yield saving("by-hand", text, "dataset")


def _path_fault(path: str) -> str:
    """Why a path can't be used, as a sentence, or ""."""
    parts = path.rstrip("/").split("/")
    if not path.startswith("/") or len(parts) < 2 or not path.isprintable():
        return f"{path} is not an absolute path." if path else "A path is missing."
    return f"{path} contains an empty part, . or .." if {"", ".", ".."} & set(parts[1:]) else ""
