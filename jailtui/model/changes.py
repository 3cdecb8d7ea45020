"""All that happened between two pictures of a host, in the order of cause: host, files, jails, pairs, interfaces."""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING, NamedTuple

from jailtui.exchange import difference
from jailtui.model.events import EventSubject, HostEvent, listed
from jailtui.model.jailevents import jail_events
from jailtui.model.linkevents import interface_events, pair_events

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from jailtui.config.view import Configured
    from jailtui.model.events import Fact, HostPicture


LONGEST_TEXT = 1 << 18
"""Bytes of a file whose changed lines are shown; of a longer one they are not."""
MOST_LINES = 40
LONGEST_LINE = 200
"""How much of a change is remembered."""


class OwnSave(NamedTuple):
    """A save by this program that was begun: the file, and the digests of its text before and after."""

    time: float
    path: str
    old: str
    new: str


def changes(before: HostPicture, after: HostPicture, saves: Collection[OwnSave] = ()) -> tuple[HostEvent, ...]:
    """What happened between two pictures, the later one `carried` on from the other. What one of our `saves` explains
    is no event: the audit log tells it.
    """
    facts = [*host_events(before, after), *file_events(before, after, saves), *jail_events(before, after)]
    facts += [*pair_events(before, after), *interface_events(before, after)]
    return tuple(
        HostEvent(after.at, kind, about, text, _shown(kind, about, before, after)) for kind, about, text in facts
    )


def _shown(kind: str, about: tuple[EventSubject, ...], before: HostPicture, after: HostPicture) -> tuple[str, ...]:
    """The lines that show an event."""
    name = about[0].key
    if kind == "jail-failed" and name in after.idle:
        return after.idle[name].start_output
    old, new = (before.files or {}).get(name, b""), (after.files or {}).get(name, b"")
    if kind != "file-saved" or max(len(old), len(new)) > LONGEST_TEXT:
        return ()
    lines = [line[:LONGEST_LINE] for line in difference(old, new, name)[2:]]
    return (
        (*lines[:MOST_LINES], f"... {len(lines) - MOST_LINES} more lines") if len(lines) > MOST_LINES else tuple(lines)
    )


def host_events(before: HostPicture, after: HostPicture) -> Iterator[Fact]:
    """What of the host could not be read any more, or can be read again."""
    about = (EventSubject("host", after.name),)
    for part, why in after.unread.items():
        if part not in before.unread:
            yield "host-unread", about, f"{after.name} was not read in full: {why}"
    if before.unread and not after.unread:
        yield "host-read", about, f"{after.name} is read in full again"


def file_events(before: HostPicture, after: HostPicture, saves: Collection[OwnSave]) -> Iterator[Fact]:
    """What others did to the files that define jails, and to rc.conf."""
    if before.files is not None and after.files is not None and before.files is not after.files:
        old, new = before.files, after.files
        for path, text in new.items():
            if text != old.get(path) and (fact := _saved(path, text, before, after, saves)) is not None:
                yield fact
        for path in old.keys() - new.keys():
            yield "file-gone", (EventSubject("file", path),), f"{path} defines no jails any more"
    if before.rcconf is not None and after.rcconf is not None and before.rcconf != after.rcconf:
        if any(save.time >= before.at - 1 and "rc.conf" in save.path for save in saves):
            return
        values = before.rcconf.items() ^ after.rcconf.items()
        names = listed(sorted({name for name, _ in values}))
        yield "file-saved", (EventSubject("file", "rc.conf"),), f"rc.conf was saved, not by jailtui ({names})"


def _saved(path: str, text: bytes, before: HostPicture, after: HostPicture, saves: Collection[OwnSave]) -> Fact | None:
    """A new text of a file; None for one that is of a save of ours."""
    digest = sha256(text).hexdigest()
    ours = [save for save in saves if save.path == path]
    if any(save.new == digest for save in ours):
        return None
    if any(save.old == digest for save in ours):
        how = "has the text again that it had before a save by jailtui"
    else:
        how = f"was {'saved' if path in (before.files or {}) else 'created'}, not by jailtui"
    return "file-saved", (EventSubject("file", path), *_jails_changed(before, after)), f"{path} {how}"


def _jails_changed(before: HostPicture, after: HostPicture) -> Iterator[EventSubject]:
    """The jails whose configuration differs."""
    old, new = _configured(before), _configured(after)
    return (EventSubject("jail", name) for name in {**old, **new} if old.get(name) != new.get(name))


def _configured(picture: HostPicture) -> dict[str, Configured]:
    jails = [*(picture.jails or {}).values(), *picture.idle.values()]
    return {jail.name: jail.configured for jail in jails if jail.configured is not None}
