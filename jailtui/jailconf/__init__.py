"""jail.conf(5), read as jail(8) reads it. Standard library only."""

from .faults import Fault
from .parse import parse
from .tree import Block, Dialect, File, Include, Param, Piece, Statement, Value

__all__ = ["Block", "Dialect", "Fault", "File", "Include", "Param", "Piece", "Statement", "Value", "parse"]
