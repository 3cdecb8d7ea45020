"""A host of AppJail: jails made by `appjail quick NAME virtualnet=":NAME default" start type=thick`.

Source: DtxdF/AppJail, share/appjail/cmd/{quick,network,start}, share/appjail/files/default.conf; a template as in
its README. The network `ajnet` is made by `appjail network auto-create`.
"""

from __future__ import annotations

from jailtui.simhost.home.style import RC_CONF, HostStyle

HOME = "usr/local/appjail"
TEMPLATE = """\
exec.start: "/bin/sh /etc/rc"
exec.stop: "/bin/sh /etc/rc.shutdown jail"
mount.devfs:
persist:
vnet:
vnet.interface: "eb_{name}"
exec.prestart+: "appjail network plug -e \\"{name}\\" -n \\"ajnet\\""
exec.poststart+: "appjail network assign -d -e \\"{name}\\" -j \\"${{name}}\\" -n \\"ajnet\\""
exec.poststop+: "appjail network unplug \\"ajnet\\" \\"{name}\\""
"""
NETWORK = """\
NETWORK="10.0.0.0"
CIDR="10"
NETMASK="255.192.0.0"
BROADCAST="10.63.255.255"
GATEWAY="10.0.0.1"
DESCRIPTION="AppJail network"
MTU="1500"
"""


def jail(name: str, address: str) -> dict[str, str]:
    folder = f"{HOME}/jails/{name}"
    return {
        f"{folder}/conf/template.conf": TEMPLATE.format(name=name),
        f"{folder}/conf/config.conf": "jail_type: thick\nosversion: @RELEASE@\n",
        f"{folder}/conf/fstab": "",
        f"{folder}/conf/boot/network/reserved.ajnet": f"{address}\n",
        f"{folder}/jail/etc/rc.conf": 'sendmail_enable="NONE"\ndefaultrouter="NO"\n',
    }


HOST = HostStyle(
    commands=("appjail",),
    files={
        "usr/local/etc/appjail/appjail.conf": "EXT_IF=bridge0\n",
        f"{HOME}/networks/ajnet/network.conf": NETWORK,
        **jail("web", "10.0.0.2"),
        **jail("db", "10.0.0.3"),
    },
    folders=tuple(
        place
        for name in ("web", "db")
        for place in (f"var/log/appjail/jails/{name}/console", f"{HOME}/jails/{name}/jail/dev")
    ),
    started="appjail start web\n",
    rc=f'{RC_CONF}gateway_enable="YES"\nappjail_enable="YES"\n',
)
