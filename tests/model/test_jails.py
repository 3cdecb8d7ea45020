"""Jails that are configured, running, dying, or several of these at once."""

from __future__ import annotations

from jailtui.exchange import Section
from jailtui.model.build import Builder
from jailtui.model.state import JailState
from tests.support.captures import capture, conf, row, running_web, state
from tests.support.large_hosts import EM0, LO0, bridge, epair, large_host

VLAN = """em0.10: flags=1008843<UP,BROADCAST,RUNNING,SIMPLEX,MULTICAST,LOWER_UP> metric 0 mtu 1500
\tether 52:54:00:65:6d:30
\tgroups: vlan
\tvlan: 10 vlanproto: 802.1q vlanpcp: 0 parent interface: em0
\tdrivername: vlan
"""


def test_running_vnet_jail_tells_its_address_pair_bridge_and_chain() -> None:
    web = state(**running_web()).jails[0]
    assert (web.state, web.jid, web.vnet) == (JailState.RUNNING, 4, True)
    assert [str(one) for one in web.addresses] == ["192.168.1.154/16"]
    assert (web.epairs, web.bridges) == (("epair154",), ("bridge0",))
    assert [hop.name for hop in web.chains[0]] == ["em0", "bridge0", "epair154a", "epair154b", "web"]
    assert all(hop.ok for hop in web.chains[0])


def test_chain_goes_through_the_vlan_that_the_bridge_rides_on() -> None:
    told = running_web()
    told["host"] = EM0 + VLAN + bridge("bridge0", ["em0.10", "epair154a"]) + epair(154, "a")
    found = state(**told)
    assert [hop.name for hop in found.jails[0].chains[0]][:3] == ["em0", "em0.10", "bridge0"]
    assert found.jails[0].vlans == ("em0.10",)
    assert (found.vlans[0].tag, found.vlans[0].parent, found.vlans[0].bridge) == (10, "em0", "bridge0")
    assert found.vlans[0].jails == ("web",)


def test_non_vnet_jail_shows_the_addresses_the_kernel_gave_it() -> None:
    legacy = state(rows=[row(10, "legacy", vnet="inherit", ip4_addr=["192.168.1.60"])]).jails[0]
    assert (legacy.vnet, [str(one) for one in legacy.addresses]) == (False, ["192.168.1.60"])


def test_stopped_jail_shows_what_its_configuration_would_use() -> None:
    mail = state(host=EM0 + bridge("bridge0", ["em0"]), conf=conf("mail", 160)).jails[0]
    assert (mail.state, mail.jid, mail.epairs, mail.bridges) == (JailState.STOPPED, None, ("epair160",), ("bridge0",))
    assert str(mail.addresses[0]) == "192.168.1.160/24"


def test_dying_jail_beside_a_live_one_of_its_name_has_a_row_of_its_own() -> None:
    told = running_web()
    told["rows"] = [row(3, "web", dying=True), row(4, "web")]
    keys = {jail.key: jail.state for jail in state(**told).jails}
    assert keys == {"web#3": JailState.DYING, "web": JailState.RUNNING}


def test_dying_jail_that_is_configured_and_not_started_again_keeps_its_name_as_key() -> None:
    found = state(rows=[row(3, "old", dying=True)], conf=conf("old", 7))
    assert [(jail.key, jail.state, jail.configured is not None) for jail in found.jails] == [
        ("old", JailState.DYING, True)
    ]


def test_jail_that_jail8_works_on_is_starting_or_stopping() -> None:
    told = running_web() | {"commands": "77 jail -r web\n78 jail -f /etc/jail.conf -c mail\n"}
    told["conf"] = str(told["conf"]) + conf("mail", 160)
    states = {jail.name: jail.state for jail in state(**told).jails}
    assert states == {"web": JailState.STOPPING, "mail": JailState.STARTING}


def test_file_named_after_a_jail_wins_over_jail_conf() -> None:
    own = Section("file /etc/jail.web.conf", 0, conf("web", 99))
    found = state(conf=conf("web", 154), more=[own]).jails[0]
    assert found.configured is not None
    assert (found.configured.file, found.epairs) == ("/etc/jail.web.conf", ("epair99",))


def test_malformed_jail_conf_is_told_and_the_running_jails_stay() -> None:
    told = running_web() | {"conf": ""}
    bad = Section("file /etc/jail.conf", 0, "web {\n  vnet\n}\n")
    found = state(**told, more=[bad])
    assert found.jails[0].name == "web"
    assert found.errors[0].message == "jail: /etc/jail.conf line 3: }: syntax error"


def test_jls_that_prints_no_json_is_told_and_the_interfaces_stay() -> None:
    told = capture(**{k: v for k, v in running_web().items() if k != "rows"})
    broken = [Section("jls", 0, "Segmentation fault") if one.name == "jls" else one for one in told.sections]
    found = Builder().build(type(told)(told.host, 0.0, tuple(broken), told.facts))
    (told_of,) = (one.message for one in found.errors if one.subject == "jls")
    assert told_of.startswith("jls printed invalid JSON: ")
    assert [one.name for one in found.bridges] == ["bridge0"]


def test_ifconfig_garbage_is_told_with_its_line_and_the_rest_is_read() -> None:
    told = running_web()
    told["host"] = "\x00\x1b[31m!!garbage\n" + str(told["host"])
    found = state(**told)
    assert any(one.subject == "ifconfig" and "line 1" in one.message for one in found.errors)
    assert [one.name for one in found.bridges] == ["bridge0"]


def test_jail_that_vanished_between_two_reads_leaves_the_others_whole() -> None:
    gone = Section("inside 9", 1, "", "ifconfig: jail not found: No such file or directory")
    found = state(**running_web(), more=[gone])
    assert [jail.name for jail in found.jails] == ["web"]


def test_host_without_jail_tools_is_told_in_one_sentence() -> None:
    facts = {"uname": "Linux box 6.1 x86_64", "uid": "0", "tool jls": "no", "tool jail": "no", "tool ifconfig": "yes"}
    missing = [Section("jls", 127, "", "sh: jls: not found"), Section("ifconfig", 1, "", "usage")]
    found = state(facts=facts, more=missing)
    assert "there is no jls(8) and no jail(8) here" in found.errors[0].message
    assert "Linux" in found.errors[0].message


def test_bridge_that_rc_conf_does_not_make_is_marked() -> None:
    found = state(host=bridge("bridge0", []) + bridge("br30", []))
    assert [(one.name, one.persistent) for one in found.bridges] == [("bridge0", True), ("br30", False)]


def test_same_text_gives_the_same_state_and_one_change_an_unequal_one() -> None:
    builder = Builder()
    first = builder.build(large_host(20))
    assert builder.build(large_host(20)) is first
    assert builder.build(large_host(20, odd="changed")) != first
    assert builder.build(large_host(20)) == first


def test_jail_conf_that_no_longer_parses_leaves_the_last_good_jails() -> None:
    builder = Builder()
    good = builder.build(capture(conf=conf("mail", 160)))
    broken = builder.build(capture(conf=conf("mail", 160).replace("vnet;", "vnet")))
    assert broken.jails == good.jails
    assert "/etc/jail.conf line 4" in broken.errors[0].message
    assert builder.build(capture(conf=conf("mail", 160))) == good


LOOPING = """\
web {
    path = "/jails/web";
    vnet;
    vnet.interface = "lo1", "epair154b";
    exec.start = "ifconfig lo1 127.0.0.1/8 up", "ifconfig epair154b inet 127.0.0.2/8", "ifconfig epair154b ::1/128";
    exec.start += "ifconfig epair154b alias 192.168.1.154/24 up";
}
"""


def test_loopback_is_never_the_address_of_a_jail_with_its_own_network() -> None:
    (stopped,) = state(conf=LOOPING).jails
    assert [str(address) for address in stopped.addresses] == ["192.168.1.154/24"]
    told = running_web()
    told["inside"] = {4: LO0 + epair(154, "b", inet="127.0.0.2")}
    assert state(**told).jails[0].addresses == ()


def test_jail_of_the_hosts_network_shows_another_address_before_loopback() -> None:
    rows = [row(10, "old", vnet="inherit", ip4_addr=["127.0.0.2", "192.168.1.60"])]
    (running,) = state(rows=rows).jails
    assert [str(address) for address in running.addresses] == ["192.168.1.60", "127.0.0.2"]
    (stopped,) = state(conf='old { path = /; ip4.addr = "lo0|127.0.0.2/32", "em0|192.168.1.60/24"; }').jails
    assert [str(address) for address in stopped.addresses] == ["192.168.1.60/24", "127.0.0.2/32"]


def test_an_address_that_can_not_be_seen_is_the_configured_one_and_marked_so() -> None:
    told = running_web()
    assert state(**told).jails[0].assumed == ()
    told["inside"] = {4: LO0 + epair(154, "b")}
    assert state(**told).jails[0].assumed == (), "it was seen that there is none"
    told["inside"] = {}
    assert state(**told).jails[0].assumed == ("192.168.1.154/24",)
