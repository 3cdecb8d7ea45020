"""A value of any bytes as text that jail(8) reads back as the same value (jail.conf(5), jaillex.l).

Values come and go as str, UTF-8 with surrogateescape; what is written is bytes. Escapes count in both kinds of
quotes, variables in double ones only.
"""

from __future__ import annotations

import re
from typing import Literal

Quote = Literal["", '"', "'"]

# A smaller set than jail(8) takes: no `*`, `+`, `$` or `\`, and no `/` that a comment could begin or end with.
BARE_VALUE = re.compile(rb"(?:[A-Za-z0-9_!%&()\-.:<>?@\[\]^`|~]|/(?![/*])(?!\Z))+")
BARE_NAME = re.compile(rb"[A-Za-z0-9_!%&()\-.:<>?@\[\]^`|~]+")
VARIABLE_NAME = re.compile(rb"[A-Za-z_][A-Za-z0-9_]*")
BRACED_NAME = re.compile(rb'[^\n\r{}"\0\\]+')

_NAMED = {7: rb"\a", 8: rb"\b", 9: rb"\t", 11: rb"\v", 12: rb"\f", 13: rb"\r"}
_LETTER = {"a": 7, "b": 8, "f": 12, "n": 10, "r": 13, "t": 9, "v": 11}
_ESCAPE = re.compile(rb"\\(?:([0-7]{1,3})|x([0-9A-Fa-f]{1,2})|([\s\S]))|([\s\S])")


class QuoteError(ValueError):
    """A value that no jail.conf can hold."""


def octets(value: str) -> bytes:
    """The bytes of `value`; QuoteError for NUL, where jail(8) cuts every string, and for what is no UTF-8."""
    try:
        raw = value.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError as error:
        raise QuoteError(f"{value!r} cannot be written as UTF-8") from error
    if b"\0" in raw:
        raise QuoteError("a NUL byte cannot stand in jail.conf: jail(8) ends the string there")
    return raw


def inside(raw: bytes, quote: Quote) -> bytes:
    """`raw` as it must stand between quotes of this kind. LF stays, other control bytes are escaped."""
    special = b"\\'" if quote == "'" else b'\\"$'
    return b"".join(_escaped(byte, special) for byte in raw)


def _escaped(byte: int, special: bytes) -> bytes:
    if byte in special:
        return b"\\" + bytes([byte])
    if byte in _NAMED:
        return _NAMED[byte]
    if byte == 127 or (byte < 32 and byte != 10):
        return b"\\%03o" % byte
    return bytes([byte])


def quote(value: str, kind: Quote = '"') -> bytes:
    """`value` as one piece in quotes of this kind; `""` writes it bare where that is safe, else in double quotes."""
    raw = octets(value)
    if not kind:
        if BARE_VALUE.fullmatch(raw):
            return raw
        kind = '"'
    mark = kind.encode()
    return mark + inside(raw, kind) + mark


def quote_name(name: str, kind: Quote = "") -> bytes:
    """The name of a jail or parameter as the single token it has to be; quoted where it must be, or as asked."""
    raw = octets(name)
    if not kind and BARE_NAME.fullmatch(raw):
        return raw
    mark = (kind or '"').encode()
    return mark + inside(raw, kind or '"') + mark


def quote_variable(name: str) -> bytes:
    """A variable's name (without its `$`) as `$name`, or `${name}` where it has to be; QuoteError if neither."""
    raw = octets(name)
    if VARIABLE_NAME.fullmatch(raw):
        return b"$" + raw
    if BRACED_NAME.fullmatch(raw):
        return b"${" + raw + b"}"
    raise QuoteError(f"no variable can have the name {name!r}")


def spelled(source: bytes, start: int) -> list[tuple[int, int, int]]:
    """The bytes that `source` (the inside of a piece, at offset `start`) stands for, each with where it is spelled.

    Returns (byte, its start, its end) for each; a backslash before a line feed stands for nothing.
    """
    found: list[tuple[int, int, int]] = []
    for match in _ESCAPE.finditer(source):
        octal, hexadecimal, letter, plain = match.groups()
        if letter == b"\n":
            continue
        if octal:
            byte = int(octal, 8) % 256
        elif hexadecimal:
            byte = int(hexadecimal, 16)
        elif letter:
            byte = _LETTER.get(letter.decode("latin-1"), letter[0])
        else:
            byte = plain[0]
        found.append((byte, start + match.start(), start + match.end()))
    return found
