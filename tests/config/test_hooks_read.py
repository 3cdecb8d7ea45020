"""What the network form reads of hooks that are easily misread: nothing false, and what is not sure as text."""

from __future__ import annotations

import pytest

from jailtui.forms.opening import open_form
from jailtui.forms.protocol import OFF, Answers
from jailtui.forms.sources import Sources
from tests.support.form_hosts import MAIN, sources

PAIR = ("ifconfig epair0 create", "ifconfig bridge0 addm epair0a up")


def quoted(text: str) -> str:
    marked = text.replace("\\", "\\\\").replace('"', '\\"').replace("$", "\\$").replace("\n", "\\n")
    return f'"{marked}"'


def host(*commands: str, hook: str = "exec.start", more: str = "", jail_rc: str | None = None) -> Sources:
    """A jail web with a pair and these commands in one of its hooks."""
    lines = [f"exec.prestart += {quoted(one)};" for one in PAIR]
    lines += ['vnet.interface = "epair0b";', *(f"{hook} += {quoted(one)};" for one in commands), more]
    return sources({MAIN: f"web {{ path = /j/web; vnet; {' '.join(lines)} }}\n".encode()}, jail_rc=jail_rc)


def reads(found: Sources) -> tuple[dict[str, str], list[str]]:
    """The fields with a value that is not off, and the commands that are shown as text."""
    fields = open_form("network", "web", found).fields(Answers())
    texts = [field.value for field in fields if field.key.startswith("unread.")]
    told = {
        field.key: field.value
        for field in fields
        if field.value and field.kind != "fact" and (field.kind, field.value) != ("switch", OFF)
    }
    return told, texts


ADDRESS = "ifconfig epair0b inet 10.0.0.2/24"


@pytest.mark.parametrize(
    "command",
    [
        f"[ -e /x ] && {ADDRESS}",
        f"test -e /x && true && {ADDRESS}",
        f"[ -e /x ] || {ADDRESS}",
        f"ifconfig epair0b || {ADDRESS}",
        f"cat <<EOF\n{ADDRESS}\nEOF",
        f"if true; then {ADDRESS}; fi",
        f"sudo {ADDRESS}",
        f"su - root -c '{ADDRESS}'",
        f'echo "$({ADDRESS})"',
        "ifconfig epair0b inet6 fd00::/64 eui64",
        "ifconfig epair0b inet 10.0.0.9 -alias",
        "route add -fib 1 default 10.0.0.1",
        "route add default -interface epair0b",
        "test -e /x && route add default 10.0.0.1",
        "test -e /x && dhclient epair0b",
    ],
)
def test_what_is_not_sure_is_shown_as_text_and_never_as_a_value(command: str) -> None:
    told, texts = reads(host(command))
    assert told == {"epair": "epair0", "bridge": "bridge0"}
    assert len(texts) >= 1


@pytest.mark.parametrize(
    ("commands", "wanted"),
    [
        ((f"cd /tmp && {ADDRESS}",), {"address": "10.0.0.2/24"}),
        ((f"env FOO=1 {ADDRESS}",), {"address": "10.0.0.2/24"}),
        ((f"FOO=1 {ADDRESS};",), {"address": "10.0.0.2/24"}),
        ((f"nice -n 5 {ADDRESS}",), {"address": "10.0.0.2/24"}),
        ((f"[ -e /x ] || true && {ADDRESS}",), {"address": "10.0.0.2/24"}),
        ((f"/usr/local/bin/{ADDRESS}",), {"address": "10.0.0.2/24"}),
        ((f"echo {ADDRESS}",), {}),
        ((f"exit 0; {ADDRESS}",), {}),
        (("ifconfig epair0b 10.0.0.2 broadcast 10.0.0.255 netmask 255.255.255.0",), {"address": "10.0.0.2/24"}),
        (("ifconfig epair0b inet6 fd00::2 no_dad prefixlen 64",), {"address6": "fd00::2/64"}),
        (("ifconfig epair0b inet 10.0.0.2/24 alias",), {"address": "10.0.0.2/24"}),
        (("ifconfig -v epair0b inet 10.0.0.2/24",), {"address": "10.0.0.2/24"}),
        (("ifconfig -f inet:cidr epair0b inet 10.0.0.2/24",), {"address": "10.0.0.2/24"}),
        ((ADDRESS, "ifconfig epair0b inet 10.0.0.2 delete"), {}),
        (
            (ADDRESS, "ifconfig epair0b 10.0.0.3/24 alias", "ifconfig epair0b -alias 10.0.0.2"),
            {"address": "10.0.0.3/24"},
        ),
        (("route add -net 0.0.0.0/0 10.0.0.1",), {"gateway": "10.0.0.1"}),
        (("route add default 10.0.0.1", "route delete default"), {}),
        (("route add default 10.0.0.1", "route -6 delete default"), {"gateway": "10.0.0.1"}),
        (("route add -inet6 default fe80::1%epair0b",), {"gateway6": "fe80::1%epair0b"}),
    ],
)
def test_start_hooks_are_read_as_they_work(commands: tuple[str, ...], wanted: dict[str, str]) -> None:
    told, texts = reads(host(*commands))
    assert told == {"epair": "epair0", "bridge": "bridge0", **wanted}
    assert texts == []


def test_a_point_to_point_address_is_one_address_and_its_command_is_shown() -> None:
    told, texts = reads(host("ifconfig epair0b inet 10.0.0.2 10.0.0.1 netmask 255.255.255.255"))
    assert (told["address"], "alias" in told) == ("10.0.0.2/32", False)
    assert texts == ["ifconfig epair0b inet 10.0.0.2 10.0.0.1 netmask 255.255.255.255"]


def test_a_bridge_that_the_host_end_leaves_again_is_none() -> None:
    told, _ = reads(host("ifconfig bridge0 deletem epair0a", hook="exec.prestart"))
    assert told == {"epair": "epair0"}


def test_an_address_set_before_the_move_is_lost_in_it() -> None:
    told, texts = reads(host(ADDRESS, hook="exec.prestart"))
    assert "address" not in told
    assert texts == [ADDRESS]


@pytest.mark.parametrize("hook", ["exec.stop", "exec.poststop"])
def test_what_a_stop_takes_away_was_there(hook: str) -> None:
    more = f'exec.start = "{ADDRESS}", "route add default 10.0.0.1";'
    told, _ = reads(host("ifconfig epair0b inet 10.0.0.2 -alias", "route delete default", hook=hook, more=more))
    assert (told["address"], told["gateway"]) == ("10.0.0.2/24", "10.0.0.1")


def test_an_address_that_a_stop_takes_away_is_changed_there_too() -> None:
    found = host("ifconfig epair0b inet 10.0.0.2 -alias", hook="exec.stop", more=f'exec.start = "{ADDRESS}";')
    draft = open_form("network", "web", found).draft(Answers({"address": "10.0.0.7/24"}))
    assert not draft.errors
    assert draft.files[0].new == found.texts[MAIN].replace(b"10.0.0.2", b"10.0.0.7")


@pytest.mark.parametrize(
    ("command", "released"),
    [
        ("ifconfig epair0b -vnet web || true", True),
        ("ifconfig epair0b -vnet 7 || true", True),
        ("ifconfig epair0b -vnet other || true", False),
        ("ifconfig epair9b -vnet web || true", False),
    ],
)
def test_only_a_line_that_gives_the_jails_own_end_back_releases_it(command: str, released: bool) -> None:
    told, texts = reads(host(command, hook="exec.prestop", more="jid = 7;"))
    assert ("release" in told, len(texts)) == (released, not released)


def test_a_release_by_the_name_outside_does_not_find_an_end_renamed_inside() -> None:
    more = 'exec.prestop = "ifconfig epair0b -vnet web || true";'
    told, texts = reads(host("ifconfig epair0b name eth0", more=more))
    assert "release" not in told
    assert texts == ["ifconfig epair0b -vnet web"]


def test_a_release_before_the_end_gets_its_old_name_back_at_the_stop() -> None:
    more = 'exec.prestop = "ifconfig eth0 -vnet web || true"; exec.stop = "ifconfig eth0 name epair0b";'
    told, texts = reads(host("ifconfig epair0b name eth0", "ifconfig eth0 10.0.0.2/24", more=more))
    assert (told["release"], told["address"], texts) == ("on", "10.0.0.2/24", [])


def test_addresses_that_jail8_would_refuse_are_shown_as_text() -> None:
    found = sources({MAIN: b'web { path = /j; ip4.addr = "em0|10.0.0.3/24,10.0.0.4", "em0|10.0.0.5/24"; }\n'})
    told, texts = reads(found)
    assert (told["address"], texts) == ("10.0.0.5/24", ["em0|10.0.0.3/24,10.0.0.4"])


def test_a_new_name_outside_leaves_the_name_inside() -> None:
    text = (
        b'web { path = /j; vnet; vnet.interface = em5; exec.start = "ifconfig em5 name eth0", "ifconfig eth0 mtu 900"; '
        b'exec.stop = "ifconfig eth0 name em5"; }\n'
    )
    draft = open_form("network", "web", sources({MAIN: text})).draft(Answers({"epair": "em7"}))
    assert draft.files[0].new == text.replace(b"em5;", b"em7;").replace(b"em5 name", b"em7 name")


@pytest.mark.parametrize("key", ["epair", "id", "interface"])
def test_what_names_an_interface_can_not_be_emptied(key: str) -> None:
    text = b'web { path = /j; $id = 5; ip4.addr = "em0|10.0.0.$id/24"; }\n'
    if key != "interface":
        text = (
            b'web { path = /j; vnet; $id = 5; vnet.interface = "epair${id}b"; exec.prestart = "ifconfig epair${id} '
            b'create"; exec.start = "ifconfig epair${id}b 10.0.0.$id/24"; }\n'
        )
    draft = open_form("network", "web", sources({MAIN: text})).draft(Answers({key: ""}))
    assert [note.field for note in draft.errors] == [key]
    assert not draft.files


def test_an_interface_can_be_told_for_addresses_that_name_none() -> None:
    found = sources({MAIN: b"web {\n\tpath = /j;\n\tip4.addr = 10.0.0.3;\n}\n"}, release="14.2-RELEASE")
    draft = open_form("network", "web", found).draft(Answers({"interface": "em0"}))
    assert not draft.errors
    assert draft.files[0].new == b"web {\n\tpath = /j;\n\tip4.addr = 10.0.0.3;\n\tinterface = em0;\n}\n"


def test_the_jails_own_rcconf_follows_a_new_name_of_its_interface() -> None:
    rc = 'hostname="web"\nifconfig_epair0b="SYNCDHCP"\nifconfig_epair0b_alias0="inet 10.0.0.9/32"\n'
    draft = open_form(
        "network", "web", host("/bin/sh /etc/rc", more="mount.devfs; devfs_ruleset = 11;", jail_rc=rc)
    ).draft(Answers({"epair": "epair3"}))
    assert not draft.errors
    assert [(step.argv[3:], step.undo and step.undo[3:]) for step in draft.commands] == [
        (("ifconfig_epair3b=SYNCDHCP",), ("-x", "ifconfig_epair3b")),
        (("-x", "ifconfig_epair0b"), ("ifconfig_epair0b=SYNCDHCP",)),
        (("ifconfig_epair3b_alias0=inet 10.0.0.9/32",), ("-x", "ifconfig_epair3b_alias0")),
        (("-x", "ifconfig_epair0b_alias0"), ("ifconfig_epair0b_alias0=inet 10.0.0.9/32",)),
    ]


def test_an_interface_that_the_jails_rcconf_renames_has_the_address_of_its_new_name() -> None:
    rc = 'ifconfig_epair0b_name="vnet0"\nifconfig_vnet0="inet 10.0.0.9/24"\ndefaultrouter="10.0.0.1"\n'
    form = open_form("network", "web", host("/bin/sh /etc/rc", jail_rc=rc))
    values = {field.key: (field.value, field.where) for field in form.fields(Answers({}))}
    assert values["address"] == ("10.0.0.9/24", "rc.conf in the jail, ifconfig_vnet0")
    assert not form.draft(Answers({})).errors
    assert [step.argv[3:] for step in form.draft(Answers({"epair": "epair3"})).commands] == [
        ("ifconfig_epair3b_name=vnet0",),
        ("-x", "ifconfig_epair0b_name"),
    ]


def test_a_name_that_jib_makes_is_not_changed_here() -> None:
    text = b'web { path = /j; vnet; vnet.interface = "e0b_web"; exec.prestart = "jib addm web em0"; }\n'
    draft = open_form("network", "web", sources({MAIN: text})).draft(Answers({"epair": "epair3"}))
    assert (draft.files, [note.field for note in draft.errors]) == ((), ["epair"])
