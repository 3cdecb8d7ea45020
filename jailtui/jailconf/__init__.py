"""jail.conf(5), read as jail(8) reads it. Standard library only.

file = parse(Path("/etc/jail.conf").read_bytes(), "/etc/jail.conf")
for fault in file.faults:
    print(fault.caret(file.data))
for jail in evaluate(file).jails:
    print(jail.name, [(setting.name, setting.values) for setting in jail.params])

edits = [Set(EditPlace(jail="web"), "path", ("/jails/web",)), Unset(EditPlace(globally=True), "exec.clean")]
change = apply(file, edits)
print(change.diff(file.name))  # change.after is the new file, change.inverse() the way back
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from jailtui.jailconf.cache import Cache
from jailtui.jailconf.evaluate import Evaluation, JailDefinition, Setting, evaluate
from jailtui.jailconf.faults import Fault
from jailtui.jailconf.hostfiles import HostConfig, HostJail, choose
from jailtui.jailconf.origins import Origin
from jailtui.jailconf.parse import parse
from jailtui.jailconf.tree import Block, Dialect, File, Include, Param, Piece, Statement, Value

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
    from jailtui.jailconf.edits_apply import apply
    from jailtui.jailconf.edits_concerns import Concern, consequences
    from jailtui.jailconf.patch import Change, Patch

__all__ = [
    "AddJail",
    "Append",
    "Block",
    "Cache",
    "Change",
    "Concern",
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
    "Patch",
    "Piece",
    "RemoveJail",
    "RenameJail",
    "Set",
    "SetElement",
    "Setting",
    "Statement",
    "Unset",
    "Value",
    "Written",
    "apply",
    "choose",
    "consequences",
    "evaluate",
    "parse",
]

_WRITING = {"apply": "edits_apply", "Concern": "edits_concerns", "consequences": "edits_concerns"}
_WRITING |= {"Change": "patch", "Patch": "patch"}


def __getattr__(name: str) -> object:
    """The writing half is loaded when it is first used: who only reads starts sooner."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_WRITING.get(name, 'edit')}"), name)
