"""The sections of a reading: which files are asked for, what is read seldom, what the probe tells. Pure."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

from jailtui.exchange import FileRequest, Section, shell_line

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

SLOW = ("sysrc", "bridge-sysctls", "rulesets", "sockstat", "ssh-connection")
"""The sections that take long to read and seldom change."""
SLOW_EACH = ("fstab ", "boots ", "way ", "hosts ", "dnsmasq ", "folder ", "managed ")
"""How the names of other slow sections begin: of files like fstab(5), of Bastille's settings, of paths to clients of
sshd, of files that give names addresses, and of lists of managers."""


class AskedTogether(NamedTuple):
    """The files that are asked for on one condition, and the directories in which that takes r, or only x."""

    files: dict[str, None]
    listed: dict[str, None]
    searched: dict[str, None]


def asking(files: Sequence[FileRequest]) -> str:
    """A function of POSIX shell, `asked`, that reads the files. The shell expands only `*`."""
    asked: dict[str, AskedTogether] = {}
    anyway = {file.name for file in files if not file.beside}
    for file in files:
        if file.beside and file.name in anyway:
            continue
        group = asked.setdefault(file.beside, AskedTogether({}, {}, {}))
        group.files[_quoted(file.pieces)] = None
        _note_directories(file.pieces, group)
    lines = ["asked() {", "set --"]
    for beside, group in asked.items():
        lines += [f'if [ -f "$root"{shell_line((beside,))} ]; then'] if beside else []
        lines.append(f'set -- "$@"{_words(group.files)}')
        lines += [
            f'[ -z "$blind" ] || shut {mode}{_words(names)}'
            for mode, names in (("r", group.listed), ("x", group.searched))
        ]
        lines += ["fi"] if beside else []
    return "\n".join((*lines, 'look_at "$@"', "}", ""))


def _quoted(pieces: Iterable[str]) -> str:
    return "*".join(shell_line((piece,)) for piece in pieces)


def _words(quoted: Iterable[str]) -> str:
    return "".join(f' \\\n"$root"{word}' for word in quoted)


def _note_directories(pieces: Sequence[str], group: AskedTogether) -> None:
    """Add the directories on the way of a pattern: whose names it lists, or in which it looks for a name."""
    names: list[list[str]] = [[""]]
    for number, piece in enumerate(pieces):
        first, *rest = piece.split("/")
        if number:
            names[-1].append(first)
        else:
            names[-1][-1] += first
        names += [[name] for name in rest]
    for number in range(1, len(names)):
        above = "/".join(map(_quoted, names[:number]))
        if len(names[number]) > 1:
            group.listed[above] = None
        elif number == len(names) - 1 or any(len(name) > 1 for name in names[:number]):
            group.searched[above] = None


def asked_section(files: Sequence[FileRequest], before: Sequence[str] = ()) -> Section:
    """A section with the names and patterns that were asked for, which tells which files do not exist."""
    return Section("asked", 0, "\0".join(dict.fromkeys((*before, *(file.name for file in files)))))


def conf_files_section(files: Sequence[FileRequest]) -> Section:
    """A section with the names and patterns of files that define jails beside those that rc.d/jail reads."""
    return Section("conf-files", 0, "\0".join(file.name for file in files))


def late(section: Section) -> str:
    """The word by which a jail that did not answer in time is entered last; "" for any other section."""
    name, _, jid = section.name.partition(" ")
    return f"late={jid}" if name == "inside" and section.late else ""


def is_slow(section: Section) -> bool:
    """Whether the section takes long to read and seldom changes."""
    return section.name in SLOW or section.name.startswith(SLOW_EACH)


def facts(answers: Mapping[str, Section]) -> Mapping[str, str]:
    """The answers to the probe by name; for options and tools yes or no.

    An option is missing only if the tool calls it illegal; any other error is about the argument.
    """
    known = {
        name: section.out.strip()
        for name, section in answers.items()
        if section.rc == 0 and not name.startswith("tool ")
    }
    for option in ("ifconfig-j", "ifconfig-D", "netstat-j"):
        section = answers.get(option)
        missing = section is None or section.rc == 127 or "illegal option" in section.err
        known[option] = "no" if missing else "yes"
    for name, section in answers.items():
        if name.startswith("tool "):
            known[name] = "yes" if section.rc == 0 else "no"
    return MappingProxyType(known)
