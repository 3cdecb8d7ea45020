"""jail.conf(5), read as jail(8) reads it. Standard library only.

file = parse(Path("/etc/jail.conf").read_bytes(), "/etc/jail.conf")
for fault in file.faults:
    print(fault.caret(file.data))
for jail in evaluate(file).jails:
    print(jail.name, [(setting.name, setting.values) for setting in jail.params])
"""

from jailtui.jailconf.cache import Cache
from jailtui.jailconf.evaluate import Evaluation, Jail, Setting, evaluate
from jailtui.jailconf.faults import Fault
from jailtui.jailconf.hostfiles import HostConfig, HostJail, choose
from jailtui.jailconf.origins import Origin
from jailtui.jailconf.parse import parse
from jailtui.jailconf.tree import Block, Dialect, File, Include, Param, Piece, Statement, Value

__all__ = [
    "Block",
    "Cache",
    "Dialect",
    "Evaluation",
    "Fault",
    "File",
    "HostConfig",
    "HostJail",
    "Include",
    "Jail",
    "Origin",
    "Param",
    "Piece",
    "Setting",
    "Statement",
    "Value",
    "choose",
    "evaluate",
    "parse",
]
