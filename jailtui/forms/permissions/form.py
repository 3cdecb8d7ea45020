"""The permission form of a jail.

Field keys are parameter names (`allow.mount`, `sysvshm`); two more are `recipe` and, of a running jail, `apply`.
"""

from __future__ import annotations

from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from jailtui.config.permission_lines import PermissionLine, is_vnet, line_of, value_of
from jailtui.config.permission_live import Running, differing, expected, modification
from jailtui.config.permission_table import MOUNT, THREE, Permission, permissions_of, word
from jailtui.forms.notes import Judging, listed, saving, unfit
from jailtui.forms.permissions.edits import Placed, Wish, Writer, overruled, placed
from jailtui.forms.permissions.recipes import RECIPE, RECIPES, Recipe, Setup, recipe
from jailtui.forms.protocol import AT_ONCE, OFF, ON, Answers, Draft, Field, Note, form_effect, form_title
from jailtui.model import permissions as asked

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from jailtui.exchange import Step
    from jailtui.forms.sources import Sources
    from jailtui.jailconf import HostConfig, JailDefinition
    from jailtui.rules.context import Context

APPLY = "apply"
RECIPE_GROUP = "Recipe"
RECIPE_HELP = "Sets what a given use needs; your own settings are kept."
APPLY_HELP = "Also changes the running jail with jail -m where the kernel allows it; the rest needs a restart."


class PermissionReading(NamedTuple):
    """The configured jails of a host, and the context of rules."""

    config: HostConfig
    context: Context


class PermissionForm:
    """The permissions of the jail `subject`. Raises NoForm if no file that can be edited defines it.

    Values that do not depend on the answers are computed once; the last draft is kept.
    """

    def __init__(self, subject: str, sources: Sources) -> None:
        self.subject = subject
        self.title = form_title("permissions", subject)
        self._sources = sources
        self._jail = sources.jail(subject)
        sources.file(self._jail.jail.block.file)
        about = sources.about
        self._params = asked.known_params(about.get("params"))
        self._rulesets = asked.loaded_rulesets(about.get("rulesets"))
        self._level = asked.host_securelevel(about.get("securelevel"))
        state = sources.state.jail(subject)
        values = asked.running_values(about.get("running"))
        self._running = Running(state.jid, values) if state and state.running and state.jid is not None else None
        self._writer = Writer(sources)
        self._judgings: dict[frozenset[str], Judging] = {}
        self._last: tuple[list[tuple[str, str]], Answers, Draft] | None = None

    @cached_property
    def permissions(self) -> Mapping[str, Permission]:
        """All permissions by key, in the form's order."""
        written = [setting.name for setting in self._jail.jail.params if setting.name.startswith("allow.")]
        permissions = permissions_of(self._sources.dialect, self._params, written)
        return {permission.key: self._completed(permission) for permission in permissions}

    def _completed(self, permission: Permission) -> Permission:
        """The permission with the host's securelevel as its default, and a note on a module that is not loaded."""
        if permission.key == "securelevel" and self._level is not None:
            return permission._replace(default=str(self._level))
        if permission.key.startswith(f"{MOUNT}.") and self._params is not None and permission.key not in self._params:
            return permission._replace(text=f"{permission.text} jail(8) loads its kernel module.")
        return permission

    @cached_property
    def _now(self) -> Mapping[str, str]:
        """The value of each permission in the present files."""
        return values(self.permissions.values(), self._jail.jail)

    @cached_property
    def _lines(self) -> Mapping[str, PermissionLine | None]:
        jails, texts = self._sources.config.jails, self._sources.texts
        return {
            permission.key: line_of(permission, self._jail.jail, jails, texts)
            for permission in self.permissions.values()
        }

    @cached_property
    def _fields(self) -> tuple[Field, ...]:
        written = frozenset(key for key, line in self._lines.items() if line is not None)
        wanted = ((permission, expected(permission, self._now, written)) for permission in self.permissions.values())
        return tuple(self._field(permission, value) for permission, value in wanted)

    def fields(self, answers: Answers) -> tuple[Field, ...]:
        """The recipe, then `apply` if the jail runs, then a field for each permission."""
        chosen = self._recipe(answers)
        lines = chosen.lines if chosen is not None else {}
        shown = (field._replace(value=lines[field.key][0]) if field.key in lines else field for field in self._fields)
        return (*self._first(), *shown)

    def draft(self, answers: Answers) -> Draft:
        """The draft of the answers; it raises nothing, whatever they are."""
        given = list(answers.values.items())
        if self._last is None or self._last[:2] != (given, answers):
            self._last = (given, answers, self._draft(answers))
        return self._last[2]

    def _first(self) -> Iterator[Field]:
        choices = ("", *RECIPES)
        yield Field(RECIPE, "Recipe", "", "choice", group=RECIPE_GROUP, choices=choices, help=RECIPE_HELP)
        if self._running is not None:
            yield Field(APPLY, "Apply now", OFF, "switch", group=RECIPE_GROUP, help=APPLY_HELP)

    def _field(self, permission: Permission, wanted: str) -> Field:
        """The field of a permission; `wanted` is its value in a jail started from the present files."""
        line, running = self._lines[permission.key], self._running
        live = running.value(permission) if running is not None and differing(running, permission, wanted) else None
        field = Field(
            permission.key,
            permission.key,
            permission.unset,
            permission.kind,
            group=permission.group,
            choices=permission.choices or self._proposals(permission),
            help=permission.text,
            now=word(live) if live is not None else "",
            risk=permission.risk,
            default=permission.default_text,
            live=permission.live,
        )
        if line is None:
            return field
        shared = line.shared if len(line.shared) > 1 else ()
        return field._replace(value=line.value, raw=line.raw, where=line.where, shared=shared)

    def _proposals(self, permission: Permission) -> tuple[str, ...]:
        """The loaded rulesets that are for jails."""
        if permission.key != "devfs_ruleset":
            return ()
        return tuple(str(number) for number in sorted(self._rulesets or (4, 5)) if number > 3)

    def _recipe(self, answers: Answers) -> Recipe | None:
        vnet, dialect = is_vnet(self._jail.jail), self._sources.dialect
        setup = Setup(self.subject, vnet, dialect, self._now, self._rulesets)
        return recipe(answers.values.get(RECIPE, ""), setup)

    def _draft(self, answers: Answers) -> Draft:
        chosen = self._recipe(answers)
        wishes = self._wishes(answers, chosen)
        places = [placed(wish, self._jail, answers) for wish in wishes]
        edits = tuple(place for place in places if isinstance(place, Placed))
        files, errors = self._writer.write(edits)
        config = self._sources.edited(files).config if files else self._sources.config
        jail = (config.get(self.subject) or self._jail).jail
        then = values(self.permissions.values(), jail)
        notes = [
            *self._misfits(answers),
            *self._reasons(answers, chosen, wishes),
            *(place for place in places if isinstance(place, Note)),
            *errors,
            *(overruled(edits, then) if files else ()),
            *reach(edits),
            *self._judging(frozenset(name for placed in edits for name in placed.others)).notes(config),
            *self._unseen_ruleset(then, wishes),
        ]
        changed = frozenset(wish.key for wish in wishes)
        step, live = self._live(answers, jail, then, changed)
        restart = self.subject if self._running is not None and changed - live else None
        commands = (step,) if step is not None else ()
        return Draft(files, commands, tuple(notes), self._effect(changed, live, commands), restart)

    def _wishes(self, answers: Answers, chosen: Recipe | None) -> list[Wish]:
        """The changes of the recipe, then those of the answers, which override it."""
        lines = chosen.lines if chosen is not None else {}
        wanted = {key: (value, True) for key, (value, _) in lines.items() if key not in answers.values}
        wanted |= {key: (value.strip(), False) for key, value in answers.values.items()}
        wishes = []
        for key, (value, by_recipe) in wanted.items():
            permission, line = self.permissions.get(key), self._lines.get(key)
            if permission is None or (permission.kind == "three" and value not in THREE):
                continue
            if value != (line.value if line is not None else permission.unset):
                wishes.append(Wish(permission, value, line, by_recipe))
        return wishes

    def _misfits(self, answers: Answers) -> Iterator[Note]:
        """Errors for answers without a field, and for values that a field can't have."""
        for key, value in answers.values.items():
            permission = self.permissions.get(key)
            if permission is not None and permission.kind == "three" and value not in THREE:
                yield unfit(f"{key} has to be {', '.join(THREE)}, not {value}.", key)
            elif permission is None and key not in (RECIPE, APPLY):
                yield unfit(f"FreeBSD {self._sources.release} has no {key} that this form could set.", key)
        name = answers.values.get(RECIPE, "")
        if name and name not in RECIPES:
            yield unfit(f"Unknown recipe {name}; choose one of: {', '.join(RECIPES)}.", RECIPE)

    def _reasons(self, answers: Answers, chosen: Recipe | None, wishes: list[Wish]) -> Iterator[Note]:
        """Notes on why the recipe sets each permission, and on what else the use needs."""
        if chosen is None:
            return
        wanted = {wish.key: wish.value for wish in wishes}
        for key, (value, why) in chosen.lines.items():
            if key not in self.permissions:
                yield unfit(f"This host has no {key}.", RECIPE)
            elif wanted.get(key) == value:
                yield saving("recipe-sets", f"{key} = {word(value)}: {why}", key)
        if chosen.lines and not wanted.keys() & chosen.lines.keys():
            yield saving("recipe-set", f"Everything that {answers.values[RECIPE]} needs is already set.", RECIPE)
        yield from chosen.remarks

    @cached_property
    def _asked(self) -> Sources:
        """The sources, with the rulesets and the securelevel that were read for this form."""
        state, level = self._sources.state, self._level
        known = () if level is None else (("kern.securelevel", str(level)),)
        state = state._replace(rulesets=self._rulesets, sysctls=(*(state.sysctls or ()), *known))
        context = replace(self._sources.context, state=state)
        return replace(self._sources, reading=PermissionReading(self._sources.config, context))

    def _judging(self, others: frozenset[str]) -> Judging:
        """The judging of this jail, the jails in it, and `others` that are changed too."""
        if others not in self._judgings:
            inner = {jail.name for jail in self._sources.config.jails if jail.name.startswith(f"{self.subject}.")}
            self._judgings[others] = Judging("permissions", self._asked, {self.subject, *inner, *others})
        return self._judgings[others]

    def _unseen_ruleset(self, then: Mapping[str, str], wishes: list[Wish]) -> Iterator[Note]:
        """A warning if it could not be read whether a ruleset is loaded; those of the system are."""
        number = then["devfs_ruleset"]
        wanted = any(wish.key == "devfs_ruleset" and wish.value for wish in wishes)
        if wanted and self._rulesets is None and number not in ("1", "4", "5"):
            text = f"devfs ruleset {number} may not be loaded: {self.subject} would then see all of /dev."
            yield saving("ruleset-unseen", f"{text} Check with `devfs rule showsets`.", "devfs_ruleset")

    def _live(
        self, answers: Answers, jail: JailDefinition, then: Mapping[str, str], changed: frozenset[str]
    ) -> tuple[Step | None, frozenset[str]]:
        """The command that changes the running jail, and the changed permissions that take effect by it."""
        if self._running is None or answers.values.get(APPLY, OFF) != ON:
            return None, frozenset()
        wanted: dict[Permission, str] = {}
        held = set()
        for key, permission in self.permissions.items():
            value = then[key]
            if permission.live != "live" or not value or (key not in changed and jail.get(key) is None):
                continue
            if key in changed:
                held.add(key)
            unknown = key in changed and self._running.value(permission) is None
            if unknown or differing(self._running, permission, value):
                wanted[permission] = value
        return modification(self.subject, self._running, wanted), frozenset(held)

    def _effect(self, keys: frozenset[str], live: frozenset[str], commands: tuple[Step, ...]) -> str:
        """When the changes take effect."""
        if not keys:
            return AT_ONCE if commands else ""
        if self._running is None:
            return form_effect(self.subject, running=False)
        rest = keys - live
        if not rest:
            return AT_ONCE
        later = form_effect(self.subject, running=True)
        return f"{later}; {', '.join(sorted(keys & live))} at once" if keys & live else later


def values(permissions: Iterable[Permission], jail: JailDefinition) -> dict[str, str]:
    """The value of each permission in a jail started from its files: the written value, or the default."""
    values = {}
    for permission in permissions:
        value = value_of(permission, jail.get(permission.key))
        values[permission.key] = permission.default if value == permission.unset else value
    return values


def reach(edits: Iterable[Placed]) -> Iterator[Note]:
    """Warnings about other jails that a change affects."""
    for edit in edits:
        if edit.others:
            text = f"{edit.wish.key} changes for {listed(edit.others)} too, each when it next starts."
            yield saving("other-jails", text, edit.wish.key)
