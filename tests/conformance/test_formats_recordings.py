"""Every recorded output of a tool we read, from all three releases, through its reader."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jailtui.formats import ifconfig, jls, netstat, routemon, sysrc
from jailtui.formats.errors import FormatError
from tests.support.refused import read_or_refused
from tests.support.shared_material import RELEASES, recordings, shared

UNREAD = (
    (r"\tsupported media:|\t\tmedia .*", "ifconfig -m: the console never asks for it"),
    (r"\tlagg (options|statistics):|\t\t(flags|flowid_shift|active ports|flapping).*", "ifconfig -v: never asked for"),
    (r"\t(pfsync: |syncdev: |syncpeer: |maxupd: |syncok: ).*", "pfsync: nothing here is about state tables"),
    (r"\tv4net .*", "stf: nothing here is about 6to4"),
)
"""The recorded lines no field is for, with the reason. They are kept in `unread` like any other."""

IFCONFIG = re.compile(r"(jexec \S+ |IFCONFIG_FORMAT=\S+ |sleep \d+; )?ifconfig( [^;|&]*)?")
HEAD = re.compile(r"^\S.*: flags=[0-9a-f]", re.MULTILINE)
JLS = re.compile(r"jls (?=.*--libxo json)[^;|&]*")
NETSTAT = re.compile(r"(jexec \S+ )?netstat (-j \S+ )?-rnW? (-f inet6? )?--libxo json")
LINKS = re.compile(r"(jexec (-l )?\S+ )?netstat (-j \S+ )?-ibdnW -f link --libxo json")
SYSRC = re.compile(r"sysrc -ae")

LINES_IN_A_DESCRIPTION = {"ifconfig/epair-rename-descr/61", "ifconfig/epair/47"}
"""Recordings of a description that holds what looks like a line of its own."""

FORGED = re.compile(r"found/(forged|names)/")
"""Recordings of a description or a name by which a jail's root feigns interfaces: ifconfig's text alone can't tell.
tests/model/test_witness.py reads them beside what netstat lists."""

Line = dict[str, Any]


def command(line: Line) -> str:
    return shlex.join(line["argv"]) if line.get("argv") else line.get("sh") or ""


@cache
def recorded(release: str) -> tuple[Line, ...]:
    return tuple(recordings(release))


def matching(release: str, pattern: re.Pattern[str]) -> Iterator[Line]:
    """The recorded lines that ran just that command and printed something."""
    return (line for line in recorded(release) if pattern.fullmatch(command(line)) and line.get("stdout"))


def ifconfigs(release: str) -> list[Line]:
    lines = (line for line in matching(release, IFCONFIG) if HEAD.search(line["stdout"]))
    return [line for line in lines if not FORGED.match(line["id"])]


def line_of(release: str, file: str, identity: str) -> Line:
    return next(line for line in recorded(release) if (line["file"], line["id"]) == (file, identity))


# ifconfig


@pytest.mark.parametrize("release", RELEASES)
def test_every_line_ifconfig_printed_is_read_but_for_those_with_a_reason(release: str) -> None:
    lines = ifconfigs(release)
    stray = [
        (line["id"], text)
        for line in lines
        for _, text in ifconfig.parse(line["stdout"]).unread
        if not any(re.fullmatch(pattern, text) for pattern, _ in UNREAD)
    ]

    assert stray == []
    assert len(lines) > 300


@pytest.mark.parametrize("release", RELEASES)
def test_every_head_line_is_an_interface_with_its_numbers(release: str) -> None:
    """Held to a second, slower reading of head lines; a description never looks like one in the recordings."""
    for line in ifconfigs(release):
        heads = [text for text in line["stdout"].split("\n") if HEAD.match(text)]
        found = ifconfig.parse(line["stdout"]).interfaces
        assert [f"{one.name} {one.mtu}" for one in found] == [
            re.sub(r": flags=\S+ metric \d+ mtu (\d+)$", r" \1", head) for head in heads
        ], line["id"]


@pytest.mark.parametrize("release", RELEASES)
def test_what_grep_counts_the_reader_finds(release: str) -> None:
    for line in ifconfigs(release):
        text = line["stdout"]
        if line["id"] in LINES_IN_A_DESCRIPTION:
            continue
        found = ifconfig.parse(text).interfaces
        bridges = [one.bridge for one in found if one.bridge]
        members = [member for bridge in bridges for member in bridge.members]
        counted = {
            r"\tether ": sum(bool(one.ether) + len(one.more_ether) for one in found),
            r"\tinet ": sum(len(one.inet) for one in found),
            r"\tinet6 ": sum(len(one.inet6) for one in found),
            r"\tmember: ": len(members),
            r"\tvlan: ": sum(one.vlan is not None for one in found),
            r"\tdescription: ": sum(one.description is not None for one in found),
            r"\tdrivername: ": sum(one.drivername is not None for one in found),
            r"\tgroups: ": sum(bool(one.groups) for one in found),
            r"\troot id ": len(bridges),
            r".* tagged ": sum(member.tagged is not None for member in members),
        }
        lines = text.split("\n")
        assert counted == {word: sum(bool(re.match(word, each)) for each in lines) for word in counted}, line["id"]


@pytest.mark.parametrize(
    ("release", "file", "identity", "description"),
    [
        ("13.2", "ifconfig", "ifconfig/epair-rename-descr/61", "line1\nline2\n\tinet 1.2.3.4 netmask 0xff"),
        ("14.2", "replay-ifconfig", "ifconfig/epair-rename-descr/61", "line1\nline2\n\tinet 1.2.3.4 netmask 0xff"),
        ("15.1", "replay-ifconfig", "ifconfig/epair-rename-descr/61", "line1\nline2\n\tinet 1.2.3.4 netmask 0xff"),
        ("15.1", "ifconfig", "ifconfig/epair/47", "two\n\tether 1"),
    ],
)
def test_a_description_with_line_breaks_reads_as_it_was_set(
    release: str, file: str, identity: str, description: str
) -> None:
    (interface,) = ifconfig.parse(line_of(release, file, identity)["stdout"]).interfaces

    assert interface.description == description
    assert (interface.inet, interface.more_ether, interface.groups, interface.unread) == ((), (), ("epair",), ())


def test_a_bridge_of_15_tells_its_vlan_sets() -> None:
    sets = {
        (member.name, member.untagged, member.tagged)
        for line in ifconfigs("15.1")
        if line["id"].startswith("ifconfig/bridge-vlan/")
        for one in ifconfig.parse(line["stdout"]).interfaces
        if one.bridge
        for member in one.bridge.members
    }
    assert {("epair1a", None, "10,30-32"), ("epair0a", 20, None), ("epair1a", None, "1-4094")} <= sets


@pytest.mark.parametrize(("release", "ports"), [("13.2", 102), ("15.1", 201)])
def test_two_hundred_pairs_with_one_bridge(release: str, ports: int) -> None:
    reading = ifconfig.parse(shared(f"recordings/{release}/big-ifconfig.txt").read_text())
    by_name = {one.name: one for one in reading.interfaces}

    assert reading.unread == ()
    assert len([name for name in by_name if name.startswith("epair")]) == 400
    bridge = by_name["bridge0"].bridge
    assert bridge is not None
    assert len(bridge.members) == ports
    assert {member.name for member in bridge.members} <= by_name.keys()


# jls, netstat, sysrc


def has_rows(text: str) -> bool:
    """Whether there is a jid to key rows by, or a list without jails."""
    return '"jid"' in text or re.search(r'"jail": \[\s*\]', text) is not None


@pytest.mark.parametrize("release", RELEASES)
def test_every_jls_json_with_jids_is_read(release: str) -> None:
    """Without a jid (`-N`, or not among the parameters), and of `{ }`, there is no row to make, and it says so."""
    texts = [line["stdout"] for line in matching(release, JLS)]

    for text in filter(has_rows, texts):
        assert len(jls.parse(text)) == len(re.findall(r'"jid"\s*:', text))
    for text in texts:
        if not has_rows(text):
            with pytest.raises(FormatError):
                jls.parse(text)
    assert len(list(filter(has_rows, texts))) >= 20


@pytest.mark.parametrize("release", ["13.2", "15.1"])
def test_a_hundred_vnet_jails(release: str) -> None:
    rows = jls.parse(shared(f"recordings/{release}/big-jls.json").read_text())

    assert [row.name for row in rows] == [f"j{number}" for number in range(100)]
    assert all(row.vnet and row.path == "/" and not row.dying for row in rows)


@pytest.mark.parametrize("release", RELEASES)
def test_every_netstat_json_is_read(release: str) -> None:
    lines = [line for line in matching(release, NETSTAT) if line["rc"] == 0]

    for line in lines:
        assert len(netstat.parse(line["stdout"])) == line["stdout"].count('"destination"'), line["id"]
    assert lines


@pytest.mark.parametrize("release", ["13.2", "15.1"])
def test_every_list_of_links_is_read(release: str) -> None:
    lines = [line for line in matching(release, LINKS) if line["rc"] == 0]

    for line in lines:
        assert len(netstat.links(line["stdout"])) == line["stdout"].count('"name":'), line["id"]
    assert lines


@pytest.mark.parametrize("release", RELEASES)
def test_every_sysrc_ae_is_read(release: str) -> None:
    lines = list(matching(release, SYSRC))

    for line in lines:
        variables = sysrc.parse(line["stdout"])
        assert "".join(f'{name}="{value}"\n' for name, value in variables) == line["stdout"], line["id"]
    assert lines


# The route monitor


@pytest.mark.parametrize("release", ["13.2", "15.1"])
def test_every_line_of_the_monitor_is_known_but_multicast_and_queries(release: str) -> None:
    unknown = {
        event.raw.split(":")[0]
        for line in recorded(release)
        for text in (line.get("monitor"), line.get("monitor_jail"))
        for event in routemon.events((text or "").split("\n"))
        if event.kind == "other"
    }
    assert unknown == ({"RTM_NEWMADDR", "RTM_DELMADDR", "RTM_GET"} if release == "13.2" else set())


def monitored(release: str, scenario: str) -> list[tuple[str, set[str], set[str]]]:
    """Each action of a scenario with the kinds and interfaces of the events it made."""
    found: list[tuple[str, set[str], set[str]]] = []
    for line in recorded(release):
        if line["id"].rpartition("/")[0] == scenario:
            events = list(routemon.events((line.get("monitor") or "").split("\n")))
            action = line.get("action") or command(line)
            text = shlex.join(action) if isinstance(action, list) else action
            found.append((text, {one.kind for one in events}, {one.interface or "" for one in events}))
    return found


def test_creating_a_pair_announces_both_ends() -> None:
    created = [one for one in monitored("15.1", "monitor/host") if one[0] == "ifconfig epair create"]
    assert created[0][1:] == ({"interface"}, {"epair0a", "epair0b"})

    blocks = [one for one in monitored("13.2", "monitor/interfaces-linebuffered") if one[0] == "ifconfig epair create"]
    assert blocks[0][1] == {"interface"}


@pytest.mark.parametrize(
    ("release", "scenario"), [("13.2", "monitor/interfaces-linebuffered"), ("15.1", "monitor/host")]
)
def test_an_address_on_an_interface_is_announced(release: str, scenario: str) -> None:
    added = [kinds for action, kinds, _ in monitored(release, scenario) if re.search(r"epair\da inet \S+/24$", action)]

    assert added
    assert all("address" in kinds for kinds in added)


# Mutated recordings


@cache
def sample(kind: str) -> tuple[str, ...]:
    """A few dozen recorded outputs of a kind, spread over releases and scenarios."""
    patterns = {"ifconfig": IFCONFIG, "jls": JLS, "netstat": NETSTAT, "sysrc": SYSRC}
    texts = sorted(
        {line["stdout"] for release in RELEASES for line in matching(release, patterns[kind])},
        key=lambda text: hash_of(text),
    )
    return tuple(texts[:40])


def hash_of(text: str) -> int:
    """An order without a meaning that is the same in every run."""
    return sum(ord(char) * (place % 251 + 1) for place, char in enumerate(text)) % 10_007


@st.composite
def mutated(draw: st.DrawFn, kind: str) -> str:
    lines = draw(st.sampled_from(sample(kind))).split("\n")
    other = draw(st.sampled_from(sample(kind))).split("\n")
    for _ in range(draw(st.integers(1, 8))):
        at = draw(st.integers(0, len(lines) - 1))
        change = draw(st.sampled_from(["delete", "double", "swap", "foreign", "bytes"]))
        if change == "delete" and len(lines) > 1:
            del lines[at]
        elif change == "double":
            lines.insert(at, lines[at])
        elif change == "swap":
            to = draw(st.integers(0, len(lines) - 1))
            lines[at], lines[to] = lines[to], lines[at]
        elif change == "foreign":
            lines.insert(at, draw(st.sampled_from(other)))
        else:
            start = draw(st.integers(0, len(lines[at])))
            put = draw(st.binary(max_size=4)).decode("utf-8", "surrogateescape")
            lines[at] = lines[at][:start] + put + lines[at][start + draw(st.integers(0, 3)) :]
    return "\n".join(lines)


@settings(deadline=None)
@given(st.data())
def test_mutated_ifconfig_is_read_without_an_exception(data: st.DataObject) -> None:
    text = data.draw(mutated("ifconfig"))
    reading = ifconfig.parse(text)

    numbered = dict(enumerate(text.split("\n"), 1))
    assert all(numbered[number] == line for number, line in reading.unread)


def names_of_jails(text: str) -> list[str | None]:
    return [row.name for row in jls.parse(text)]


def destinations(text: str) -> list[str]:
    return [route.destination for route in netstat.parse(text)]


def names_of_variables(text: str) -> list[str]:
    return [name for name, _ in sysrc.parse(text)]


def json_strings(key: str, text: str) -> set[str]:
    """The strings of a key wherever it stands in a text that is JSON in parts."""
    return {json.loads(string, strict=False) for string in re.findall(rf'"{key}": *("(?:[^"\\]|\\.)*")', text)}


READERS: dict[str, tuple[Callable[[str], Sequence[str | None]], Callable[[str], set[str]]]] = {
    "jls": (names_of_jails, lambda text: json_strings("name", text)),
    "netstat": (destinations, lambda text: json_strings("destination", text)),
    "sysrc": (names_of_variables, lambda text: set(re.findall(r'([^\s=]+)="', text))),
}
"""What is read from a tool's output, and what is printed in it."""


@pytest.mark.parametrize("kind", READERS)
@settings(deadline=None)
@given(data=st.data())
def test_mutated_output_is_refused_or_no_name_is_invented(kind: str, data: st.DataObject) -> None:
    text = data.draw(mutated(kind))
    read, printed = READERS[kind]
    for name in read_or_refused(read, text) or ():
        assert name is None or name in printed(text)
