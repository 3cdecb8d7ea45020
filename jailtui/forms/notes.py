"""Where the notes of forms are made, so that nothing is judged twice.

What is so of a host, or would be, is found by a rule (`judged.py`). Two things no rule knows: that an answer can't be
taken (`unfit`: config/syntax says why, or jail.conf can't be edited so), and what the save itself does (`saving`).
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Literal

from jailtui.forms.protocol import Note

if TYPE_CHECKING:
    from collections.abc import Mapping

    from jailtui.rules.finding import Severity

Fact = Literal[
    "other-pair",
    "address-lost",
    "alias-stays",
    "after-boot",
    "no-parent-at-boot",
    "link-drops",
    "member-leaves",
    "gets-mtu",
    "bridge-mtu-stays",
    "address-beside",
    "left-out",
    "other-jails",
    "ruleset-unseen",
]
"""What saving does, or does not do, beside what the files then say."""

FACTS: Mapping[Fact, Severity] = MappingProxyType(
    {
        "other-pair": "warning",  # the jail runs with a pair that its file no longer names
        "address-lost": "warning",  # who came by the old address is cut off
        "alias-stays": "warning",  # rc.conf gives it still, by a variable that the form does not write
        "after-boot": "note",  # what rc.conf says, where it is not written
        "no-parent-at-boot": "warning",  # the interface is written to rc.conf, and what carries it is not there
        "link-drops": "warning",  # a NIC starts anew as it joins a bridge
        "member-leaves": "warning",  # what is behind the bridge loses that network
        "gets-mtu": "note",  # the bridge gives a new member its own
        "bridge-mtu-stays": "warning",  # 13: a member is changed and its bridge is not
        "other-jails": "warning",  # the changed place is shared with other jails
        "ruleset-unseen": "warning",  # whether a devfs ruleset is loaded could not be read
        "address-beside": "note",  # an address of a filtering bridge is in no VLAN
        "left-out": "note",  # members that rc.conf can't add
    }
)


def unfit(text: str, field: str = "") -> Note:
    """An answer that can't be taken, and why, as a sentence."""
    return Note("error", text, field)


def saving(fact: Fact, text: str, field: str = "") -> Note:
    """What saving does, as a sentence."""
    return Note(FACTS[fact], text, field)
