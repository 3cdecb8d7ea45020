"""`iocage list -h -l`: the jails of iocage, by their whole names.

    1	db	on	up	jail	14.2-RELEASE-p1	vnet0|192.168.1.82/24	-	-	no
    -	mail	off	down	jail	14.2-RELEASE	DHCP (not running)	-	-	no

JID, NAME, BOOT, STATE, TYPE, RELEASE, IP4, IP6, TEMPLATE and BASEJAIL, between tabs. Source: iocage/iocage,
iocage_cli/list.py and iocage_lib/ioc_list.py (list_all).
"""

from __future__ import annotations

from jailtui.formats.listed import JailList, ListedJail, addresses, is_name, listed

COLUMNS = 10


def parse(text: str) -> JailList:
    """The jails. Raises FormatError."""
    return listed("iocage", text.split("\n"), jail)


def jail(line: str) -> ListedJail | None:
    """The jail of a line. An address of `vnetN` is of an interface that only a VNET jail has."""
    words = line.split("\t")
    if len(words) != COLUMNS or not is_name(words[1]):
        return None
    ip4, ip6 = words[6:8]
    vnet = True if any(word.startswith("vnet") for word in (ip4, ip6)) else None
    return ListedJail(words[1], (*addresses(ip4), *addresses(ip6)), vnet=vnet)
