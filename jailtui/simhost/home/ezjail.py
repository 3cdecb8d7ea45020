"""A host of ezjail: jails made by `ezjail-admin create NAME 'em0|ADDRESS'`.

Source: tomster/ezjail (a mirror of erdgeist's), ezjail-admin (the file of a jail in /usr/local/etc/ezjail).
"""

from __future__ import annotations

from jailtui.simhost.home.style import RC_CONF_WITHOUT_BRIDGE, HostStyle

FILE = """\
# To specify the start up order of your ezjails, use these lines to
# create a Jail dependency tree. See rcorder(8) for more details.
#
# PROVIDE: standard_ezjail
# REQUIRE:
# BEFORE:
#

export jail_{name}_hostname="{name}"
export jail_{name}_ip="em0|{address}"
export jail_{name}_rootdir="/usr/jails/{name}"
export jail_{name}_exec_start="/bin/sh /etc/rc"
export jail_{name}_exec_stop=""
export jail_{name}_mount_enable="YES"
export jail_{name}_devfs_enable="YES"
export jail_{name}_devfs_ruleset="devfsrules_jail"
export jail_{name}_procfs_enable="NO"
export jail_{name}_fdescfs_enable="NO"
export jail_{name}_image=""
export jail_{name}_imagetype=""
export jail_{name}_attachparams=""
export jail_{name}_attachblocking=""
export jail_{name}_forceblocking=""
"""

HOST = HostStyle(
    commands=("ezjail-admin",),
    files={
        "usr/local/etc/ezjail.conf": 'ezjail_jaildir="/usr/jails"\n',
        "usr/local/etc/ezjail/web": FILE.format(name="web", address="192.168.1.81"),
        "usr/local/etc/ezjail/db": FILE.format(name="db", address="192.168.1.82"),
        "usr/jails/web/etc/rc.conf": 'sendmail_enable="NONE"\n',
        "usr/jails/db/etc/rc.conf": 'sendmail_enable="NONE"\n',
    },
    folders=("usr/jails/web/dev", "usr/jails/db/dev"),
    started="ezjail-admin start web\n",
    rc=f'{RC_CONF_WITHOUT_BRIDGE}ezjail_enable="YES"\n',
    boot="",
)
