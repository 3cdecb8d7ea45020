"""The columns of the four panels."""

from __future__ import annotations

from jailtui.ui.rows import Column

MARK = Column("", low=2, high=2, gap=1, fixed=True)
JAILS = (
    MARK,
    Column("JAIL", low=6, high=32),
    Column("JID", drop=1, low=3, high=6, right=True),
    Column("STATE", low=3, high=10, by_end=True),
    Column("ADDRESS", drop=2, low=18, high=32, by_end=True),
    Column("EPAIR", drop=3, low=6, high=20),
    Column("BRIDGE", drop=4, low=5, high=18),
    Column("VLAN", drop=5, low=3, high=14),
)
EPAIRS = (
    MARK,
    Column("EPAIR", low=6, high=16),
    Column("", low=3, high=3),
    Column("END A", drop=1, low=8, high=26, by_end=True),
    Column("END B", low=8, high=30, by_end=True),
    Column("OWNER", low=6, high=40, by_end=True),
    Column("WHY", drop=5, low=16, high=60, by_end=True),
)
BRIDGES = (
    MARK,
    Column("BRIDGE", low=6, high=16),
    Column("MEMBERS", low=10, high=40, by_end=True),
    Column("ADDRESS", drop=2, low=8, high=24, by_end=True),
    Column("BOOT", drop=3, low=4, high=14, by_end=True),
)
VLANS = (
    MARK,
    Column("VLAN", low=6, high=16),
    Column("TAG", low=3, high=4, right=True),
    Column("PARENT", low=4, high=16),
    Column("BRIDGE", drop=3, low=5, high=16),
    Column("ADDRESS", drop=4, low=8, high=24, by_end=True),
    Column("JAILS", drop=2, low=6, high=60, by_end=True),
)
COLUMNS = {"jails": JAILS, "epairs": EPAIRS, "bridges": BRIDGES, "vlans": VLANS}
