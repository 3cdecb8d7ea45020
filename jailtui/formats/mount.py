r"""`mount --libxo json`: what is mounted on a host. Source: mount(8); recorded: found/mounts/03.

    {"mount": {"mounted": [{"special":"/dev/ada0p2","node":"/","fstype":"ufs", "opts": ["local"]},
      {"special":"tmpfs","node":"/mnt/e\nf","fstype":"tmpfs", "opts": ["local"]}]}}

`mount` and `mount -p` escape nothing, so a name chosen by a jail's root can feign other lines; here newlines and
backslashes are escaped. A name is otherwise as the kernel has it: fstab(5)'s `\040` in it is no blank.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from jailtui.formats.errors import FormatError, from_json, shown


class Mount(NamedTuple):
    """One mounted file system: what is mounted, where, and its type. The names are hostile text."""

    device: str
    path: str
    kind: str


def parse(text: str) -> tuple[Mount, ...]:
    """The file systems in `text`, in printed order: the last one on a path lies on top. Raises FormatError."""
    return from_json("mount", text, lambda document: tuple(map(mount, mounted(document))))


def mounted(document: Any) -> list[Any]:
    """The list of file systems in the document. Raises FormatError if it has another shape."""
    inside = document
    for key in ("mount", "mounted"):
        if not isinstance(inside, dict) or key not in inside:
            raise FormatError(f'mount printed JSON without "{key}".')
        inside = inside[key]
    if not isinstance(inside, list):
        raise FormatError('mount printed JSON whose "mounted" is not a list.')
    return inside


def mount(entry: Any) -> Mount:
    """One entry of the list. Raises FormatError."""
    if not isinstance(entry, dict):
        raise FormatError("mount printed JSON with a file system that is not an object.")
    words = [word for key in ("special", "node", "fstype") if isinstance(word := entry.get(key), str)]
    if len(words) < len(Mount._fields):
        raise FormatError(f"mount printed a file system as {shown(entry)}.")
    return Mount(*words)
