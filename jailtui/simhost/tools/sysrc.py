"""sysrc(8): reads and edits rc.conf. Recorded in rc-service/sysrc (but for what nested quotes do to it)."""

from __future__ import annotations

import os

from jailtui.simhost.call import Call, leads_outside
from jailtui.simhost.tools import hooks

FILES = ("/etc/rc.conf", "/etc/rc.conf.local")
DEFAULTS = {
    "cloned_interfaces": "",
    "defaultrouter": "NO",
    "gateway_enable": "NO",
    "hostname": "",
    "jail_conf": "/etc/jail.conf",
    "jail_enable": "NO",
    "jail_list": "",
    "jail_parallel_start": "NO",
    "jail_reverse_stop": "NO",
    "syslogd_enable": "YES",
    "cron_enable": "YES",
    "sshd_enable": "NO",
    "pf_enable": "NO",
}
"""The part of /etc/defaults/rc.conf that concerns jails and their network."""

ASSIGNMENT = r"""(?m)^\s*([A-Za-z_]\w*)=(?:"([^"]*)"|'([^']*)'|([^\s"';#]*))\s*(?:#.*)?;?$"""
LINE = r"""(?m)^[ \t]*{}=(?:"[^"]*"|'[^']*'|[^\s"']*)[^\n]*\n?"""
MARKS = frozenset("\"';#")
USAGE = (
    "Usage: sysrc [OPTIONS] {name[[+|-]=value] ... | -a | -A | -l | -L [name ...]}\n"
    "Try `sysrc --help' for more information.\n"
)
NAME_AND_EDIT = r"([^=]*?)([+-]?)=([\s\S]*)"


def assignments(text: str) -> dict[str, str]:
    """`name=value` lines of an rc.conf, in order; quotes taken off, a later line wins."""
    if (plain := plain_assignments(text)) is not None:
        return plain
    import re  # it takes 6 ms

    return {name: double or single or bare for name, double, single, bare in re.findall(ASSIGNMENT, text)}


def plain_assignments(text: str) -> dict[str, str] | None:
    """The same of a file with nothing but comments, `name="value"` and `name=word`; None for any other."""
    values = {}
    for line in text.split("\n"):
        name, equals, value = line.strip().partition("=")
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        if not (equals and name.isascii() and name.isidentifier()):
            return None
        quoted = len(value) > 1 and value[0] == value[-1] == '"' and value.count('"') == 2
        if not quoted and (value.split() != [value] or not MARKS.isdisjoint(value)):
            return None
        values[name] = value[1:-1] if quoted else value
    return values


class SysrcOptions:
    """The options of one call, the files it works on and the words that follow."""

    def __init__(self, call: Call) -> None:
        self.flags: set[str] = set()
        self.files: list[str] = []
        self.jail = ""
        self.root = ""
        words = list(call.args)
        while words and words[0].startswith("-") and len(words[0]) > 1:
            self.letters(words.pop(0)[1:], words)
        self.words = words
        self.shown = self.files or list(FILES)

    def letters(self, letters: str, rest: list[str]) -> None:
        """One word of options; `-f FILE`, `-j JAIL`, `-R DIR`, `-s NAME` take the next word or the rest of this one."""
        while letters:
            letter, letters = letters[0], letters[1:]
            self.flags.add(letter)
            if letter not in "fjRs":
                continue
            value = letters or (rest.pop(0) if rest else "")
            letters = ""
            if letter == "f":
                self.files.append(value)
            elif letter == "j":
                self.jail = value
            elif letter == "R":
                self.root = value


def main(call: Call) -> int:
    """`sysrc [-acdeEinqvx] [-f FILE] [-j JAIL] NAME[[+|-]=VALUE]...`"""
    options = SysrcOptions(call)
    prefix = root_of(call, options)
    if prefix is None:
        return 1
    if "l" in options.flags:
        call.out(" ".join(options.shown) + "\n")
        return 0
    if (not options.words and not options.flags & {"a", "A"}) or options.flags & {"h"}:
        call.err(USAGE)
        return 1
    problem = syntax(call, prefix, options.shown)
    if problem:
        call.err(problem + "sysrc: Exiting due to previous syntax errors\n")
        return 1
    if options.flags & {"a", "A"}:
        values = settings(prefix, options.shown)
        for name in sorted(values):
            show(call, options, name, values[name])
        return 0
    return max([answer_word(call, options, prefix, word) for word in options.words])


def root_of(call: Call, options: SysrcOptions) -> str | None:
    """The folder that is `/` to this call: of the host, of a jail (`-j`), or of `-R`. None: none, which is printed."""
    if options.root.strip("/"):
        folder = call.root + "/" + options.root.strip("/")
        if not os.path.isdir(folder):
            call.err(f"chroot: {options.root}: No such file or directory\n")
            return None
        return folder
    if not options.jail and not call.jid:
        return call.root
    with call.transaction(write=False) as kernel:
        jail = kernel.jail_by(options.jail or str(call.jid))
        path = jail.path if jail else None
    if path is None:
        shown = options.jail if options.jail.isdigit() else f'"{options.jail}"'
        call.err(f"jexec: jail {shown} not found\n")
        return None
    return call.root + path.rstrip("/")


def syntax(call: Call, prefix: str, files: list[str]) -> str:
    """sh's message about the first file it can't parse, since sysrc sources them. Plain files are not given to sh."""
    for name in files:
        text = read(prefix, name)
        if plain_assignments(text) is not None:
            continue
        import re

        lines = text.splitlines()
        if all(not line.strip() or line.lstrip().startswith("#") or re.match(ASSIGNMENT, line) for line in lines):
            continue
        import subprocess

        argv = [f"{call.root}/bin/sh", "-n", below(prefix, name)]
        environ = call.environ | hooks.marked(argv)
        done = subprocess.run(argv, capture_output=True, text=True, check=False, env=environ)
        if done.returncode:
            complaint = re.search(r":\s*(?:line )?(\d+):\s*(.*)", done.stderr)
            if complaint is None:
                return f"{name}: {done.stderr}"
            return f"{name}: {min(int(complaint[1]), len(lines))}: {complaint[2]}\n"
    return ""


def below(prefix: str, name: str) -> str:
    """The path of `name` on this machine: a path that is already below the host's folder stays as it is."""
    return name if name.startswith(prefix + "/") else prefix + name


def read(prefix: str, name: str) -> str:
    try:
        with open(below(prefix, name), encoding="utf-8", errors="surrogateescape") as file:
            return file.read()
    except OSError:
        return ""


def settings(prefix: str, files: list[str]) -> dict[str, str]:
    """The values that the files set; the last file wins."""
    values: dict[str, str] = {}
    for name in files:
        values |= assignments(read(prefix, name))
    return values


def answer_word(call: Call, options: SysrcOptions, prefix: str, word: str) -> int:
    """One word: a question, or `NAME=VALUE`, `NAME+=WORDS`, `NAME-=WORDS`."""
    import re

    edit = re.fullmatch(NAME_AND_EDIT, word)
    name = edit[1] if edit else word
    if re.search(r"[^\w.-]", name):
        return call.fail(f"{name}: name contains characters not allowed in shell")
    values = settings(prefix, options.shown)
    old = values.get(name, None if options.files else DEFAULTS.get(name))
    if "x" in options.flags:
        return delete(call, options, prefix, name) if name in values else unknown(call, options, name)
    if edit is None:
        if old is None:
            return unknown(call, options, name)
        show(call, options, name, old)
        return 0
    new = edited(old or "", edit[2], edit[3])
    if "c" in options.flags:
        wanted = edit[3] if adds_wrongly(call) else new
        return 0 if old == wanted and name in values else 1
    return change(call, options, prefix, name, old or "", new)


def adds_wrongly(call: Call) -> bool:
    """13.2 compares with the words after `+=` alone (FREEBSD.md 8)."""
    with call.transaction(write=False) as kernel:
        return kernel.release.name == "13.2"


def edited(old: str, sign: str, value: str) -> str:
    """The value after `=`, `+=` or `-=`; a first character that is no letter separates the list (`+=,c`)."""
    if not sign:
        return value
    separator = value[0] if value and not (value[0].isalnum() or value[0] in "_./-:\"'") else " "
    words = [word for word in value.split(separator) if word]
    have = [word for word in old.split(separator) if word]
    if sign == "-":
        return separator.join(word for word in have if word not in words)
    return separator.join(have + [word for word in words if word not in have])


def change(call: Call, options: SysrcOptions, prefix: str, name: str, old: str, new: str) -> int:
    """Write `new`, print `name: old -> new`; the first file is the one written unless another sets the name."""
    import re

    target = next((f for f in reversed(options.shown) if name in assignments(read(prefix, f))), options.shown[0])
    text = read(prefix, target)
    line = f'{name}="{new}"\n'
    text, hits = re.subn(LINE.format(re.escape(name)), lambda _: line, text)
    if not hits:
        text += ("" if text.endswith("\n") or not text else "\n") + line
    if not write(call, prefix, target, text):
        return 1
    where = f"{target}: " if "v" in options.flags else ""
    if "q" not in options.flags:
        call.out(f"{where}{name}: {old} -> {new}\n")
    return 0


def delete(call: Call, options: SysrcOptions, prefix: str, name: str) -> int:
    import re

    for target in options.shown:
        text = read(prefix, target)
        rest = re.sub(LINE.format(re.escape(name)), "", text)
        if rest != text and not write(call, prefix, target, rest):
            return 1
    return 0


def write(call: Call, prefix: str, name: str, text: str) -> bool:
    """Replace a file; an error is printed as the shell prints it."""
    if not call.privileged:
        call.err(f"sysrc: cannot create {name}: Permission denied\n")
        return False
    if leads_outside(call.root, below(prefix, name)):
        call.err(f"sysrc: cannot create {name}: {hooks.OUTSIDE}\n")
        return False
    try:
        with open(below(prefix, name), "w", encoding="utf-8", errors="surrogateescape") as file:
            file.write(text)
    except OSError as error:
        call.err(f"/usr/sbin/sysrc: cannot create {name}: {error.strerror}\n")
        return False
    return True


def show(call: Call, options: SysrcOptions, name: str, value: str) -> None:
    """One value as `name: value`, bare (`-n`) or as a line of rc.conf (`-e`)."""
    if "F" in options.flags:
        call.out(f"{name}: {options.shown[0]}\n")
    elif "e" in options.flags:
        call.out(f'{name}="{value}"\n')
    elif "n" in options.flags:
        call.out(f"{value}\n")
    else:
        where = f"{options.shown[0]}: " if "v" in options.flags else ""
        call.out(f"{where}{name}: {value}\n")


def unknown(call: Call, options: SysrcOptions, name: str) -> int:
    if not options.flags & {"i", "q"}:
        call.fail(f"unknown variable '{name}'")
    return 1
