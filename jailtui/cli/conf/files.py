"""`jailtui conf check` and `dump`: how jail(8) reads files of this machine."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jailtui import jailconf
from jailtui.cli.talk import put
from jailtui.cli.verb import CommandVerb, Exit, Stop

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator

    from jailtui.cli.verb import Arguments
    from jailtui.preferences import Config

DIALECTS = ("13", "14", "15")


def dialect_option(to: argparse.ArgumentParser) -> None:
    to.add_argument("--dialect", choices=DIALECTS, help="read the file as jail(8) of this FreeBSD release does")


def options(to: argparse.ArgumentParser) -> None:
    to.add_argument("files", metavar="FILE", nargs="+", help="a jail.conf of this machine")
    dialect_option(to)


def dump_options(to: argparse.ArgumentParser) -> None:
    to.add_argument("--json", action="store_true", help="print a JSON object for each file (the only format)")
    options(to)


def check(arguments: Arguments, _config: Config) -> int:
    """Print the errors and warnings of jail(8), each with its line and a caret."""
    status = Exit.OK
    for _, evaluation in evaluated(arguments):
        for fault in (*fatal(evaluation), *evaluation.warnings):
            status = Exit.FAILED
            put(picture(fault, evaluation))
    return status


def fatal(evaluation: jailconf.Evaluation) -> tuple[jailconf.Fault, ...]:
    """The faults for which jail(8) refuses the file."""
    return (*evaluation.faults, *((evaluation.crash,) if evaluation.crash else ()))


def picture(fault: jailconf.Fault, evaluation: jailconf.Evaluation) -> str:
    """The message with its line and a caret below its place."""
    texts = {file.name: file.data for file in evaluation.files}
    return fault.caret(texts[fault.file]) if fault.file in texts else fault.text


def dump(arguments: Arguments, _config: Config) -> int:
    for name, evaluation in evaluated(arguments):
        put(json.dumps({"file": name, "dialect": arguments.dialect or "15"} | document(evaluation)))
    return Exit.OK


def evaluated(arguments: Arguments) -> Iterator[tuple[str, jailconf.Evaluation]]:
    """Each file's name and evaluation. Raises Stop, at the end, for files that could not be read."""
    errors = []
    for name in arguments.files:
        try:
            data = Path(name).read_bytes()
        except OSError as error:
            errors.append(f"{name}: {error.strerror}")
        else:
            yield name, jailconf.evaluate(jailconf.parse(data, name, arguments.dialect or "15"))
    if errors:
        raise Stop("\n".join(errors), Exit.FAILED)


def document(evaluation: jailconf.Evaluation) -> dict[str, Any]:
    """The reading of a file by jail(8), in the form of the corpus (`kind`: ok, ok+warnings, error, crash)."""
    if evaluation.faults:
        return {"kind": "error", "rc": 1, "first_message": message(evaluation.faults[0])}
    if evaluation.crash:
        return {"kind": "crash", "rc": 139, "first_message": None, "crash": evaluation.crash.message}
    warnings = evaluation.warnings
    return {
        "kind": "ok+warnings" if warnings else "ok",
        "rc": 0,
        "first_message": message(warnings[0]) if warnings else None,
        "jails": [
            {"name": jail.name, "failed": jail.failed, "params": [parameter(setting) for setting in jail.params]}
            for jail in evaluation.jails
        ],
    }


def message(fault: jailconf.Fault) -> str:
    """The message with U+FFFD for each byte that is no UTF-8."""
    return fault.message.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def parameter(setting: jailconf.Setting) -> dict[str, Any]:
    """A parameter with its values, and its truth if it is a boolean."""
    value: dict[str, Any] = {"name": setting.name, "values": list(setting.values)}
    return value if setting.bool is None else value | {"bool": setting.bool}


CONF_VERBS = {
    "check": ("print the errors and warnings of jail(8) for files", CommandVerb(options, check)),
    "dump": ("print the jails and parameters that jail(8) reads from files", CommandVerb(dump_options, dump)),
}
