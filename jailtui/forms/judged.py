"""What the rules find of a draft, as the notes of a form."""

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
    from jailtui.jailconf import HostConfig
    from jailtui.rules.finding import Finding

NO_VIEWS: Mapping[str, View] = MappingProxyType({})


class Judging:
    """Judges one draft after another of the jails of these names, for the form `form` (`network`).

    `views` are networks of jails, where the form knows more than jail.conf says (a jail's own rc.conf).
    """

    def __init__(
        self, form: str, sources: Sources, jails: Collection[str], views: Mapping[str, View] = NO_VIEWS
    ) -> None:
        self._form, self._jails = form, frozenset(jails)
        self._before = _with(sources.context.world, views)
        self._drafting = Drafting(sources.context, self._before, self._jails)

    def notes(self, config: HostConfig, views: Mapping[str, View] = NO_VIEWS) -> tuple[Note, ...]:
        """What is found once the files mean `config`: first what is new, then what was found before.

        Of the latter only what has a field in the form.
        """
        comparison = self._drafting.compared(_with(redone(self._before, config, self._jails), views))
        standing = (finding for finding in comparison.standing if finding.field(self._form) is not None)
        return (
            *(note(self._form, finding) for finding in comparison.new),
            *(note(self._form, finding, standing=True) for finding in standing),
        )


def notes(form: str, sources: Sources, files: Sequence[FileEdit], jails: Collection[str]) -> tuple[Note, ...]:
    """What is found of the jails of these names once `files` are saved, as by `Judging`."""
    return Judging(form, sources, jails).notes(sources.edited(files).config)


def note(form: str, finding: Finding, *, standing: bool = False) -> Note:
    """A finding beside its field of the form of this name."""
    return Note(finding.severity, finding.text, finding.field(form) or "", finding.code, standing)


def redone(before: World, config: HostConfig, jails: frozenset[str]) -> World:
    """The world with the jails of these names read anew from `config`, which may have no others."""
    mine = tuple(jail for jail in config.jails if jail.name in jails)
    new = world(replace(config, jails=mine))
    others = tuple(jail for jail in before.jails if jail.name not in jails)
    places = {name: new.defined.get(name, ()) for name in jails}
    return replace(new, jails=(*others, *new.jails), defined={**before.defined, **places}, boot_names=before.boot_names)


def _with(world: World, views: Mapping[str, View]) -> World:
    """The configured jails, some with another network."""
    if not views:
        return world
    jails = (
        replace(settings, view=views[settings.name]) if settings.name in views else settings for settings in world.jails
    )
    return replace(world, jails=tuple(jails))
