"""What a hook of the embedded host may do: run its commands and the shell's builtins, and nothing on this machine.

A hook is run by this machine's sh. So before it runs, its text is looked through for every command and every file that
it names; what is neither a command of the embedded host nor harmless is refused by name.
"""

from __future__ import annotations

import os

from jailtui.simhost.commands import COMMANDS, REAL_TOOLS
from jailtui.simhost.tools.hook_text import REDIRECTIONS, Cutter, HookRefused, HookWord, Sign

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from jailtui.simhost.call import Call

DEVICES = ("/dev/null", "/dev/stdout", "/dev/stderr")
BUILTINS = frozenset(
    ": true false echo printf test [ cd pwd exit return break continue shift set umask ulimit wait times type getopts "
    "local read export readonly unset kill".split()
)
OTHER_BUILTINS = frozenset(
    ". source eval exec command trap builtin enable alias unalias hash jobs fg bg fc bind caller compgen complete "
    "compopt coproc declare typeset dirs disown function help history let logout mapfile readarray popd pushd select "
    "shopt suspend time chdir inlib outlib print whence autoload integer nameref".split()
)
"""Names that a function must not have: where its definition is not reached, the shell's own runs."""
NAMING = ("getopts", "local", "read", "export", "readonly", "unset")
"""Builtins whose words are names of variables."""
OPTIONS = (("read", "-r"), ("unset", "-v"), ("export", "-p"), ("readonly", "-p"))
"""Their options, but for those with which bash gives a variable another name."""
TOOLS = frozenset("cat grep head tail tr wc sleep expr ls cut cksum seq basename dirname date".split())
"""Tools of this machine that only print."""
BEFORE_COMMAND = ("if", "then", "else", "elif", "while", "until", "do", "!", "{", "time")
AFTER_COMMAND = ("fi", "done", "}", "esac")
OWN = ("PATH", "ENV", "IFS", "CDPATH", "PS1", "PS2", "PS4", "SHELLOPTS", "BASHOPTS", "GCONV_PATH", "LOCPATH")
OWN_FAMILIES = ("LD_", "DYLD_", "PYTHON", "JAILTUI", "BASH_")
"""The variables that a hook must not set: they would have another program run, or the embedded host be another one."""
STARTS_SHELL = "sh"
RC_SCRIPTS = ("/etc/rc", "/etc/rc.shutdown", "/etc/rc.d/")


def refusal(words: Sequence[str], bindir: str) -> str | None:
    """Why these words of a hook (mapped, see `hooks.map_paths`) are not run here; None: they are."""
    limits = Limits(bindir)
    try:
        limits.command([HookWord(word, word, False) for word in words], script=True)
    except HookRefused as why:
        return sentence(str(why))
    except RecursionError:
        return sentence("a text as deep as this")
    return None


def sentence(what: str) -> str:
    return f"the embedded host refuses {what}: a hook runs its commands and the shell's builtins, and opens no file"


def main(call: Call) -> int:
    """`hooksh WORDS...`: whether a hook may run `sh WORDS...`. The sh of the embedded host asks before it runs them."""
    why = refusal([STARTS_SHELL, *call.args], f"{call.root}/bin")
    return call.fail(why, 126) if why else 0


class Limits:
    """What a hook may do where the commands are in `bindir`. Methods raise HookRefused."""

    def __init__(self, bindir: str) -> None:
        self.bindir = bindir
        self.functions: set[str] = set()

    def text(self, text: str) -> None:
        """A text of the shell."""
        cutter = Cutter(text)
        Statements(self, list(cutter.tokens())).look()
        for inner in cutter.commands:
            self.text(inner)

    def command(self, words: Sequence[HookWord], *, script: bool = False) -> None:
        """A command with its words. `script`: the text of `sh -c` is looked through now, not when that sh starts."""
        rest = list(words)
        while rest and rest[0].assigned():
            self.assignment(rest[0].assigned(), rest.pop(0))
        if not rest:
            return
        first, rest = rest[0], rest[1:]
        inside = (first.literal or "").startswith(self.bindir + "/")
        name = (first.literal or "").removeprefix(self.bindir + "/")
        if "/" in name or not name:
            raise HookRefused(first.raw)
        if name == STARTS_SHELL:
            if script:
                self.shell(rest)
        elif name in ("command", "exec", "env", "timeout"):
            self.wrapper(name, rest)
        elif name in ("eval", "trap"):
            self.evaluated(name, rest)
        else:
            self.plain(name, rest, inside=inside)

    def plain(self, name: str, words: Sequence[HookWord], *, inside: bool) -> None:
        """A command that runs no other one. `inside`: its path is that of a command of the embedded host."""
        if name in BUILTINS and not inside:
            self.builtin(name, words)
        elif name not in self.functions and not self.harmless(name, words, inside=inside):
            raise HookRefused(name)

    def harmless(self, name: str, words: Sequence[HookWord], *, inside: bool) -> bool:
        """Whether it is a command of the embedded host, a tool that only prints, or a file that is not there."""
        if name == "date":
            return all(word.literal == "-u" or (word.literal or "").startswith("+") for word in words)
        if name in COMMANDS or name in TOOLS or (inside and name in BUILTINS):
            return True
        return name not in REAL_TOOLS and (inside or os.path.isfile(f"{self.bindir}/{name}"))

    def shell(self, words: Sequence[HookWord]) -> None:
        """`sh -c TEXT`, and the scripts that boot a jail."""
        option = words[0].literal or "" if words else ""
        if option.startswith(RC_SCRIPTS):
            return
        if not (option.startswith("-") and option.endswith("c") and option[1:].isalpha() and len(words) > 1):
            raise HookRefused(" ".join([STARTS_SHELL, *(word.raw for word in words)]))
        if words[1].literal is None:
            raise HookRefused(words[1].raw)
        self.text(words[1].literal)

    def wrapper(self, name: str, words: Sequence[HookWord]) -> None:
        """`command`, `exec`, `env` and `timeout`: the command behind their options."""
        rest = list(words)
        while rest and (option := rest[0].literal or "").startswith("-"):
            rest.pop(0)
            if name == "command" and option in ("-v", "-V"):
                return
            takes = {"env": ("-u",), "timeout": ("-k", "-s")}.get(name, ())
            if option not in (*takes, "--foreground", "--preserve-status"):
                raise HookRefused(f"{name} {option}")
            if option in takes:
                self.known(rest[:1])
                if option == "-u" and rest:
                    self.variable(rest[0])
                rest = rest[1:]
        if name == "timeout":
            self.known(rest[:1])
            rest = rest[1:]
        if name == "env":
            self.known([word for word in rest if word.assigned()])
        if name == "command" and rest and rest[0].literal == "kill":
            raise HookRefused("command kill")
        self.command(rest)

    def evaluated(self, name: str, words: Sequence[HookWord]) -> None:
        """`eval WORDS` and `trap TEXT SIGNAL`: text that the shell reads later."""
        texts = words if name == "eval" else words[:1]
        self.known(texts)
        self.text(" ".join(word.literal or "" for word in texts))

    def known(self, words: Sequence[HookWord]) -> None:
        """These words mean what is written: the shell makes no other words of them."""
        for word in words:
            if word.literal is None:
                raise HookRefused(word.raw)

    def builtin(self, name: str, words: Sequence[HookWord]) -> None:
        if name in NAMING:
            for word in words:
                if (word.literal or "").startswith("-") and (name, word.literal) not in OPTIONS:
                    raise HookRefused(f"{name} {word.raw}")
                self.variable(word)
        elif name in ("test", "[", "printf") and any((word.literal or "").startswith("-v") for word in words):
            raise HookRefused(f"{name} -v")

    def variable(self, word: HookWord) -> None:
        """A word that names a variable, or gives it a value. The environment of the embedded host stays as it is."""
        if name := word.assigned():
            self.assignment(name, word)
        elif word.literal is None or not self.free(word.literal):
            raise HookRefused(word.raw)

    def assignment(self, name: str, word: HookWord) -> None:
        """`NAME=VALUE`. A PATH leads to the commands of the embedded host only."""
        value = word.raw.partition("=")[2].strip("\"'")
        if name == "PATH" and all(part in (self.bindir, "$PATH", "${PATH}") for part in value.split(":")):
            return
        if not self.free(name) and not (name == "IFS" and word.literal is not None):
            raise HookRefused(name)

    def free(self, name: str) -> bool:
        """Whether a hook may set that variable."""
        return name not in OWN and not name.startswith(OWN_FAMILIES)


class Statements:
    """The tokens of a text in the order of the shell's grammar."""

    def __init__(self, limits: Limits, tokens: Sequence[HookWord | Sign]) -> None:
        self.limits = limits
        self.tokens = tokens
        self.at = 0
        self.cases = 0

    def look(self) -> None:
        """Look at every command; functions may be called before they stand in the text."""
        self.functions()
        while self.at < len(self.tokens):
            token = self.tokens[self.at]
            if isinstance(token, Sign) and token not in REDIRECTIONS:
                self.at += 1
                if token == ";;" and self.cases:
                    self.pattern()
            else:
                self.statement(token.raw if isinstance(token, HookWord) and token.bare else "")

    def functions(self) -> None:
        """Take note of what is followed by a parenthesis; where that is no function, sh refuses the text."""
        for word, opening in zip(self.tokens, self.tokens[1:], strict=False):
            if isinstance(word, HookWord) and opening == "(" and isinstance(opening, Sign):
                if word.literal in (None, *BUILTINS, *OTHER_BUILTINS, *COMMANDS, *REAL_TOOLS):
                    raise HookRefused(f"{word.raw}()")
                self.limits.functions.add(word.literal or "")

    def statement(self, keyword: str) -> None:
        """What begins with that keyword, or with another word or a redirection ("")."""
        if keyword in BEFORE_COMMAND:
            self.at += 1
        elif keyword in AFTER_COMMAND:
            self.cases -= keyword == "esac"
            self.at += 1
            self.simple([], redirections_only=True)
        elif keyword == "for":
            self.loop()
        elif keyword == "case":
            self.cases += 1
            self.case()
        else:
            self.simple([])

    def next_word(self) -> HookWord:
        token = self.tokens[self.at] if self.at < len(self.tokens) else None
        if not isinstance(token, HookWord):
            raise HookRefused("a text that sh could not read")
        self.at += 1
        return token

    def simple(self, words: list[HookWord], *, redirections_only: bool = False) -> None:
        """One command with its redirections, up to the sign that ends it."""
        while self.at < len(self.tokens):
            token = self.tokens[self.at]
            if isinstance(token, HookWord):
                if redirections_only:
                    raise HookRefused(token.raw)
                words.append(token)
                self.at += 1
            elif token in REDIRECTIONS:
                self.at += 1
                self.redirection(token, self.next_word())
            else:
                break
        if len(words) == 1 and self.at < len(self.tokens) and self.tokens[self.at] == "(":
            return  # a function that is defined
        self.limits.command(words)

    def redirection(self, sign: str, target: HookWord) -> None:
        if sign in (">&", "<&") and target.literal and (target.literal.isdigit() or target.literal == "-"):
            return
        if sign.startswith("<<") or target.literal not in DEVICES:
            raise HookRefused(f"{sign} {target.raw}")

    def loop(self) -> None:
        """`for NAME [in WORDS]`."""
        self.at += 1
        self.limits.variable(self.next_word())
        while self.at < len(self.tokens) and isinstance(self.tokens[self.at], HookWord):
            word = self.next_word()
            if word.bare and word.raw == "do":
                return

    def case(self) -> None:
        """`case WORD in`, and the first pattern."""
        self.at += 1
        self.next_word()
        if self.next_word().raw != "in":
            raise HookRefused("case without in")
        self.pattern()

    def pattern(self) -> None:
        """Pass over `[(] PATTERN | PATTERN )`, unless `esac` stands there."""
        while self.at < len(self.tokens) and self.tokens[self.at] == "\n":
            self.at += 1
        token = self.tokens[self.at] if self.at < len(self.tokens) else None
        if isinstance(token, HookWord) and token.bare and token.raw == "esac":
            return
        while self.at < len(self.tokens):
            token = self.tokens[self.at]
            self.at += 1
            if isinstance(token, Sign):
                if token == ")":
                    return
                if token not in ("(", "|"):
                    break
        raise HookRefused("case without a pattern")
