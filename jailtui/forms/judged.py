"""What the rules find of a draft, as the notes of a form."""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType
from typing import TYPE_CHECKING

from jailtui.config.world import World, world
from jailtui.forms.protocol import Note
from jailtui.rules.drafted import compared

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from jailtui.config.view import View
    from jailtui.exchange import FileEdit
    from jailtui.forms.sources import Sources
    from jailtui.rules.finding import Finding


NO_VIEWS: Mapping[str, tuple[View, View]] = MappingProxyType({})


def notes(
    form: str,
    sources: Sources,
    files: Sequence[FileEdit],
    jails: Collection[str],
    views: Mapping[str, tuple[View, View]] = NO_VIEWS,
) -> tuple[Note, ...]:
    """What is found of the jails of these names once `files` are saved: what is new first, then what stands already.

    Of what stands only that is told which has a field in the form of this name (`network`). `views` are networks of
    jails before and after, where a form knows more of them than jail.conf tells (a jail's own rc.conf).
    """
    context = sources.context
    after = world(sources.edited(files).config, context.world)
    before, after = (
        _with(it, {name: pair[at] for name, pair in views.items()}) for at, it in ((0, context.world), (1, after))
    )
    comparison = compared(context, before, after, jails)
    standing = (one for one in comparison.standing if one.field(form) is not None)
    return (*(note(form, one) for one in comparison.new), *(note(form, one, standing=True) for one in standing))


def _with(world: World, views: Mapping[str, View]) -> World:
    """The configured jails, some with another network."""
    if not views:
        return world
    jails = (replace(one, view=views[one.name]) if one.name in views else one for one in world.jails)
    return replace(world, jails=tuple(jails))


def note(form: str, finding: Finding, *, standing: bool = False) -> Note:
    """A finding beside its field of the form of this name."""
    return Note(finding.severity, finding.text, finding.field(form) or "", finding.code, standing)
