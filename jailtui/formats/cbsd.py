"""`cbsd jls header=0 shownode=0 display=jname,ip4_addr,status,path`: the jails of CBSD on this host.

    web1  192.168.1.85/24  On   /usr/jails/jails/web1
    mail  DHCP             Off  /usr/jails/jails/mail

Aligned by column(1), and coloured unless NOCOLOR is set. No address is `0`, no value `\\-`. Source: cbsd/cbsd,
jailctl/jls (populate_output_data), subr/ansiicolor.subr.
"""

from __future__ import annotations

import re

from jailtui.formats.listed import JailList, ListedJail, addresses, is_name, listed

COLOUR = re.compile(r"\x1b\[[0-9;]*m")
COLUMNS = 4


def parse(text: str) -> JailList:
    """The jails. Raises FormatError."""
    return listed("cbsd", COLOUR.sub("", text).split("\n"), jail)


def jail(line: str) -> ListedJail | None:
    """The jail of a line."""
    words = line.split()
    if len(words) != COLUMNS or not is_name(words[0]):
        return None
    name, ip4, _, path = words
    return ListedJail(name, addresses(ip4), path if path.startswith("/") else "")
