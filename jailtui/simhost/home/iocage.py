"""A host of iocage: jails made by `iocage create -n NAME -r RELEASE vnet=on ip4_addr="vnet0|ADDRESS" boot=on`.

Source: iocage/iocage, iocage_lib/ioc_json.py (properties and their defaults) and ioc_create.py.
"""

from __future__ import annotations

import json

from jailtui.simhost.home.style import RC_CONF, HostStyle

JAILS = "zroot/iocage/jails"
JAIL_RC = 'cron_flags="$cron_flags -J 15"\nsendmail_enable="NONE"\nsyslogd_flags="-ss"\n'


def jail(name: str, number: int, address: str) -> dict[str, str]:
    properties = {
        "CONFIG_VERSION": "32",
        "boot": "1",
        "defaultrouter": "192.168.1.1",
        "exec_start": "/bin/sh /etc/rc",
        "exec_stop": "/bin/sh /etc/rc.shutdown",
        "host_hostname": name,
        "host_hostuuid": name,
        "interfaces": "vnet0:bridge0",
        "ip4_addr": f"vnet0|{address}/24",
        "jail_zfs_dataset": f"iocage/jails/{name}/data",
        "release": "@RELEASE@",
        "type": "jail",
        "vnet": "1",
        "vnet0_mac": f"02ff60000{number}0a 02ff60000{number}0b",
        "vnet_default_interface": "em0",
    }
    return {
        f"{JAILS}/{name}/config.json": json.dumps(properties, indent=4),
        f"{JAILS}/{name}/fstab": "",
        f"{JAILS}/{name}/root/etc/rc.conf": JAIL_RC,
    }


HOST = HostStyle(
    commands=("iocage",),
    files={**jail("web", 1, "192.168.1.81"), **jail("db", 2, "192.168.1.82")},
    folders=("zroot/iocage/log", *(f"{JAILS}/{name}/root/{part}" for name in ("web", "db") for part in ("dev", "tmp"))),
    started="iocage start web\n",
    rc=f'{RC_CONF}iocage_enable="YES"\n',
)
