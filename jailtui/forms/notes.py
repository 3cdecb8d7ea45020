"""The notes of forms; no fact is judged twice.

Problems of a host, present or drafted, are found by rules (`Judging`). No rule knows that an answer can't be accepted
(`unfit`: by config/syntax, or because jail.conf can't be edited so), nor what saving does (`saving`).
"""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType
from typing import TYPE_CHECKING

from jailtui.config.world import World, world
from jailtui.forms.protocol import Note
from jailtui.rules.drafted import Drafting

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from jailtui.config.view import View
    from jailtui.exchange import FileEdit
    from jailtui.forms.sources import Sources
    from jailtui.jailconf import EditError, HostConfig
    from jailtui.rules.finding import Finding, Severity

FACTS: Mapping[str, Severity] = MappingProxyType(
    {
        "other-pair": "warning",  # the jail runs with a pair that its file no longer names
        "address-lost": "warning",  # who came by the old address is cut off
        "alias-stays": "warning",  # rc.conf gives it still, by a variable that the form does not write
        "after-boot": "note",  # what rc.conf says, where it is not written
        "no-parent-at-boot": "warning",  # the interface is written to rc.conf, and what carries it is not there
        "link-drops": "warning",  # a NIC starts anew as it joins a bridge
        "member-leaves": "warning",  # what is behind the bridge loses that network
        "gets-mtu": "note",  # the bridge gives a new member its own
        "bridge-mtu-stays": "warning",  # 13: a member is changed and its bridge is not
        "other-jails": "warning",  # the changed place is shared with other jails
        "ruleset-unseen": "warning",  # whether a devfs ruleset is loaded could not be read
        "address-beside": "note",  # an address of a filtering bridge is in no VLAN
        "left-out": "note",  # members that rc.conf can't add
        "recipe-sets": "note",  # a permission, and why
        "recipe-set": "note",  # nothing is left for the recipe to set
        "recipe-also": "note",  # what the use needs beside permissions
        "recipe-lacks": "warning",  # what the use needs and the jail does not have
        "at-boot": "note",  # whether the new jail starts at boot, and by what
        "not-by-service": "warning",  # service(8) does not look into the jail's file
        "all-at-boot": "warning",  # an empty jail_list starts all jails
        "rcconf-unseen": "warning",  # rc.conf may name the jail
        "variables-stay": "warning",  # of rc.conf, made for the jail's old name
        "jail-inside": "warning",  # the dot in a new name
        "other-file": "warning",  # another file defines the jail too, and is left alone
        "root-of-host": "warning",  # asked for by `path = "/"`, which no rule reports
        "root-missing": "warning",
        "root-unseen": "warning",  # the directory around the root was not listed
        "root-renamed": "warning",  # the path follows the name, the directory does not
        "root-stays": "note",
        "name-copied": "note",  # a value has the name of the jail that is copied
        "name-stays": "note",  # a value has the jail's old name
        "name-needed": "warning",  # and a command looks for the jail by it
        "file-stays": "note",  # without a jail in it
        "comment-stays": "note",
        "managers": "warning",  # the jail's manager has a command of its own for it
        "by-hand": "note",  # a command that the operator has to run
        "in-use": "warning",  # jails that can't start without the interface, VLANs that lose their parent
        "pair-left": "warning",  # afterwards no file says whose it is
    }
)
"""Facts about saving that no rule knows, with their severity."""


def unfit(text: str, field: str = "") -> Note:
    """An error: why an answer can't be accepted, as a sentence."""
    return Note("error", text, field)


def refused(error: EditError, field: str = "", path: str = "") -> Note:
    """An error: why an answer can't be written to jail.conf (the file `path`)."""
    text = str(error)
    return unfit(f"{path}{': ' if path else ''}{text[:1].upper()}{text[1:]}", field)


def no_prefix(address: str, prefix: str) -> str:
    """The fault of an address without a prefix, as a sentence."""
    return f"{address} has no prefix: write {address}/{prefix}."


def listed(names: Sequence[str]) -> str:
    """Names for a sentence: three, and the number of others."""
    more = f" and {len(names) - 3} more" if len(names) > 3 else ""
    return ", ".join(names[:3]) + more


def saving(fact: str, text: str, field: str = "") -> Note:
    """A fact about saving, as a sentence."""
    return Note(FACTS[fact], text, field)


# The findings about a draft.

NO_VIEWS: Mapping[str, View] = MappingProxyType({})


class Judging:
    """Judges one draft after another of the jails of these names, for the form `form` (`network`).

    `views` are networks of jails of which the form knows more than jail.conf says (a jail's own rc.conf).
    """

    def __init__(
        self, form: str, sources: Sources, jails: Collection[str], views: Mapping[str, View] = NO_VIEWS
    ) -> None:
        self._form, self._jails = form, frozenset(jails)
        self._before = _with(sources.context.world, views)
        self._drafting = Drafting(sources.context, self._before, self._jails)

    def notes(self, config: HostConfig, views: Mapping[str, View] = NO_VIEWS) -> tuple[Note, ...]:
        """The findings about `config`: new ones, then standing ones that have a field in the form."""
        comparison = self._drafting.compared(_with(redone(self._before, config, self._jails), views))
        standing = (finding for finding in comparison.standing if finding.field(self._form) is not None)
        return (
            *(note(self._form, finding) for finding in comparison.new),
            *(note(self._form, finding, standing=True) for finding in standing),
        )


def notes(form: str, sources: Sources, files: Sequence[FileEdit], jails: Collection[str]) -> tuple[Note, ...]:
    """The findings of `Judging` about the jails of these names once `files` are saved."""
    return Judging(form, sources, jails).notes(sources.edited(files).config)


def note(form: str, finding: Finding, *, standing: bool = False) -> Note:
    """A finding as a note at its field of that form."""
    takes = tuple(taking for taking in finding.takes if taking.at == "start" and taking.running)
    return Note(finding.severity, finding.text, finding.field(form) or "", finding.code, standing, takes=takes)


def redone(before: World, config: HostConfig, jails: frozenset[str]) -> World:
    """The world with the jails of these names taken from `config`, which may lack all others."""
    new = world(replace(config, jails=tuple(jail for jail in config.jails if jail.name in jails)))
    others = tuple(jail for jail in before.jails if jail.name not in jails)
    places = {name: new.defined.get(name, ()) for name in jails}
    return replace(new, jails=(*others, *new.jails), defined={**before.defined, **places}, boot_names=before.boot_names)


def _with(world: World, views: Mapping[str, View]) -> World:
    """The world with these networks of jails."""
    if not views:
        return world
    jails = (
        replace(settings, view=views[settings.name]) if settings.name in views else settings for settings in world.jails
    )
    return replace(world, jails=tuple(jails))
