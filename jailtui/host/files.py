"""One file of a host, read and saved: whole or not at all, checked by the host's jail(8), with backups to go back to.

A save writes `.NAME.jailtui-new-PID` beside the file, has `jail -f` read it, gives the old file a second name
(`.NAME.jailtui-DATE`, the backup) and renames the new one over it. Names begin with a dot, so that no `.include "*"`
takes them in. The old text is compared by its digest, last right before the rename; who writes into the file in the
milliseconds between gets it back, only who renames yet another file over it just then loses.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from hashlib import sha256
from typing import NamedTuple

from jailtui.exchange import HostError, Section, difference, shell_line
from jailtui.host.frames import ask
from jailtui.host.shell import Shell, last_line, script

FILE_SECONDS = 90.0
KEEP = 5
NEW = "-"
BACKUP = re.compile(r"(\d{8}T\d{6}Z)\.(\d+)")
PLAIN = frozenset(b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ .,:;=/_{}+$*#()")
"""Bytes that stand for themselves in a single-quoted format of printf(1): no digits, which could follow an escape, no
hyphen, which could begin an option."""


class Backup(NamedTuple):
    """An earlier text of a file: `name` is its path on the host, `when` its date and time in UTC (ISO 8601)."""

    name: str
    when: str


class FileText(NamedTuple):
    """A file as it was read. `file` is its path without symbolic links, `now` the host's clock, `backups` the earlier
    texts, newest first."""

    path: str
    file: str
    data: bytes
    now: str
    backups: tuple[Backup, ...] = ()

    @property
    def digest(self) -> str:
        return digest(self.data)


class Missing(NamedTuple):
    """There is no such file; what is known of it anyway."""

    path: str
    file: str
    now: str
    backups: tuple[Backup, ...] = ()
    digest: None = None


class Saved(NamedTuple):
    """The file has the new text. `backup` holds the old one (None: there was none, nothing changed, or none is kept).

    `note` is what jail(8) printed though it accepted the text: that a jail in it can't be started, for example.
    """

    path: str
    digest: str
    backup: Backup | None = None
    note: str = ""


class Conflict(NamedTuple):
    """Not saved: the file is no longer what was read, it is `theirs` now."""

    path: str
    theirs: FileText | Missing
    ours: bytes


class Refused(NamedTuple):
    """Not saved, and the file is as it was: by jail(8) (`step` is "check") or by what else stood in the way.

    `message` is what the host printed, with the file's own name; `rc` that command's exit status.
    """

    path: str
    message: str
    rc: int | None = None
    step: str = ""


Outcome = Saved | Conflict | Refused


def digest(data: bytes) -> str:
    """The SHA-256 of a text in hexadecimal, which identifies it."""
    return sha256(data).hexdigest()


def read_file(shell: Shell, path: str) -> FileText | Missing:
    """The file `path` (absolute) on the host of `shell`, in one round trip.

    Raises HostError: the host can't be asked, or the file can't be read (no permission, not a regular file).
    """
    steps = _run(shell, path, "read.sh", ())
    data = steps.get("data")
    if data is None or "file" not in steps:
        complaints = (last_line(step.err) for step in steps.values() if step.rc and step.err)
        raise HostError(f"{path}: {next(complaints, 'it could not be read')}.")
    place = steps["file"].out.strip("\n")
    backups = _backups(place, steps["kept"].out)
    now = steps["now"].out.strip()
    if data.rc:
        if data.err.endswith("No such file or directory"):
            return Missing(path, place, now, backups)
        raise HostError(f"{path}: {last_line(data.err).rpartition(': ')[2]}.")
    return FileText(path, place, data.out.encode("utf-8", "surrogateescape"), now, backups)


def save_file(
    shell: Shell, path: str, base_digest: str | None, new: bytes, *, check: bool = True, keep: int = KEEP
) -> Outcome:
    """Make `new` the text of the file `path`, provided that its text is still the one of `base_digest` (None: no file).

    `check` has the host's jail(8) read the new text first. At most `keep` backups stay. Two round trips.
    Raises HostError if the host can't be asked, or stops answering midway: then the text is the old or the new one.
    """
    current = read_file(shell, path)
    if current.digest != base_digest:
        return Conflict(path, current, new)
    if isinstance(current, FileText) and current.data == new:
        return Saved(path, current.digest)
    date = _next_date(current)
    made = () if isinstance(current, Missing) else (_backup(current.file, *date),)
    old = (*made, *current.backups)[max(0, keep) :]
    words = (base_digest or NEW, digest(new), "check" if check else NEW, f"{date[0]}.{date[1]}")
    steps = _run(shell, path, "save.sh", (*words, *(backup.name.rpartition("jailtui-")[2] for backup in old)), new)
    return _outcome(shell, steps, path, base_digest, new, made[0] if made and keep > 0 else None)


def earlier(
    read: Callable[[str], FileText | Missing], path: str, *, redo: bool = False
) -> tuple[FileText | Missing, Backup | None, bytes]:
    """The file `path` as it is, and the backup with the text of before it, with that text (None: there is none).

    With `redo` the text of after it. `read` reads a file of the host. To undo is to save that text, so an undo leaves a
    backup too: a text that is the one before or after the last is a step back or forth, any other one a new save.
    Raises HostError.
    """
    now = read(path)
    versions: list[tuple[Backup | None, str | None, bytes]] = []
    at = -1
    for backup in (*reversed(now.backups), None):
        text = now if backup is None else read(backup.name)
        if backup is not None and not isinstance(text, FileText):
            continue
        digests = [digest for _, digest, _ in versions]
        if at >= 0 and digests[at] == text.digest:
            continue
        near = [number for number in (at - 1, at + 1) if 0 <= number < len(versions) and digests[number] == text.digest]
        if near:
            at = near[0]
        else:
            at += 1
            versions[at:] = [(backup, text.digest, text.data if isinstance(text, FileText) else b"")]
    wanted = at + 1 if redo else at - 1
    if not 0 <= wanted < len(versions):
        return now, None, b""
    backup, _, data = versions[wanted]
    return now, backup, data


def report(outcome: Outcome, base: bytes) -> tuple[bool, str]:
    """Whether a save succeeded, and its outcome as a sentence. `base` is the text it started with."""
    if isinstance(outcome, Saved):
        backup = f" Backup: {outcome.backup.name}" if outcome.backup else ""
        return True, f"{outcome.path} is saved.{backup}\n{outcome.note}".strip()
    if isinstance(outcome, Conflict):
        return False, _conflict(outcome, base)
    return False, f"{outcome.path}: {outcome.message}"


def _conflict(outcome: Conflict, base: bytes) -> str:
    """Both changes as differences from the text they started with; neither is lost."""
    if isinstance(outcome.theirs, Missing):
        return f"{outcome.path} was removed by somebody else; nothing was saved."
    lines = [f"{outcome.path} was changed by somebody else; nothing was saved. Their change:"]
    lines += difference(base, outcome.theirs.data, outcome.path)
    return "\n".join([*lines, "Yours, not saved:", *difference(base, outcome.ours, outcome.path)])


def _run(shell: Shell, path: str, name: str, words: Sequence[str], text: bytes | None = None) -> Mapping[str, Section]:
    """Run one of our scripts on `path`: its steps by name, the last of each name, in the order they began."""
    if not path.startswith("/") or "\n" in path or "\0" in path:
        raise ValueError(f"{path!r} is not an absolute path.")
    line = f"path={shell_line((path,))}\nset -- {shell_line(tuple(words))}\n"
    body = script("path.sh", "sections.sh") + line + script("files.sh")
    if text is not None:
        body += printing(text)
    steps: dict[str, Section] = {}
    for section in ask(shell, body + script(name), (), FILE_SECONDS):
        steps.pop(section.name, None)
        steps[section.name] = section
    return steps


def printing(text: bytes) -> str:
    """A function of POSIX shell, `text`, that prints these bytes and stops if it can't.

    They are in formats of printf(1), of few kinds of characters, which every shell reads alike.
    """
    lines = []
    for start in range(0, len(text), 512):
        format = "".join(map(_printed, text[start : start + 512]))
        lines.append(f"printf '{format}' || return\n")
    return "text() {\n:\n" + "".join(lines) + "}\n"


def _printed(byte: int) -> str:
    if byte == ord("%"):
        return "%%"
    return chr(byte) if byte in PLAIN else f"\\{byte:03o}"


def _outcome(
    shell: Shell, steps: Mapping[str, Section], path: str, base: str | None, new: bytes, backup: Backup | None
) -> Outcome:
    swap = steps.get("swap")
    if swap and swap.rc == 0 and "restore" not in steps:
        return Saved(path, digest(new), backup, _complaint(steps, "check", path))
    theirs = read_file(shell, path)
    if theirs.digest != base:
        return Conflict(path, theirs, new)
    for name, section in steps.items():
        if section.rc:
            return Refused(path, _complaint(steps, name, path) or f"exit status {section.rc}", section.rc, name)
    return Refused(path, "It was written to at the same time.")


def _complaint(steps: Mapping[str, Section], name: str, path: str) -> str:
    """What a step printed on standard error, with the operator's name for the file."""
    text = steps[name].err if name in steps else ""
    if "names" in steps:
        new, probe, root = steps["names"].out.removesuffix("\n").split("\n")
        text = text.replace(probe, path).replace(new, path)
        text = text.replace(root + "/", "/") if root else text
    return re.sub(r"^\S*sh: (\d+: )?", "", text, flags=re.MULTILINE)


def _backup(file: str, date: str, number: int) -> Backup:
    folder, _, name = file.rpartition("/")
    when = f"{date[:4]}-{date[4:6]}-{date[6:11]}:{date[11:13]}:{date[13:]}"
    return Backup(f"{folder}/.{name}.jailtui-{date}.{number}", when)


def _backups(file: str, listed: str) -> tuple[Backup, ...]:
    matches = filter(None, map(BACKUP.fullmatch, listed.splitlines()))
    dates = sorted(((match[1], int(match[2])) for match in matches), reverse=True)
    return tuple(_backup(file, *date) for date in dates)


def _next_date(current: FileText | Missing) -> tuple[str, int]:
    """The date of a new backup: now, but never before the newest one, even if the clock was set back."""
    newest = current.backups[0].name if current.backups else ""
    match = BACKUP.search(newest.rpartition("jailtui-")[2])
    if match and match[1] >= current.now:
        return match[1], int(match[2]) + 1
    return current.now, 0
