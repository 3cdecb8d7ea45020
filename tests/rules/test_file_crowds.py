"""Files with many jails: which of them each rule tells of, in what order, and which not."""

from __future__ import annotations

from tests.support.crowds import told
from tests.support.file_crowds import booted, doubled, hooked, permitted


def test_jails_whose_files_set_permissions_and_values() -> None:
    assert (
        told(permitted())
        == """\
JAIL-DOTTED around.in around.out around.none stray.in
ADDR-NETWORK shared shared6
ADDR-BROADCAST shared
CONF-SYSVIPC sysv sysvown
CONF-NOOP-PERMISSION nfsd raw mounts2 mounts0 mountless around.in around.out parent2 later
CONF-VNET-ADDRESS lists lists4
CONF-VALUE values values values values values over over over over over around.none
CONF-SECURELEVEL limits low
CONF-CHILD around.out around.out around.out
CONF-NO-ROOT rootless
CONF-NO-DEV mountless limits over around.in around.out parent2
CONF-UNKNOWN typo
"""
    )


def test_jails_whose_hooks_and_interfaces_go_wrong() -> None:
    assert (
        told(hooked())
        == """\
JAIL-NOT-AT-BOOT runs
ADDR-NO-MASK bare
ADDR-NETWORK net
ADDR-BROADCAST cast
ADDR-DHCP both
ADDR-GATEWAY away itself away6 lease lease0 lease7 lease11 bare slaac6 leased
NAME-LONG long longbridge
NAME-INSIDE same
EPAIR-TWICE twice again
NAME-TAKEN taken
IF-MISSING keeps2 missing vlanless orphaned tagged
BRIDGE-MISSING longbridge bridgeless
MTU-MISMATCH large
VLAN-NO-PARENT vlan60
CONF-NO-RELEASE keeps keeps2 other same
CONF-STOP-CAN-FAIL stuck2
CONF-CREATE fresh
CONF-DHCP-BPF lease lease0 lease11 both leased
DRIFT-ADDRESS runs
"""
    )


def test_jails_that_the_boot_starts_without_a_list() -> None:
    assert (
        told(booted(jail_enable="YES"))
        == """\
JAIL-DOTTED web.a
JAIL-NOT-AT-BOOT own
JAIL-LEGACY old web-2
"""
    )


def test_jails_that_the_boot_starts_by_a_list() -> None:
    assert (
        told(booted(jail_enable="YES", jail_list="web.a rest"))
        == """\
JAIL-DOTTED web.a
JAIL-NOT-AT-BOOT web web b own
JAIL-LEGACY old web-2
"""
    )


def test_jails_where_the_boot_starts_none() -> None:
    assert (
        told(booted(jail_enable="NO"))
        == """\
JAIL-DOTTED web.a
JAIL-NOT-AT-BOOT /etc/rc.conf
JAIL-LEGACY old web-2
"""
    )


def test_what_jails_and_the_host_have_twice() -> None:
    assert (
        told(doubled())
        == """\
JAIL-CONF-FAILS broken
JAIL-DEPEND needs loops back
JAIL-NO-PATH nowhere nowhere2
JAIL-PATH-TWICE one held
JAIL-JID-TWICE classic2 held
JAIL-NOT-AT-BOOT live classic
ADDR-GATEWAY east west
ADDR-TWICE live one two em0 self classic classic2 three east west
MAC-TWICE live one two em1
DRIFT-ADDRESS live
DRIFT-ALIAS classic
"""
    )


def test_releases_before_15_take_more_and_less() -> None:
    codes = ("ADDR-NO-MASK", "MTU-MISMATCH", "IF-MISSING", "NAME-LONG")
    both = {release: told(hooked(release), codes) for release in ("13.2-RELEASE", "14.2-RELEASE")}
    assert both["13.2-RELEASE"] == both["14.2-RELEASE"]
    assert both["13.2-RELEASE"].startswith("ADDR-NO-MASK bare\nMTU-MISMATCH large\n")
