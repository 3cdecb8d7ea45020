"""`jailtui conf get`, `explain`, `set`, `add` and `unset`: one parameter or variable, of a file or of the host."""

from __future__ import annotations

from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from jailtui import jailconf
from jailtui.cli.conf.files import dialect_option, fatal, picture
from jailtui.cli.hosts import chosen_read_only, opened
from jailtui.cli.talk import ask, put, put_lines, talk, talk_diff
from jailtui.cli.verb import CommandVerb, Exit, Stop, host_options
from jailtui.config.jails import dialect_of, files_of, others_of, release_of
from jailtui.exchange import FileEdit, Step, difference
from jailtui.jailconf.glob import search
from jailtui.jailconf.lookup import Lookup
from jailtui.plans.plan import comment
from jailtui.text import clean

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Iterator, Sequence

    from jailtui.backend import HostBackend
    from jailtui.cli.verb import Arguments
    from jailtui.preferences import Config


class Target(NamedTuple):
    """The file that defines the jail, the evaluation of all files together, and functions on files.

    `save` saves a new text of the file; it gives whether that succeeded, and a sentence. `read_only` is the reason why
    that must not be tried, or None.
    """

    file: jailconf.File
    evaluation: jailconf.Evaluation
    save: Callable[[bytes], tuple[bool, str]]
    read: Callable[[str], bytes]
    glob: Callable[[str], Sequence[str]]
    read_only: str | None


@contextmanager
def opened_target(arguments: Arguments, config: Config) -> Iterator[Target]:
    """The file that the command line names. Raises Stop if it does not exist or jail(8) refuses it."""
    if arguments.file:
        target = local_target(arguments, config)
        refuse_faults(target)
        yield target
        return
    with opened(arguments, config) as backend:
        target = host_target(arguments, backend)
        refuse_faults(target)
        yield target


def refuse_faults(target: Target) -> None:
    """Raises Stop with what jail(8) says of the files, each with its line and a caret."""
    if faults := fatal(target.evaluation):
        raise Stop("\n".join(picture(fault, target.evaluation) for fault in faults), Exit.REFUSED)


def local_target(arguments: Arguments, config: Config) -> Target:
    """A file of this machine, with the files that it includes."""
    path = arguments.file
    try:
        data = Path(path).read_bytes()
    except OSError as error:
        raise Stop(f"{path}: {error.strerror}", Exit.REFUSED) from error
    file = jailconf.parse(data, path, arguments.dialect or "15")

    def save(new: bytes) -> tuple[bool, str]:
        from jailtui.host import files
        from jailtui.host.shell import local_shell

        absolute = str(Path(path).absolute())
        return files.report(
            files.save_file(local_shell(), absolute, files.digest(data), new, check=False, keep=config.backups), data
        )

    read_only = chosen_read_only(arguments, config)
    return Target(file, jailconf.evaluate(file), save, lambda name: Path(name).read_bytes(), search, read_only)


def host_target(arguments: Arguments, backend: HostBackend) -> Target:
    """The file of the host that defines the jail, chosen as rc.d/jail does. Raises HostError."""
    source: Any = backend.source
    capture = backend.capture()
    texts = {path: text.encode("utf-8", "surrogateescape") for path, text in files_of(capture).items()}
    state = backend.understood(capture).state
    dialect = arguments.dialect or dialect_of(release_of(capture))
    chosen = jailconf.choose(texts, dialect, dict(state.rcconf or ()), others=others_of(capture))
    jail = chosen.get(arguments.jail)
    if jail is None and state.rcconf is None and (why := state.unknown("files")):
        raise Stop(f"It is not known whether a file defines {arguments.jail}: {why}.", Exit.REFUSED)
    root = jail.file if jail else "/etc/jail.conf"
    if root not in chosen.evaluations:
        raise Stop("The host has no /etc/jail.conf.", Exit.REFUSED)
    path = jail.jail.block.file if jail else root
    file = jailconf.parse(texts[path], path, dialect)

    def save(new: bytes) -> tuple[bool, str]:
        result = source.execute(Step(("save", path), file=FileEdit(path, texts[path], new)), lambda _: None)
        return result.ok, f"{result.output}{result.note}".rstrip()

    lookup = Lookup(texts, others_of(capture))
    return Target(file, chosen.evaluations[root], save, lookup.read, lookup.glob, backend.read_only)


def options(to: argparse.ArgumentParser) -> None:
    to.add_argument("jail", metavar="JAIL", help="the name of a jail")
    to.add_argument("param", metavar="PARAM", help="a parameter, or a variable: $NAME")
    dialect_option(to)
    to.add_argument("--file", metavar="FILE", help="work on this file, without a host")
    host_options(to)


def edit_options(values: str, to: argparse.ArgumentParser) -> None:
    """The arguments of a verb that changes the parameter; `values` is the nargs of VALUE ("": none)."""
    options(to)
    if values:
        to.add_argument("values", metavar="VALUE", nargs=values)
        to.add_argument(
            "--as-written", action="store_true", help="VALUE is text of jail.conf, with quotes and variables"
        )
    to.add_argument("--diff", action="store_true", help="print the change and save nothing")
    to.add_argument("--yes", action="store_true", help="do not ask")


def get(arguments: Arguments, config: Config) -> int:
    with opened_target(arguments, config) as target:
        setting = setting_of(arguments, target)
    put_lines(setting.values or (() if setting.bool is None else (str(setting.bool).lower(),)))
    return Exit.OK


def explain(arguments: Arguments, config: Config) -> int:
    with opened_target(arguments, config) as target:
        setting = setting_of(arguments, target)
    if not setting.values:
        put(f"{setting.name}: set, without a value")
    for value, origin in zip(setting.values, setting.origins, strict=False):
        put(f"{setting.name} = {clean(value)}")
        for line in origin_lines(origin, 1):
            put(line)
    return Exit.OK


def origin_lines(origin: jailconf.Origin, depth: int) -> Iterator[str]:
    """An origin and those of the variables in the value, each indented one step more."""
    where = "for every jail" if origin.block is None else f"in {clean(origin.block)}"
    yield f"{'  ' * depth}{clean(origin.file)}:{origin.line}:{origin.column}, {where}"
    for variable in origin.through:
        yield from origin_lines(variable, depth + 1)


def setting_of(arguments: Arguments, target: Target) -> jailconf.Setting:
    """The parameter or variable that the command line names. Raises Stop."""
    jail = next((jail for jail in target.evaluation.jails if jail.name == arguments.jail), None)
    if jail is None:
        raise Stop(f"{target.file.name} defines no jail {arguments.jail}.", Exit.REFUSED)
    variables = {f"${variable.name.removeprefix('$')}": variable for variable in jail.variables}
    name = arguments.param
    setting = variables.get(name) if name.startswith("$") else jail.get(name)
    if setting is None:
        raise Stop(f"{arguments.jail} has no {name}.", Exit.REFUSED)
    return setting


def edit(arguments: Arguments, config: Config) -> int:
    with opened_target(arguments, config) as target:
        edit = edit_of(arguments)
        try:
            change = jailconf.apply(target.file, [edit], target.read, target.glob)
            concerns = jailconf.consequences(target.file, edit, target.evaluation)
        except jailconf.EditError as error:
            raise Stop(str(error), Exit.REFUSED) from error
        if change.empty:
            talk("Nothing to change.")
            return Exit.OK
        for concern in concerns:
            talk(concern)
        lines = difference(change.before, change.after, comment(target.file.name))
        if arguments.diff:
            put_lines(lines)
            return Exit.OK
        if target.read_only:
            raise Stop(target.read_only, Exit.REFUSED)
        if not arguments.yes:
            talk_diff(lines)
            if not ask("Save it?", "give --yes to save it"):
                return Exit.DECLINED
        saved, message = target.save(change.after)
    talk(message)
    return Exit.OK if saved else Exit.FAILED


def edit_of(arguments: Arguments) -> jailconf.Edit:
    """The edit of the command line. A name with a component `*` is a wildcard block."""
    wildcard = "*" in arguments.jail.split(".")
    where = jailconf.EditPlace(block=arguments.jail) if wildcard else jailconf.EditPlace(jail=arguments.jail)
    if arguments.lower_verb == "unset":
        return jailconf.Unset(where, arguments.param)
    values = tuple(jailconf.Written(value) if arguments.as_written else value for value in arguments.values)
    make = jailconf.Set if arguments.lower_verb == "set" else jailconf.Append
    return make(where, arguments.param, values)


CONF_VERBS = {
    "get": ("print the values of a parameter, one a line", CommandVerb(options, get)),
    "explain": ("print where a value is written, and the variables in it", CommandVerb(options, explain)),
    "set": ("set a parameter or a $variable", CommandVerb(partial(edit_options, "*"), edit)),
    "add": ("append values to a parameter", CommandVerb(partial(edit_options, "+"), edit)),
    "unset": ("remove a parameter", CommandVerb(partial(edit_options, ""), edit)),
}
