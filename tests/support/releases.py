"""The releases that tests of embedded hosts run on."""

from __future__ import annotations

RELEASES = ("13.2", "14.2", "15.1")
OLD_AND_NEW = ("13.2", "15.1")
"""For what no difference of 14.2 and 15.1 reaches: MACs that stay, masks, MTUs and addresses of members, filters of
bridges, how a dying jail is revived (simhost/kernel/releases.py). In what else these tests see both differ from 13.2
alike: `-j`, `-D`, the group epair, netstat -j. Sound hosts, pairs, the ways to end a dying jail, and recordings have
14.2 too.
"""
