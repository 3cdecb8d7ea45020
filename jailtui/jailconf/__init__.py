"""jail.conf(5), read as jail(8) reads it. Standard library only.

file = parse(Path("/etc/jail.conf").read_bytes(), "/etc/jail.conf")
for fault in file.faults:
    print(fault.caret(file.data))
for jail in evaluate(file).jails:
    print(jail.name, [(setting.name, setting.values) for setting in jail.params])

edits = [Set(EditPlace(jail="web"), "path", ("/jails/web",)), Unset(EditPlace(globally=True), "exec.clean")]
change = apply(file, edits)
print(change.after)
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from jailtui.jailconf.evaluate import Evaluation, JailDefinition, Setting, evaluate
from jailtui.jailconf.faults import Fault
from jailtui.jailconf.hostfiles import HostConfig, HostJail, choose
from jailtui.jailconf.origins import Origin
from jailtui.jailconf.parse import Cache, parse
from jailtui.jailconf.tree import Block, Dialect, File, Include, Param, Statement

if TYPE_CHECKING:
    from jailtui.jailconf.edit import (
        AddJail,
        Append,
        Edit,
        EditError,
        EditPlace,
        RemoveJail,
        RenameJail,
        Set,
        SetElement,
        Unset,
        Written,
    )
    from jailtui.jailconf.edits_apply import CheckedReading, apply, apply_to
    from jailtui.jailconf.edits_concerns import consequences

__all__ = [
    "AddJail",
    "Append",
    "Block",
    "Cache",
    "CheckedReading",
    "Dialect",
    "Edit",
    "EditError",
    "EditPlace",
    "Evaluation",
    "Fault",
    "File",
    "HostConfig",
    "HostJail",
    "Include",
    "JailDefinition",
    "Origin",
    "Param",
    "RemoveJail",
    "RenameJail",
    "Set",
    "SetElement",
    "Setting",
    "Statement",
    "Unset",
    "Written",
    "apply",
    "apply_to",
    "choose",
    "consequences",
    "evaluate",
    "parse",
]

_WRITING = {
    "CheckedReading": "edits_apply",
    "apply": "edits_apply",
    "apply_to": "edits_apply",
    "consequences": "edits_concerns",
}


def __getattr__(name: str) -> object:
    """The writing half is loaded when it is first used: who only reads starts sooner."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_WRITING.get(name, 'edit')}"), name)
