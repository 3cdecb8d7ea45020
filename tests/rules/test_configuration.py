"""What a jail's configuration will do, or fails to do: the way out, the stop, the start again, and its permissions."""

from __future__ import annotations

from pathlib import Path

import pytest

from jailtui.rules.finding import Finding
from tests.support.contexts import context, findings, found
from tests.support.jail_hosts import fill, house, inside, running, template

MAIN = "/etc/jail.conf"
WEB = template("web")
RELEASE = '    exec.prestop   = "/sbin/ifconfig ${epair}b -vnet ${name} || true";\n'
CODES = (
    "CONF-NO-RELEASE",
    "CONF-STOP-CAN-FAIL",
    "CONF-CREATE",
    "CONF-DHCP-BPF",
    "CONF-SYSVIPC",
    "CONF-NOOP-PERMISSION",
    "CONF-VNET-ADDRESS",
)
BASTILLE = """\
alcatraz {
  path = /usr/local/bastille/jails/alcatraz/root;
  vnet;
  vnet.interface = e0b_alcatraz;
  exec.prestart += "ifconfig epair3 create";
  exec.prestart += "ifconfig epair3a up name e0a_alcatraz";
  exec.prestart += "ifconfig epair3b up name e0b_alcatraz";
  exec.prestart += "ifconfig bastille0 addm e0a_alcatraz";
  exec.poststop += "ifconfig e0a_alcatraz destroy";
}
"""


def changed(*changes: tuple[str, str]) -> str:
    """The template with texts in it changed."""
    text = WEB
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new)
    return text


def added(*lines: str) -> str:
    """The template with further parameters."""
    return changed(("    vnet;\n", "".join(f"    {line}\n" for line in ("vnet;", *lines))))


def one(text: str, code: str, jail: str = "web") -> Finding:
    """The one finding of that rule; it is about the jail."""
    (finding,) = found(context(text), code)
    assert (finding.subject.kind, finding.subject.key) == ("jail", jail)
    return finding


@pytest.mark.parametrize("code", CODES)
def test_template_is_sound(code: str) -> None:
    assert found(context(WEB), code) == ()
    assert found(context(WEB, running=[running(WEB, "web", 3, inside("epair154b", 3, "192.168.1.154/24"))]), code) == ()


# The way out.


def test_end_that_is_not_given_back() -> None:
    finding = one(changed((RELEASE, "")), "CONF-NO-RELEASE")
    assert (finding.severity, finding.owner) == ("note", "")
    assert finding.evidence[0].said == "vnet.interface = epair154b"
    assert finding.remedies[0].form == ("network", "web", "release")


def test_second_interface_is_named_with_its_field() -> None:
    text = changed(
        ('"${epair}b";', '"${epair}b", "epair9b";'),
        ("    exec.start  =", '    exec.prestart += "ifconfig epair9 create up";\n    exec.start  ='),
    )
    finding = one(text, "CONF-NO-RELEASE")
    assert "epair9b" in finding.text
    assert finding.remedies[0].form == ("network", "web", "2.release")


@pytest.mark.parametrize(
    "line",
    [
        'exec.prestop = "/usr/local/sbin/give-back web";',
        'exec.prestop = "jexec web tcpdrop -a || true";',
        'exec.stop = "/bin/sh /etc/rc.shutdown jail; tcpdrop -a || true";',
    ],
)
def test_stop_that_may_give_it_back_otherwise_is_left_alone(line: str) -> None:
    assert found(context(changed((RELEASE, f"    {line}\n"))), "CONF-NO-RELEASE") == ()


def test_nic_without_a_release_and_jail_without_vnet_are_left_alone() -> None:
    text = 'a { path = /a; vnet; vnet.interface = "em1"; }\nb { path = /b; ip4.addr = "em0|10.0.0.1/32"; }\n'
    assert found(context(text), "CONF-NO-RELEASE") == ()


@pytest.mark.parametrize("code", ["CONF-NO-RELEASE", "CONF-CREATE"])
def test_tool_that_made_the_jail_is_told_and_it_is_only_a_note(code: str) -> None:
    finding = one(BASTILLE, code, "alcatraz")
    assert (finding.severity, finding.owner) == ("note", "Bastille")


def test_jib_by_its_names() -> None:
    text = (
        'web { path = /web; vnet; vnet.interface = "e0b_web"; exec.prestart = "/usr/local/sbin/jib addm web em0"; '
        'exec.poststop = "/usr/local/sbin/jib destroy web"; }\n'
    )
    assert (one(text, "CONF-NO-RELEASE").severity, one(text, "CONF-NO-RELEASE").owner) == ("note", "jib or Bastille")


def test_form_writes_the_release(tmp_path: Path) -> None:
    backend = house(tmp_path / "host", changed((RELEASE, "")), "web").backend()
    (finding,) = findings(backend, "CONF-NO-RELEASE")
    fill(backend, finding, "on")
    assert findings(backend, "CONF-NO-RELEASE") == ()
    assert findings(backend, "CONF-STOP-CAN-FAIL") == ()


# The stop.


@pytest.mark.parametrize(
    "hook",
    [
        "/sbin/ifconfig epair154b -vnet web",
        "/sbin/ifconfig epair154b -vnet web || /sbin/ifconfig vnet0 -vnet web",
        "echo bye; ifconfig bridge0 deletem epair154a",
        "ifconfig bridge0 deletem epair154a && true",
        "ifconfig epair154b -vnet web 2>/dev/null",
    ],
)
def test_clean_up_that_can_fail_the_stop(hook: str) -> None:
    finding = one(changed((RELEASE, f'    exec.prestop = "{hook}";\n')), "CONF-STOP-CAN-FAIL")
    assert finding.severity == "warning"
    assert finding.evidence[0].said.startswith("exec.prestop: ifconfig ")
    assert "|| true" in finding.remedies[0].task.label


@pytest.mark.parametrize(
    "hook",
    [
        "ifconfig epair154b -vnet web || true",
        "ifconfig epair154b -vnet web; true",
        "ifconfig epair154b -vnet web; exit 0",
        "ifconfig bridge0 deletem epair154a; echo bye",
        "ifconfig epair154b -vnet web &",
        "ifconfig bridge0 deletem epair154a && ifconfig epair154b -vnet web || true",
        "ifconfig epair154b down",
    ],
)
def test_clean_up_that_can_not(hook: str) -> None:
    assert found(context(changed((RELEASE, f'    exec.prestop = "{hook}";\n'))), "CONF-STOP-CAN-FAIL") == ()


def test_failing_poststop_keeps_no_jail() -> None:
    text = changed((" deletem ${epair}a || true", " deletem ${epair}a"))
    assert found(context(text), "CONF-STOP-CAN-FAIL") == ()


def test_line_that_ends_in_true_can_be_stopped_on_the_host(tmp_path: Path) -> None:
    unsafe = changed(("-vnet ${name} || true", "-vnet ${name}"))
    host = house(tmp_path / "host", unsafe, "web")
    assert [it.severity for it in findings(host.backend(), "CONF-STOP-CAN-FAIL")] == ["warning"]
    (host.folder / "etc/jail.conf").write_text(WEB, encoding="utf-8")
    assert findings(host.backend(), "CONF-STOP-CAN-FAIL") == ()


# The start after a failed one.


def test_creation_that_nothing_clears_before() -> None:
    line = '    exec.prestart  = "/sbin/ifconfig ${epair}a destroy 2>/dev/null || true";\n'
    finding = one(changed((line, ""), ("exec.prestart +=", "exec.prestart+=")), "CONF-CREATE")
    assert finding.severity == "note"
    assert "epair154" in finding.text
    assert line.partition("=")[2].strip().replace("${epair}", "epair154") in finding.remedies[0].task.why


def test_creation_whose_failure_is_let_pass() -> None:
    line = '"/sbin/ifconfig ${epair}a destroy 2>/dev/null || true"'
    text = changed((line, '"true"'), ("${epair} create up", "${epair} create up || true"))
    assert found(context(text), "CONF-CREATE") == ()


# DHCP.


def dhcp(*lines: str) -> str:
    """The template with a DHCP client, and these lines in the place of its ruleset."""
    return changed(
        ("inet ${ip} up", "up"),
        ('"/sbin/route add default ${gateway}"', '"/sbin/dhclient ${epair}b"'),
        ("    devfs_ruleset = 5;\n", "".join(f"    {line}\n" for line in lines)),
    )


@pytest.mark.parametrize(("lines", "said"), [((), "not set: 4"), (("devfs_ruleset = 5;",), "= 5")])
def test_dhcp_without_bpf(lines: tuple[str, ...], said: str) -> None:
    finding = one(dhcp(*lines), "CONF-DHCP-BPF")
    assert finding.severity == "error"
    assert said in finding.evidence[0].said
    assert finding.remedies[0].form == ("permissions", "web", "devfs_ruleset")


def test_dhcp_without_devfs() -> None:
    text = dhcp("devfs_ruleset = 11;").replace("    mount.devfs;\n", "")
    assert one(text, "CONF-DHCP-BPF").remedies[0].form == ("permissions", "web", "mount.devfs")


def test_dhcp_with_a_ruleset_of_ones_own_or_with_a_lease() -> None:
    assert found(context(dhcp("devfs_ruleset = 11;")), "CONF-DHCP-BPF") == ()
    text = dhcp()
    jail = running(text, "web", 3, inside("epair154b", 3, "192.168.1.77/24"))
    assert found(context(text, running=[jail]), "CONF-DHCP-BPF") == ()
    assert found(context(text, running=[running(text, "web", 3, inside("epair154b", 3))]), "CONF-DHCP-BPF") != ()


def test_form_sets_a_ruleset_that_shows_bpf(tmp_path: Path) -> None:
    rules = (
        "[devfsrules_jail_dhcp=11]\nadd include $devfsrules_hide_all\nadd include $devfsrules_unhide_basic\n"
        "Add include $devfsrules_jail\nadd path 'bpf*' unhide\n"
    )
    host = house(tmp_path / "host", dhcp("devfs_ruleset = 5;"), "web")
    (host.folder / "etc/devfs.rules").write_text(rules, encoding="utf-8")
    host.ask("service", "devfs", "restart")
    backend = host.backend()
    (finding,) = findings(backend, "CONF-DHCP-BPF")
    assert "11" in finding.remedies[0].task.why
    fill(backend, finding, "11")
    assert findings(backend, "CONF-DHCP-BPF") == ()


# Permissions.


def test_sysvipc_is_shared_with_the_host() -> None:
    finding = one(added("allow.sysvipc;"), "CONF-SYSVIPC")
    assert (finding.severity, finding.evidence[0].said) == ("warning", "allow.sysvipc")


@pytest.mark.parametrize("line", ["allow.sysvipc = 0;", "allow.nosysvipc;", "sysvshm = new;"])
def test_sysvipc_that_is_off(line: str) -> None:
    assert found(context(added(line)), "CONF-SYSVIPC") == ()


def test_form_takes_sysvipc_out(tmp_path: Path) -> None:
    backend = house(tmp_path / "host", added("allow.sysvipc;"), "web").backend()
    (finding,) = findings(backend, "CONF-SYSVIPC")
    fill(backend, finding, "inherit")
    assert findings(backend, "CONF-SYSVIPC") == ()


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("allow.raw_sockets;", "raw sockets anyway"),
        ("allow.routing;", "routing table of its own"),
        ("allow.mount;", "enforce_statfs is 2"),
        ("allow.mount; enforce_statfs = 1;", "no file system below it"),
        ("allow.mount.zfs;", "allow.mount is not set"),
    ],
)
def test_permission_that_does_nothing(line: str, why: str) -> None:
    finding = one(added(line), "CONF-NOOP-PERMISSION")
    assert finding.severity == "note"
    assert why in finding.text


def test_permission_that_does_something() -> None:
    assert (
        found(context(added("allow.mount;", "allow.mount.tmpfs;", "enforce_statfs = 1;")), "CONF-NOOP-PERMISSION") == ()
    )
    text = 'a { path = /a; ip4.addr = "10.0.0.1"; allow.raw_sockets; }\n'
    assert found(context(text), "CONF-NOOP-PERMISSION") == ()
    assert one(text.replace("raw_sockets", "nfsd"), "CONF-NOOP-PERMISSION", "a").severity == "note"


def test_form_takes_a_permission_out_that_does_nothing(tmp_path: Path) -> None:
    backend = house(tmp_path / "host", added("allow.raw_sockets;"), "web").backend()
    (finding,) = findings(backend, "CONF-NOOP-PERMISSION")
    fill(backend, finding, "inherit")
    assert findings(backend, "CONF-NOOP-PERMISSION") == ()


# Addresses.


@pytest.mark.parametrize("line", ["ip4.addr = 10.0.0.1;", "ip6.addr = fd00::1;", "ip4 = inherit;", "ip6 = disable;"])
def test_vnet_and_addresses_exclude_each_other(line: str) -> None:
    finding = one(added(line), "CONF-VNET-ADDRESS")
    assert finding.severity == "error"
    assert finding.evidence[0].said == line.rstrip(";")


def test_addresses_of_a_jail_without_vnet_are_fine() -> None:
    text = 'a { path = /a; ip4 = new; ip4.addr = "em0|10.0.0.1/32"; }\n'
    assert found(context(text), "CONF-VNET-ADDRESS") == ()


def test_wildcard_that_gives_a_vnet_jail_an_address_is_shown_where_it_stands() -> None:
    finding = one(f"* {{\n  ip4.addr = 10.0.0.1;\n}}\n{WEB}", "CONF-VNET-ADDRESS")
    assert finding.evidence[0].source == f"{MAIN}:2"
    assert "line 2" in finding.remedies[0].task.label
