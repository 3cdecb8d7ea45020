"""`jailtui conf`: jail.conf from the shell, on a file or on the host. It joins jailconf, the host and the terminal."""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from jailtui import jailconf
from jailtui.cli.exits import Exit
from jailtui.cli.talk import asked, shown, talk
from jailtui.config.jails import dialect_of, files_of, release_of
from jailtui.exchange import HostError
from jailtui.formats import sysrc
from jailtui.jailconf.gather import glob_files
from jailtui.jailconf.hostfiles import globber, reader
from jailtui.text import clean

Arguments = argparse.Namespace


Save = Callable[[bytes], tuple[bool, str]]
"""Saves the new text; gives whether it went well, and a sentence."""


class Scope(NamedTuple):
    """What a verb works on: the file that defines the jail, what all files
    together come to, how it is saved, and how other files are read."""

    file: jailconf.File
    evaluation: jailconf.Evaluation
    save: Save
    read: Callable[[str], bytes]
    glob: Callable[[str], Sequence[str]]


class NoScope(Exception):
    """There is nothing to work on. The text says why."""


def run(arguments: Arguments, source: Any, keep: int) -> int:
    """Carry out a verb; `source` is the host, None for files of this machine. `keep` backups of a file are kept."""
    name = arguments.conf_verb
    if name in ("check", "dump"):
        return (check if name == "check" else dump)(arguments)
    try:
        scope = file_scope(arguments, keep) if source is None else host_scope(arguments, source, keep)
    except NoScope as error:
        talk(str(error))
        return Exit.REFUSED
    except HostError as error:
        talk(str(error))
        return Exit.UNREACHABLE
    if scope.evaluation.faults:
        talk("\n".join(fault.message for fault in scope.evaluation.faults))
        return Exit.FAILED
    return {"get": get, "explain": explain}.get(name, edit)(arguments, scope)


def file_scope(arguments: Arguments, keep: int) -> Scope:
    """A file of this machine, whole in itself but for what it includes."""
    path = arguments.file
    try:
        data = Path(path).read_bytes()
    except OSError as error:
        raise NoScope(f"{path}: {error.strerror}") from error
    file = jailconf.parse(data, path, arguments.dialect or "15")

    def save(new: bytes) -> tuple[bool, str]:
        from plumbum import local

        from jailtui.host import files
        from jailtui.host.shell import Shell

        absolute = str(Path(path).absolute())
        return files.told(
            files.save_file(Shell(local), absolute, files.digest(data), new, check=False, keep=keep), data
        )

    return Scope(file, jailconf.evaluate(file), save, lambda name: Path(name).read_bytes(), glob_files)


def host_scope(arguments: Arguments, source: Any, keep: int) -> Scope:
    """The file of the host that defines the jail, by the rule of rc.d/jail."""
    capture = source.capture()
    texts = {path: text.encode("utf-8", "surrogateescape") for path, text in files_of(capture).items()}
    rcconf = next((sysrc.parse(one.out) for one in capture.sections if one.name == "sysrc"), ())
    dialect = arguments.dialect or dialect_of(release_of(capture))
    chosen = jailconf.choose(texts, dialect, dict(rcconf))
    jail = chosen.get(arguments.jail)
    root = jail.file if jail else "/etc/jail.conf"
    if root not in chosen.evaluations:
        raise NoScope("The host has no /etc/jail.conf.")
    written = jail.jail.block.file if jail else root
    file = jailconf.parse(texts[written], written, dialect)
    return Scope(
        file, chosen.evaluations[root], saver(source, written, texts[written], keep), reader(texts), globber(texts)
    )


def saver(source: Any, path: str, data: bytes, keep: int) -> Save:
    """Saving on the host, refused where the source can't."""

    def save(new: bytes) -> tuple[bool, str]:
        from jailtui.host import files

        if source.read_only:
            return False, str(source.read_only)
        try:
            return files.told(source.save_file(path, files.digest(data), new, keep=keep), data)
        except HostError as error:
            return False, str(error)

    return save


# Reading.


def get(arguments: Arguments, scope: Scope) -> int:
    """`conf get JAIL PARAM`."""
    setting = found(arguments, scope)
    if setting is None:
        return Exit.REFUSED
    for value in setting.values or (str(setting.bool).lower(),) if setting.bool is not None else setting.values:
        print(value)
    return Exit.OK


def explain(arguments: Arguments, scope: Scope) -> int:
    """`conf explain JAIL PARAM`."""
    setting = found(arguments, scope)
    if setting is None:
        return Exit.REFUSED
    if not setting.values:
        print(f"{setting.name}: set, without a value")
    for value, origin in zip(setting.values, setting.origins, strict=False):
        print(f"{setting.name} = {clean(value)}")
        for line in steps(origin, 1):
            print(line)
    return Exit.OK


def steps(origin: jailconf.Origin, depth: int) -> Iterator[str]:
    """An origin and the variables it goes through, each a step further in."""
    where = "for every jail" if origin.block is None else f"in {clean(origin.block)}"
    yield f"{'  ' * depth}{clean(origin.file)}:{origin.line}:{origin.column}, {where}"
    for one in origin.through:
        yield from steps(one, depth + 1)


def found(arguments: Arguments, scope: Scope) -> jailconf.Setting | None:
    """The parameter that is asked for; says why there is none."""
    jail = next((one for one in scope.evaluation.jails if one.name == arguments.jail), None)
    if jail is None:
        talk(f"{scope.file.name} defines no jail {arguments.jail}.")
        return None
    wanted = arguments.param
    variables = (one for one in jail.variables if f"${one.name.removeprefix('$')}" == wanted)
    setting = next(variables, None) if wanted.startswith("$") else jail.get(wanted)
    if setting is None:
        talk(f"{arguments.jail} has no {arguments.param}.")
    return setting


def check(arguments: Arguments) -> int:
    """`conf check FILE…`: messages in jail(8)'s form, each with the line and a caret."""
    status = Exit.OK
    for name in arguments.files:
        data = read_bytes(name)
        if data is None:
            status = Exit.FAILED
            continue
        dialect: jailconf.Dialect = arguments.dialect or "15"
        evaluation = jailconf.evaluate(jailconf.parse(data, name, dialect))
        texts = {one.name: one.data for one in evaluation.files} | {name: data}
        crash = (evaluation.crash,) if evaluation.crash else ()
        for fault in (*evaluation.faults, *crash, *evaluation.warnings):
            status = Exit.FAILED
            print(shown(fault.caret(texts[fault.file]) if fault.file in texts else fault.message))
    return status


def dump(arguments: Arguments) -> int:
    """`conf dump FILE…`: one JSON object a line."""
    status = Exit.OK
    for name in arguments.files:
        data = read_bytes(name)
        if data is None:
            status = Exit.FAILED
            continue
        dialect: jailconf.Dialect = arguments.dialect or "15"
        print(json.dumps(document(jailconf.evaluate(jailconf.parse(data, name, dialect)), name, dialect)))
    return status


def document(evaluation: jailconf.Evaluation, name: str, dialect: str) -> dict[str, Any]:
    """What jail(8) makes of a file, in the form of the corpus (`kind`: ok, ok+warnings, error, crash)."""
    told: dict[str, Any] = {"file": name, "dialect": dialect}
    if evaluation.faults:
        return told | {"kind": "error", "rc": 1, "first_message": printed(evaluation.faults[0])}
    if evaluation.crash:
        return told | {"kind": "crash", "rc": 139, "first_message": None, "crash": evaluation.crash.message}
    warnings = evaluation.warnings
    told |= {"kind": "ok+warnings" if warnings else "ok", "rc": 0}
    told["first_message"] = printed(warnings[0]) if warnings else None
    told["jails"] = [
        {"name": jail.name, "failed": jail.failed, "params": [param(one) for one in jail.params]}
        for jail in evaluation.jails
    ]
    return told


def printed(fault: jailconf.Fault) -> str:
    """Its message as a terminal would show it: bytes that are no UTF-8 as U+FFFD."""
    return fault.message.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def param(setting: jailconf.Setting) -> dict[str, Any]:
    told: dict[str, Any] = {"name": setting.name, "values": list(setting.values)}
    return told if setting.bool is None else told | {"bool": setting.bool}


def read_bytes(name: str) -> bytes | None:
    try:
        return Path(name).read_bytes()
    except OSError as error:
        talk(f"{name}: {error.strerror}")
        return None


# Writing.


def edit(arguments: Arguments, scope: Scope) -> int:
    """`conf set|add|unset`: the change is shown, agreed to, and saved."""
    file = scope.file
    wanted = edit_of(arguments)
    try:
        for concern in jailconf.consequences(file, wanted, scope.evaluation):
            talk(f"{concern.text}")
        change = jailconf.apply(file, [wanted], scope.read, scope.glob)
    except jailconf.EditError as error:
        talk(str(error))
        return Exit.REFUSED
    if not change.patches:
        talk("It is so already.")
        return Exit.OK
    difference = change.diff(file.name)
    if arguments.diff:
        print(shown(difference))
        return Exit.OK
    if not arguments.yes and not agreed(difference):
        return Exit.DECLINED
    well, said = scope.save(change.after)
    talk(said)
    return Exit.OK if well else Exit.FAILED


def edit_of(arguments: Arguments) -> jailconf.Edit:
    """The edit the words mean. A name with a component `*` is a wildcard block."""
    wild = "*" in arguments.jail.split(".")
    where = jailconf.Where(block=arguments.jail) if wild else jailconf.Where(jail=arguments.jail)
    if arguments.conf_verb == "unset":
        return jailconf.Unset(where, arguments.param)
    values = tuple(jailconf.Written(one) if arguments.as_written else one for one in arguments.values)
    make = jailconf.Set if arguments.conf_verb == "set" else jailconf.Append
    return make(where, arguments.param, values)


def agreed(difference: str) -> bool:
    """Show the change and ask."""
    talk(difference)
    return asked("Save it?", "give --yes to save it")
