"""A host of pot: pots made by `pot create -p NAME -b RELEASE -N public-bridge -i ADDRESS`.

Source: bsdpot/pot, share/pot/create.sh (pot.conf) and etc/pot/pot.default.conf. The bridge stands in rc.conf: pot takes
the one that has the address of POT_GATEWAY, and makes one where there is none.
"""

from __future__ import annotations

from jailtui.simhost.home.style import BOOT, RC_CONF, HostStyle

POT_CONF = """\
POT_ZFS_ROOT=zroot/pot
POT_FS_ROOT=/opt/pot
POT_NETWORK=10.192.0.0/10
POT_NETMASK=255.192.0.0
POT_GATEWAY=10.192.0.1
POT_EXTIF=bridge0
"""
PROPERTIES = """\
pot.level=0
pot.base=15.1
pot.potbase=
pot.dns=inherit
pot.type=single
host.hostname={name}.nas.home.arpa
osrelease=@RELEASE@
pot.attr.no-rc-script=NO
pot.attr.persistent=YES
pot.attr.start-at-boot=YES
network_type=public-bridge
ip={address}
"""
RC = RC_CONF.replace('"bridge0"', '"bridge0 bridge1"')
RC += 'ifconfig_bridge1="inet 10.192.0.1/10 up"\ngateway_enable="YES"\npot_enable="YES"\n'


def pot(name: str, address: str) -> dict[str, str]:
    return {
        f"opt/pot/jails/{name}/conf/pot.conf": PROPERTIES.format(name=name, address=address),
        f"opt/pot/jails/{name}/m/etc/rc.conf": 'sendmail_enable="NONE"\n',
    }


HOST = HostStyle(
    commands=("pot",),
    files={"usr/local/etc/pot/pot.conf": POT_CONF, **pot("web", "10.192.0.10"), **pot("db", "10.192.0.11")},
    folders=("opt/pot/jails/web/m/dev", "opt/pot/jails/db/m/dev"),
    started="pot start web\n",
    rc=RC,
    boot=f"{BOOT}ifconfig bridge1 create\nifconfig bridge1 inet 10.192.0.1/10 up\n",
)
