"""The sections of a reading: which files are asked for, what is read seldom, what the probe tells. Pure."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from jailtui.exchange import FileRequest, Section, shell_line

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

SLOW = ("sysrc", "bridge-sysctls", "rulesets", "sockstat", "ssh-connection")
"""The sections that take long to read and seldom change."""
SLOW_EACH = ("fstab ", "way ")
"""How the names of other slow sections begin, of files like fstab(5) and of paths to clients of sshd."""


def asking(files: Sequence[FileRequest]) -> str:
    """A function of POSIX shell, `asked`, that reads the files. The shell expands only `*`."""
    asked: dict[str, dict[str, None]] = {}
    for file in files:
        asked.setdefault(file.beside, {})["*".join(shell_line((piece,)) for piece in file.pieces)] = None
    lines = ["asked() {", "set --"]
    for beside, quoted in asked.items():
        there = f'[ ! -f "$root"{shell_line((beside,))} ] || ' if beside else ""
        lines.append(f'{there}set -- "$@"' + "".join(f' \\\n"$root"{word}' for word in quoted))
    return "\n".join((*lines, 'look_at "$@"', "}", ""))


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
