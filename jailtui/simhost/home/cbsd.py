"""A host of CBSD: jails made by `cbsd jcreate jname=NAME vnet=1 ip4_addr=ADDRESS interface=em0`.

Source: cbsd/cbsd, jailctl/jmkrcconf (the settings of a jail) and subr/vnet.subr (the bridge that has the uplink).
"""

from __future__ import annotations

from jailtui.simhost.home.style import RC_CONF, HostStyle

SETTINGS = """\
jname="{name}"
path="/usr/jails/jails-data/{name}-data"
host_hostname="{name}.nas.home.arpa"
ip4_addr="{address}/24"
ci_gw4="192.168.1.1"
interface="em0"
vnet="1"
baserw="1"
astart="1"
ver="@RELEASE@"
emulator="jail"
macb="02:ff:f0:00:00:0{number}"
"""


def jail(name: str, number: int, address: str) -> dict[str, str]:
    return {
        f"usr/jails/jails-system/{name}/rc.conf_{name}": SETTINGS.format(name=name, number=number, address=address),
        f"usr/jails/jails-data/{name}-data/etc/rc.conf": 'sendmail_enable="NONE"\n',
    }


HOST = HostStyle(
    commands=("cbsd",),
    files={**jail("web", 1, "192.168.1.81"), **jail("db", 2, "192.168.1.82")},
    folders=("usr/jails/ftmp", "usr/jails/jails-data/web-data/dev", "usr/jails/jails-data/db-data/dev"),
    started="cbsd jstart web\n",
    rc=f'{RC_CONF}cbsdd_enable="YES"\ncbsd_workdir="/usr/jails"\n',
)
