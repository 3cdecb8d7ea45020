"""Whether a jail starts at boot: jail_enable and jail_list of rc.conf, and the files of rc.d/jail (FREEBSD.md 1.4)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from jailtui.config.rcconf import RcConf
from jailtui.forms.notes import saving
from jailtui.forms.protocol import OFF, Field
from jailtui.jailconf.hostfiles import MAIN

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jailtui import jailconf
    from jailtui.exchange import Step
    from jailtui.forms.protocol import Note
    from jailtui.forms.sources import Sources


def enabled(sources: Sources) -> bool:
    """Whether rc.conf starts jails at boot."""
    return RcConf(sources.rcconf or {}).starts_jails


def listed(sources: Sources) -> tuple[str, ...]:
    return RcConf(sources.rcconf or {}).jail_list


def boot_field(sources: Sources, file: str = "") -> tuple[Field, ...]:
    """The switch that puts a new jail of that file into jail_list; none where jail_list is not in use."""
    if not (enabled(sources) and listed(sources)) or file in sources.config.alone:
        return ()
    here = f"jail_list is {' '.join(listed(sources))}"
    return (Field("boot", "Start at boot", OFF, "switch", help=f"Adds it to jail_list of rc.conf; {here}."),)


def boot_notes(sources: Sources, after: jailconf.HostConfig, name: str) -> Iterator[Note]:
    """Whether, and why, a jail that is new in `after` starts at boot."""
    jail = after.get(name)
    if jail is None:
        return
    if sources.rcconf is None:
        text = f"rc.conf could not be read: it is not known whether {name} starts at boot."
    elif jail.alone:
        text = f"{name} will not start at boot: rc.d/jail does not read {jail.file}."
    elif not enabled(sources):
        text = "rc.conf has no jail_enable=YES: no jail starts at boot."
    elif listed(sources):
        text = f"{name} will not start at boot: not in jail_list."
    elif jail.boot_file is not None:
        text = f"{name} starts at boot, like all jails of {jail.boot_file}."
    else:
        main = sources.rcconf.get("jail_conf") or MAIN
        text = f"{name} will not start at boot: {main} does not include it, and jail_list is empty."
    yield saving("at-boot", text, "boot")


def service_notes(after: jailconf.HostConfig, name: str) -> Iterator[Note]:
    """A warning where `service jail start NAME` would not find the jail."""
    jail = after.get(name)
    if jail is not None and "." not in name and not jail.by_service:
        text = f"service jail start {name} does not read {jail.file}; jail -f {jail.file} -c {name} does."
        yield saving("not-by-service", text)


def list_steps(sources: Sources, name: str) -> tuple[Step, ...]:
    """The step that adds a jail to the end of jail_list."""
    return tuple(RcConf(sources.rcconf or {}).add("jail_list", name, f"start {name} at boot, after the others"))


def unlist_steps(sources: Sources, name: str) -> tuple[Step, ...]:
    """The step that takes a jail out of jail_list; none where it is not in it."""
    if name not in listed(sources):
        return ()
    rest = " ".join(other for other in listed(sources) if other != name)
    why = f"{name} in jail_list would fail at each boot"
    return tuple(RcConf(sources.rcconf or {}).assign("jail_list", rest, why))


def relist_steps(sources: Sources, old: str, new: str) -> tuple[Step, ...]:
    """The step that gives a jail of jail_list its new name, in its place; none where it is not in it."""
    return tuple(RcConf(sources.rcconf or {}).relist(old, new))


def unlisted_notes(sources: Sources, name: str) -> Iterator[Note]:
    """A warning if a jail is the only one in jail_list: with an empty list all jails of jail.conf start."""
    if set(listed(sources)) == {name}:
        text = f"{name} is the only jail in jail_list: with an empty list, every jail of jail.conf starts at boot."
        yield saving("all-at-boot", text)


def variable_notes(sources: Sources, name: str) -> Iterator[Note]:
    """The variables of rc.conf that contain the jail's name (`jail_web_conf`), or that rc.conf could not be read."""
    if sources.rcconf is None:
        yield saving("rcconf-unseen", f"rc.conf could not be read: jail_list there may name {name}.")
        return
    stem = f"jail_{re.sub('[^A-Za-z0-9]', '_', name)}_"
    variables = ", ".join(variable for variable in sources.rcconf if variable.startswith(stem))
    if variables:
        yield saving("variables-stay", f"rc.conf keeps {variables} for {name}: change it by hand.")
