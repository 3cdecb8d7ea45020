"""What makes up a host in the style of a manager of jails."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

BOOT = """\
ifconfig em0 inet 192.168.1.10 -alias
ifconfig bridge0 create
ifconfig bridge0 inet 192.168.1.10/24 addm em0 up
route add default 192.168.1.1
"""
"""What rc.conf created at boot."""
RC_CONF = """\
hostname="nas.home.arpa"
defaultrouter="192.168.1.1"
cloned_interfaces="bridge0"
ifconfig_em0="up"
ifconfig_bridge0="inet 192.168.1.10/24 addm em0 up"
sshd_enable="YES"
"""
RC_CONF_WITHOUT_BRIDGE = """\
hostname="nas.home.arpa"
defaultrouter="192.168.1.1"
ifconfig_em0="inet 192.168.1.10/24"
sshd_enable="YES"
"""


class HostStyle(NamedTuple):
    """One such host: the commands that it has besides, its files and folders, and what brought it into its state."""

    commands: tuple[str, ...]
    files: Mapping[str, str]
    folders: tuple[str, ...]
    started: str
    rc: str = RC_CONF
    boot: str = BOOT
