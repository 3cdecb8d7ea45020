"""Reads a file of a host and saves it: completely or not at all, checked by the host's jail(8), with backups.

A save writes `.NAME.jailtui-new-PID` beside the file, has `jail -f` read it, gives the old file a second name
(`.NAME.jailtui-DATE`, the backup) and renames the new file over it. The names begin with a dot, so that
`.include "*"` does not match them. The digest of the old text is compared before each of these, and of the backup after
the rename: if another program wrote to the old file meanwhile, the file is restored. Only if another program renames a
file over it between the last comparison and the rename, that file is lost. `.NAME.jailtui-DATE.written` is what the
last save wrote: an undo tells by it what others have changed since.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from hashlib import sha256
from typing import NamedTuple

from jailtui.exchange import (
    FileEdit,
    Garbled,
    HostError,
    HostTimeout,
    Section,
    Unreachable,
    difference,
    shell_line,
)
from jailtui.host.frames import ask
from jailtui.host.shell import Shell, last_line, script

FILE_SECONDS = 90.0
KEEP = 5
NEW = "-"
WRITTEN = ".written"
BACKUP = re.compile(r"(\d{8}T\d{6}Z)\.(\d+)")
PLAIN = frozenset(b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ .,:;=/_{}+$*#()")
"""Bytes that stand for themselves in a single-quoted format of printf(1): no digits, which could follow an escape, no
hyphen, which could begin an option."""


class Backup(NamedTuple):
    """An earlier text of a file: `name` is its path on the host, `when` its date and time in UTC (ISO 8601).

    `written` is the path of what the save wrote that made the backup, or "": the next backup, or the file, has it.
    """

    name: str
    when: str
    written: str = ""


class FileText(NamedTuple):
    """A file as it was read. `file` is its path without symbolic links, `now` the time by the host's clock, `backups`
    are the earlier texts, newest first. `under_way`: a save of it runs on the host.
    """

    path: str
    file: str
    data: bytes
    now: str
    backups: tuple[Backup, ...] = ()
    under_way: bool = False

    @property
    def digest(self) -> str:
        return digest(self.data)


class Missing(NamedTuple):
    """A file that does not exist, with the fields of `FileText` but for its text."""

    path: str
    file: str
    now: str
    backups: tuple[Backup, ...] = ()
    under_way: bool = False
    digest: None = None


class Saved(NamedTuple):
    """The file has the new text. `backup` has the old text (None: no old file, no change, or no backups kept).

    `note` is what jail(8) printed although it accepted the text, for example that a jail can't be started, or that the
    file had other names.
    """

    path: str
    digest: str
    backup: Backup | None = None
    note: str = ""


class Conflict(NamedTuple):
    """Not saved: another program changed the file, which is `theirs` now."""

    path: str
    theirs: FileText | Missing
    ours: bytes


class Refused(NamedTuple):
    """Not saved, the file is unchanged: `step` failed ("check": jail(8) rejects the text).

    `message` is what the host printed, with the file's own name; `rc` is that command's exit status.
    """

    path: str
    message: str
    rc: int | None = None
    step: str = ""


Outcome = Saved | Conflict | Refused


def digest(data: bytes) -> str:
    """The SHA-256 of a text in hexadecimal."""
    return sha256(data).hexdigest()


class FileAndBackups(NamedTuple):
    """A file with the texts of its backups and of what those saves wrote, by path."""

    file: FileText | Missing
    texts: Mapping[str, bytes]


def read_file(shell: Shell, path: str) -> FileText | Missing:
    """Read the file `path` (absolute) on the host of `shell`, in one round trip.

    Raises HostError if the host does not answer, or the file can't be read (no permission, not a regular file).
    """
    return _file(path, _run(shell, path, "read.sh", ()))


def read_saves(shell: Shell, path: str) -> FileAndBackups:
    """Read the file `path` (absolute) and its backups, in one round trip unless they are too much for one answer.

    Raises HostError as `read_file`, also if a backup can't be read.
    """
    try:
        steps = _run(shell, path, "read.sh", ("texts",))
    except (Garbled, HostTimeout):
        return _read_one_by_one(shell, path)
    file = _file(path, steps)
    texts = {}
    for name in _saved(file):
        section = steps.get(f"text {name}")
        if section is None or section.err.endswith("No such file or directory"):
            continue  # another save has removed it meanwhile
        if section.rc:
            raise HostError(f"{name}: {last_line(section.err).rpartition(': ')[2]}.")
        texts[name] = _bytes(section)
    return FileAndBackups(file, texts)


def _read_one_by_one(shell: Shell, path: str) -> FileAndBackups:
    file = read_file(shell, path)
    read = ((name, read_file(shell, name)) for name in _saved(file))
    return FileAndBackups(file, {name: text.data for name, text in read if isinstance(text, FileText)})


def _saved(file: FileText | Missing) -> Iterator[str]:
    """The paths of the file's backups, and of what those saves wrote."""
    return (name for backup in file.backups for name in (backup.name, backup.written) if name)


def _file(path: str, steps: Mapping[str, Section]) -> FileText | Missing:
    """The file that these steps have read. Raises HostError."""
    data = steps.get("data")
    if data is None or "file" not in steps:
        complaints = (last_line(step.err) for step in steps.values() if step.rc and step.err)
        raise HostError(f"{path}: {next(complaints, 'it could not be read')}.")
    place = steps["file"].out.strip("\n")
    backups = _backups(place, steps["kept"].out)
    now = steps["now"].out.strip()
    under_way = bool(steps["under-way"].out.strip())
    if data.rc:
        if data.err.endswith("No such file or directory"):
            return Missing(path, place, now, backups, under_way)
        raise HostError(f"{path}: {last_line(data.err).rpartition(': ')[2]}.")
    return FileText(path, place, _bytes(data), now, backups, under_way)


def _bytes(section: Section) -> bytes:
    return section.out.encode("utf-8", "surrogateescape")


def save_file(
    shell: Shell, path: str, base_digest: str | None, new: bytes, *, check: bool = True, keep: int = KEEP
) -> Outcome:
    """Save `new` as the text of the file `path`, if its text still has the digest `base_digest` (None: no file).

    With `check` the host's jail(8) reads the new text first. At most `keep` backups are kept. Two round trips.
    Raises HostError if the host does not answer; the file then has the old or the new text.
    """
    current = read_file(shell, path)
    if current.digest != base_digest:
        return Conflict(path, current, new)
    if isinstance(current, FileText) and current.data == new:
        return Saved(path, current.digest)
    date = _next_date(current)
    made = () if isinstance(current, Missing) else (_backup(current.file, *date, written=True),)
    surplus = (*made, *current.backups)[max(0, keep) :]
    last = current.backups[0].written if current.backups else ""
    words = (base_digest or NEW, digest(new), "check" if check else NEW, f"{date[0]}.{date[1]}", _date_of(last) or NEW)
    steps = _run(shell, path, "save.sh", (*words, *(_date_of(backup.name) for backup in surplus)), new)
    return _outcome(shell, steps, path, base_digest, new, made[0] if made and keep > 0 else None)


def settled(
    read: Callable[[str], FileText | Missing], path: str, base_digest: str | None, new: bytes, wait: Callable[[], bool]
) -> Outcome | None:
    """What became of a save whose line was cut: Saved, Conflict, or None where it did not begin to replace the file.

    `read` reads the file on a line of its own; as long as the save runs on the host, or that fails, `wait` is called,
    and the last HostError is raised once that is false.
    """
    while True:
        try:
            current = read(path)
            if not current.under_way:
                break
            error = HostError("the save is still under way")
        except (Unreachable, HostTimeout, Garbled) as problem:
            error = problem
        if not wait():
            raise error
    if current.digest == digest(new):
        return Saved(path, digest(new), current.backups[0] if current.backups and base_digest else None)
    return None if current.digest == base_digest else Conflict(path, current, new)


def report(outcome: Outcome, base: bytes) -> tuple[bool, str]:
    """Whether a save succeeded, and its outcome as a sentence. `base` is the text before the edit."""
    if isinstance(outcome, Saved):
        backup = f" Backup: {outcome.backup.name}" if outcome.backup else ""
        return True, f"{outcome.path} is saved.{backup}\n{outcome.note}".strip()
    if isinstance(outcome, Conflict):
        return False, _conflict(outcome, base)
    return False, f"{outcome.path}: {outcome.message}"


def _conflict(outcome: Conflict, base: bytes) -> str:
    """Both changes as differences from `base`."""
    if isinstance(outcome.theirs, Missing):
        return f"{outcome.path} was removed by somebody else; nothing was saved."
    lines = [f"{outcome.path} was changed by somebody else; nothing was saved. Their change:"]
    lines += difference(base, outcome.theirs.data, outcome.path)
    return "\n".join([*lines, "Your change, not saved:", *difference(base, outcome.ours, outcome.path)])


def undo_script(edit: FileEdit) -> str:
    """A script that gives the file its old text again, if it still has the new one."""
    line = f"set -- way\npath={shell_line((edit.path,))}\n"
    begin = line + script("sections.sh", "files.sh")
    if edit.old is None:
        return f'{begin}place && [ "$(digest "$file")" = {digest(edit.new)} ] && rm -f "$file"\n'
    words = f'set -- {digest(edit.new)} {digest(edit.old)} {NEW} "$(date -u +%Y%m%dT%H%M%SZ).0" {NEW}\n'
    return begin + words + printing(edit.old) + script("save.sh") + '[ "$(digest "$file")" = "$want" ]\n'


def _run(shell: Shell, path: str, name: str, words: Sequence[str], text: bytes | None = None) -> Mapping[str, Section]:
    """Run the script `name` on `path`: its steps by name, the last of each name, in the order they began."""
    if not path.startswith("/") or "\0" in path:
        raise ValueError(f"{path!r} is not an absolute path.")
    if "\n" in path:
        raise HostError(f"{path!r} has a line break in its name: it can't be read or saved.")
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
    """A function of POSIX shell, `text`, that prints these bytes by printf(1), and stops if that fails."""
    lines = []
    for start in range(0, len(text), 512):
        printed = "".join(map(_printed, text[start : start + 512]))
        lines.append(f"printf '{printed}' || return\n")
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
        notes = (_complaint(steps, "check", path), _other_names(steps, path))
        return Saved(path, digest(new), backup, "\n".join(filter(None, notes)))
    theirs = read_file(shell, path)
    if theirs.digest != base:
        return Conflict(path, theirs, new)
    for name, section in steps.items():
        if section.rc:
            return Refused(path, _complaint(steps, name, path) or f"exit status {section.rc}", section.rc, name)
    return Refused(path, "The file was written to at the same time.")


def _other_names(steps: Mapping[str, Section], path: str) -> str:
    """That the file had other names, which are not renamed over, as a sentence; or ""."""
    count = steps["links"].out.strip() if "links" in steps else ""
    if not count.isdecimal() or int(count) < 2:
        return ""
    return f"{path} was a hard link, 1 of {count} names of a file: only {path} has the new text."


def _complaint(steps: Mapping[str, Section], name: str, path: str) -> str:
    """What a step printed on standard error, with the file's own name in place of those of its copies."""
    text = steps[name].err if name in steps else ""
    if "names" in steps:
        new, probe, root = steps["names"].out.removesuffix("\n").split("\n")
        text = text.replace(probe, path).replace(new, path)
        text = text.replace(root + "/", "/") if root else text
    return re.sub(r"^\S*sh: (\d+: )?", "", text, flags=re.MULTILINE)


def _backup(file: str, date: str, number: int, *, written: bool = False) -> Backup:
    folder, _, name = file.rpartition("/")
    when = f"{date[:4]}-{date[4:6]}-{date[6:11]}:{date[11:13]}:{date[13:]}"
    path = f"{folder}/.{name}.jailtui-{date}.{number}"
    return Backup(path, when, f"{path}{WRITTEN}" if written else "")


def _date_of(backup: str) -> str:
    """The end of the name of a backup, by which the scripts know it."""
    return backup.rpartition("jailtui-")[2]


def _backups(file: str, listed: str) -> tuple[Backup, ...]:
    names = listed.splitlines()
    matches = filter(None, map(BACKUP.fullmatch, names))
    dates = sorted(((match[1], int(match[2])) for match in matches), reverse=True)
    return tuple(_backup(file, *date, written=f"{date[0]}.{date[1]}{WRITTEN}" in names) for date in dates)


def _next_date(current: FileText | Missing) -> tuple[str, int]:
    """The date and number of a new backup: never before the newest one, even if the clock was set back."""
    newest = current.backups[0].name if current.backups else ""
    match = BACKUP.search(_date_of(newest))
    if match and match[1] >= current.now:
        return match[1], int(match[2]) + 1
    return current.now, 0
