"""What the rules find of a draft, as the notes of a form."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jailtui.config.world import world
from jailtui.forms.protocol import Note
from jailtui.rules.drafted import compared

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from jailtui.exchange import FileEdit
    from jailtui.forms.sources import Sources
    from jailtui.rules.finding import Finding


def notes(form: str, sources: Sources, files: Sequence[FileEdit], jails: Collection[str]) -> tuple[Note, ...]:
    """What is found of the jails of these names once `files` are saved: by what is new first, then what stands already.

    Of what stands only that is told which has a field in the form of this name (`network`).
    """
    after = sources.edited(files)
    verdict = compared(sources.context, world(after.config, sources.context.world), jails)
    standing = (one for one in verdict.standing if one.field(form) is not None)
    return (*(note(form, one) for one in verdict.new), *(note(form, one, standing=True) for one in standing))


def note(form: str, finding: Finding, *, standing: bool = False) -> Note:
    """A finding beside its field of the form of this name."""
    return Note(finding.severity, finding.text, finding.field(form) or "", finding.code, standing)
