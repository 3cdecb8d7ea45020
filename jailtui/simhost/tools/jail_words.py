"""The command line of jail(8)."""

from __future__ import annotations

USAGE = """\
usage: jail [-dhilqv] [-J jid_file] [-u username] [-U username]
            -[cmr] param=value ... [command=command ...]
       jail [-dqv] [-f file] -[cmr] [jail]
       jail [-qv] [-f file] -[rR] ['*' | jail ...]
       jail [-dhilqv] [-J jid_file] [-u username] [-U username]
            [-n jailname] [-s securelevel]
            path hostname ip[,...] command ...
       jail [-f file] -e separator
"""
WITH_VALUE = "efJnpsuU"


class BadUsage(Exception):
    """Wrong usage; the text is for standard error."""


class Words:
    """`flags` as letters, `order` as they came; `words` are what follows the options."""

    def __init__(self) -> None:
        self.order: list[str] = []
        self.values: dict[str, str] = {}
        self.words: list[str] = []

    def has(self, letter: str) -> bool:
        return letter in self.order

    @property
    def file(self) -> str:
        return self.values.get("f", "")

    @property
    def separator(self) -> str | None:
        return self.values.get("e")

    @property
    def verbose(self) -> int:
        return -1 if self.has("q") or self.has("i") else 1 if self.has("v") else 0

    @property
    def on_command_line(self) -> bool:
        """The jail is described by parameters, not looked up in a file."""
        acts = self.has("c") or self.has("m")
        described = len(self.words) > 1 or "=" in self.words[0] if self.words else False
        return self.old_style or (acts and described) or (acts and bool(self.words) and "n" in self.values)

    @property
    def old_style(self) -> bool:
        """`jail PATH HOSTNAME IP COMMAND...`."""
        return len(self.words) >= 4 and not any(letter in self.order for letter in "cmrRC")

    def parameters(self) -> list[str]:
        """The words of a command line as `name=value`, options that mean parameters first."""
        if self.old_style:
            path, host, addresses, *command = self.words
            words = [f"path={path}", f"host.hostname={host}", f"ip4.addr={addresses}", f"command={command[0]}"]
            words += command[1:]
        else:
            words = list(self.words)
        if "s" in self.values:
            words.insert(0, f"securelevel={self.values['s']}")
        if "n" in self.values:
            words.insert(0, f"name={self.values['n']}")
        return words


def read(args: list[str], release: str) -> Words:
    """Options as getopt(3) reads them. Raises BadUsage."""
    words = Words()
    letters = "cdefhiJlmnpqrRsuUv" + ("C" if release == "15" else "")
    rest = list(args)
    while rest and rest[0].startswith("-") and len(rest[0]) > 1:
        word = rest.pop(0)
        if word == "--":
            break
        at = 1
        while at < len(word):
            letter = word[at]
            at += 1
            if letter not in letters:
                raise BadUsage(f"jail: illegal option -- {letter}\n{USAGE}")
            if letter not in WITH_VALUE:
                words.order.append(letter)
                continue
            value = word[at:]
            if not value:
                if not rest:
                    raise BadUsage(f"jail: option requires an argument -- {letter}\n{USAGE}")
                value = rest.pop(0)
            words.values[letter] = value
            break
    words.words = rest
    check(words, release)
    return words


def check(words: Words, release: str) -> None:
    """Raises BadUsage for options that do not go together."""
    acts = [letter for letter in words.order if letter in "cmrRC"]
    if words.separator is not None:
        if (words.words or acts) and release == "15":
            raise BadUsage(USAGE)
        if words.has("c") and words.words:
            words.values.pop("e")
        return
    if not acts and not words.old_style:
        raise BadUsage(USAGE)
    if not words.words and not words.old_style and not words.has("c") and not words.has("m"):
        raise BadUsage(USAGE)
