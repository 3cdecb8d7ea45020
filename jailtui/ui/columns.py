"""The columns and titles of the four panels."""

from __future__ import annotations

from jailtui.ui.rows import Column

MARK = Column("", low=2, high=2, gap=1, fixed=True)
YOU = Column("", low=3, high=4)
"""Marks what carries an ssh session; without one it takes no room."""
JAILS = (
    MARK,
    Column("JAIL", low=6, high=32),
    Column("JID", drop=1, low=3, high=6, right=True),
    Column("STATE", low=11, high=11, by_end=True, fixed=True),
    Column("ADDRESS", drop=2, low=18, high=32, by_end=True),
    Column("EPAIR", drop=3, low=10, high=20),
    Column("BRIDGE", drop=4, low=18, high=18),
    Column("VLAN", drop=5, low=14, high=14),
    YOU,
)
EPAIRS = (
    MARK,
    Column("EPAIR", low=6, high=16),
    Column("", low=3, high=4, gap=1, fixed=True),
    Column("END A", drop=1, low=11, high=26, by_end=True),
    Column("END B", low=19, high=30, by_end=True),
    Column("OWNER", low=6, high=40, by_end=True),
    Column("WHY", drop=5, low=20, high=60, by_end=True),
)
BRIDGES = (
    MARK,
    Column("BRIDGE", low=6, high=16),
    Column("MEMBERS", low=10, high=40, by_end=True),
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
