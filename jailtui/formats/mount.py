r"""`mount --libxo json`: the mounted file systems of a host. Source: mount(8); recorded: found/mounts/03.

    {"mount": {"mounted": [{"special":"/dev/ada0p2","node":"/","fstype":"ufs", "opts": ["local"]},
      {"special":"tmpfs","node":"/mnt/e\nf","fstype":"tmpfs", "opts": ["local"]}]}}

`mount` and `mount -p` escape nothing, so a name chosen by a jail's root can look like other lines; in JSON newlines and
backslashes are escaped. Apart from that a name is as in the kernel: `\040` in it, as in fstab(5), is not a blank.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from jailtui.formats.errors import FormatError, from_json, objects_at, shown


class Mount(NamedTuple):
    """A mounted file system: its device or directory, where it is mounted, and its type. The names are hostile text."""

    device: str
    path: str
    kind: str


def parse(text: str) -> tuple[Mount, ...]:
    """The file systems in `text`, in printed order: the last one on a path is on top. Raises FormatError."""
    return from_json(
        "mount", text, lambda document: tuple(map(mount, objects_at("mount", document, "mount", "mounted")))
    )


def mount(entry: dict[str, Any]) -> Mount:
    """One entry of the list. Raises FormatError."""
    words = [word for key in ("special", "node", "fstype") if isinstance(word := entry.get(key), str)]
    if len(words) < len(Mount._fields):
        raise FormatError(f"mount printed a file system as {shown(entry)}.")
    return Mount(*words)
