"""hosts(5), and the lines of dnsmasq.conf that name addresses."""

from __future__ import annotations

from jailtui.formats import dnsmasq, hosts
from jailtui.formats.hosts import NamedAddress


def test_names_of_hosts_are_compared_in_lower_case_without_comments() -> None:
    text = "# 10.0.0.9 no\n127.0.0.1\tlocalhost\n\n192.168.1.154 Web.Home.arpa. web # 10.0.0.1 no\nFD00::0154 web\n"
    assert hosts.parse(text) == (
        NamedAddress(2, "localhost", "127.0.0.1"),
        NamedAddress(4, "web.home.arpa", "192.168.1.154"),
        NamedAddress(4, "web", "192.168.1.154"),
        NamedAddress(5, "web", "fd00::154"),
    )


def test_lines_without_an_address_or_a_name_give_nothing() -> None:
    assert hosts.parse("web 10.0.0.1\n10.0.0.1\n10.0.0 web\n300.1.1.1 web\n") == ()


def test_records_of_dnsmasq_name_addresses() -> None:
    text = (
        "domain=home.arpa\n#address=/no/10.0.0.1\n"
        "host-record=web.home.arpa, web, 10.0.0.1, fd00::1, 3600\n"
        "address=/nas/nas.home.arpa/10.0.0.2 # the host\n"
        "address=/blocked/\naddress=/gone/#\nserver=/lan/10.0.0.3\n"
    )
    assert dnsmasq.parse(text) == (
        NamedAddress(3, "web.home.arpa", "10.0.0.1"),
        NamedAddress(3, "web.home.arpa", "fd00::1"),
        NamedAddress(3, "web", "10.0.0.1"),
        NamedAddress(3, "web", "fd00::1"),
        NamedAddress(4, "nas", "10.0.0.2"),
        NamedAddress(4, "nas.home.arpa", "10.0.0.2"),
    )


def test_values_of_dnsmasq_may_stand_in_quotes() -> None:
    text = (
        'host-record="web", "10.0.0.1" # "a"\naddress="/nas/10.0.0.2"\nhost-record="a,b",10.0.0.3\n'
        'host-record=odd",10.0.0.4\naddn-hosts="/etc/a # b"\nhost-record="a \\"b\\"",10.0.0.5\n'
    )
    assert dnsmasq.parse(text) == (
        NamedAddress(1, "web", "10.0.0.1"),
        NamedAddress(2, "nas", "10.0.0.2"),
        NamedAddress(3, "a,b", "10.0.0.3"),
        NamedAddress(6, "a b", "10.0.0.5"),
    )
    assert dnsmasq.includes(text) == (dnsmasq.DnsmasqInclude("hosts", "/etc/a # b", folder=None),)


def test_files_that_dnsmasq_reads_too() -> None:
    text = "addn-hosts=/a\nhostsdir=/b/\nconf-dir=/c,.bak,*.conf\nconf-file=/d\nconf-file=e\nresolv-file=/f\n"
    assert dnsmasq.includes(text) == (
        dnsmasq.DnsmasqInclude("hosts", "/a", folder=None),
        dnsmasq.DnsmasqInclude("hosts", "/b", folder=True),
        dnsmasq.DnsmasqInclude("dnsmasq", "/c", folder=True, only=(".conf",), never=(".bak",)),
        dnsmasq.DnsmasqInclude("dnsmasq", "/d"),
    )
    folder = dnsmasq.includes(text)[2]
    assert [name for name in ("a.conf", "a", ".a.conf", "a.conf~", "#a.conf#", "a.bak") if folder.has(name)] == [
        "a.conf"
    ]
    plain = dnsmasq.includes("conf-dir=/c,.bak\n")[0]
    assert [name for name in ("a", "b.bak") if plain.has(name)] == ["a"]


def test_long_record_does_not_multiply() -> None:
    names, addresses = ",".join(f"n{at}" for at in range(500)), ",".join(f"10.0.0.{at % 250}" for at in range(500))
    assert len(dnsmasq.parse(f"host-record={names},{addresses}\n")) == 1000
