"""Where a shell text names a folder of tools: quoted, after `;` or `&&`, in `$(...)`, in an assignment, in a PATH."""

from __future__ import annotations

import re

STANDARD_PATH = re.compile(r"\bcommand\s+-p\b")
"""`command -p` looks in the system's own PATH."""

_QUOTES = r"""["'\\]*"""
_SLASH = rf"/(?:{_QUOTES}\.?{_QUOTES}/)*{_QUOTES}"


def _folder(path: str) -> str:
    """A pattern for `path` as the shell may see it: quotes between letters, doubled slashes, `/./`."""
    return _SLASH + _SLASH.join(_QUOTES.join(map(re.escape, part)) for part in path.split("/"))


def mapped(text: str, bindir: str, folders: tuple[str, ...]) -> str:
    """`text` with `bindir` for each of `folders` (without their first slash) that is a path of its own, or after `/..`;
    the quotes in it stay.
    """
    pattern = rf"(?:(?<![\w./-])|(?<=/\.\.))(?:{'|'.join(map(_folder, folders))})(?![\w.-])"

    def folder(match: re.Match[str]) -> str:
        return bindir + "".join(re.findall(r"""["'\\]""", match[0]))

    return STANDARD_PATH.sub("command", re.sub(pattern, folder, text))
