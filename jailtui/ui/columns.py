"""The columns of the four panels, and which of them are shown. Pure."""

from __future__ import annotations

from jailtui.ui.rows import Column

MARK = Column("", low=2, high=2, gap=1, fixed=True)
YOU = Column("", low=3, high=4)
"""Marks what carries an ssh session; without one it takes no room."""
MOVING = (
    Column("IN/s", drop=1, low=5, high=5, right=True, fixed=True),
    Column("OUT/s", drop=1, low=5, high=5, right=True, fixed=True),
)
JAILS = (
    MARK,
    Column("JAIL", low=10, high=32),
    Column("JID", drop=2, low=3, high=6, right=True),
    Column("STATE", low=11, high=11, by_end=True, fixed=True),
    Column("UP", drop=4, low=5, high=7, right=True, fixed=True),
    Column("CPU", drop=1, low=4, high=5, right=True, fixed=True),
    Column("MEM", drop=1, low=4, high=4, right=True, fixed=True),
    *MOVING,
    Column("TRAFFIC", drop=5, low=8, high=8, fixed=True),
    Column("MANAGER", drop=4, low=7, high=8, rare=True),
    Column("ADDRESS", drop=3, low=18, high=32, by_end=True),
    Column("EPAIR", drop=6, low=10, high=20),
    Column("BRIDGE", drop=7, low=18, high=18),
    Column("VLAN", drop=8, low=14, high=14),
    YOU,
)
EPAIRS = (
    MARK,
    Column("EPAIR", low=6, high=16),
    Column("", low=3, high=4, gap=1, fixed=True),
    Column("END A", drop=1, low=11, high=26, by_end=True),
    Column("END B", low=19, high=30, by_end=True),
    *MOVING,
    Column("OWNER", low=6, high=40, by_end=True),
    Column("WHY", drop=5, low=20, high=100, by_end=True),
)
BRIDGES = (
    MARK,
    Column("BRIDGE", low=6, high=16),
    Column("MEMBERS", low=10, high=80, by_end=True),
    Column("ADDRESS", drop=2, low=8, high=24, by_end=True),
    Column("BOOT", drop=3, low=4, high=14, by_end=True),
    YOU,
)
VLANS = (
    MARK,
    Column("VLAN", low=6, high=16),
    Column("TAG", low=3, high=4, right=True),
    Column("PARENT", low=4, high=17),
    Column("BRIDGE", drop=3, low=5, high=16),
    Column("ADDRESS", drop=4, low=8, high=24, by_end=True),
    Column("JAILS", drop=2, low=6, high=60, by_end=True),
    YOU,
)
COLUMNS = {"jails": JAILS, "epairs": EPAIRS, "bridges": BRIDGES, "vlans": VLANS}

TITLES = {"jails": "1 Jails", "epairs": "2 Epairs", "bridges": "3 Bridges", "vlans": "4 VLANs"}

LOAD = frozenset({"UP", "CPU", "MEM", "IN/s", "OUT/s", "TRAFFIC"})
SWAPPED = frozenset({"ADDRESS", "EPAIR", "BRIDGE", "VLAN"})
"""The columns of the jails that a narrow terminal shows in place of the load."""
ROOMY = 120
"""Cells of the terminal from which on the load is shown beside the rest."""
WIDEST = 160
"""Cells from which on a row has its sparkline."""


def left_out(panel: str, width: int, *, load: bool) -> frozenset[str]:
    """The titles of the columns of a panel that are not shown, with the load or without it."""
    if not load:
        return LOAD
    hidden = frozenset() if width >= WIDEST else frozenset({"TRAFFIC"})
    return hidden | SWAPPED if panel == "jails" and width < ROOMY else hidden
