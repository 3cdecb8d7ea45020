"""What happened between two readings: each pair of states with the sentences about it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from hashlib import sha256

import pytest

from jailtui.model.changes import OwnSave, changes
from jailtui.model.events import HostEvent, carried, picture
from jailtui.model.state import Address, HostState, Interface, JailState, Where
from tests.support.screens import home, vnet_jail, with_jail

Change = Callable[[HostState], HostState]
HOME = home()


def events(
    *states: HostState, files: tuple[Mapping[str, bytes], ...] = (), saves: tuple[OwnSave, ...] = ()
) -> list[HostEvent]:
    """What happened from reading to reading, one a minute."""
    texts = files or ({},) * len(states)
    last = picture(states[0], texts[0], 0.0)
    told: list[HostEvent] = []
    for at, (state, text) in enumerate(zip(states[1:], texts[1:], strict=True), 1):
        now = carried(last, picture(state, text, at * 60.0))
        told += changes(last, now, saves)
        last = now
    return told


def said(*states: HostState) -> list[str]:
    return [event.text for event in events(*states)]


def pair(host: HostState, name: str, **ends: Mapping[str, object]) -> HostState:
    """The host with fields of the ends of a pair changed."""
    pairs = tuple(
        one._replace(**{end: getattr(one, end)._replace(**fields) for end, fields in ends.items()})
        if one.name == name
        else one
        for one in host.epairs
    )
    return host._replace(epairs=pairs)


def nic(host: HostState, name: str, **fields: object) -> HostState:
    """The host with fields of one interface changed."""
    every = tuple(one._replace(**fields) if one.name == name else one for one in host.interfaces)  # type: ignore[arg-type]
    return host._replace(interfaces=every)


def without_jail(host: HostState, key: str) -> HostState:
    return host._replace(jails=tuple(jail for jail in host.jails if jail.key != key))


def without_pair(host: HostState, name: str) -> HostState:
    return host._replace(epairs=tuple(one for one in host.epairs if one.name != name))


def unread(part: str) -> Change:
    empty = {"jails": {"jails": ()}, "interfaces": {"interfaces": (), "epairs": ()}, "files": {}}[part]
    return lambda host: host._replace(unread=((part, "it failed"),), **empty)  # type: ignore[arg-type]


def held(host: HostState) -> HostState:
    return with_jail(host, "old#3", state=JailState.RUNNING)


STOPPED: dict[str, object] = {"jid": None, "state": JailState.STOPPED, "interfaces": (), "chains": (), "addresses": ()}
CHANGES: dict[str, tuple[Change, Change, list[str]]] = {
    "same": (lambda host: host, lambda host: host, []),
    "started": (
        lambda host: host,
        lambda host: with_jail(host, "mail", jid=11, state=JailState.RUNNING),
        ["mail started (jid 11)"],
    ),
    "stopped": (lambda host: host, lambda host: with_jail(host, "web", **STOPPED), ["web stopped"]),
    "restarted": (
        lambda host: host,
        lambda host: with_jail(host, "web", jid=12),
        ["web was restarted (jid 4, now 12)"],
    ),
    "starting": (
        lambda host: host,
        lambda host: with_jail(host, "mail", state=JailState.STARTING),
        ["mail is starting"],
    ),
    "start given up": (
        lambda host: with_jail(host, "mail", state=JailState.STARTING),
        lambda host: host,
        ["mail is not running: its start has ended"],
    ),
    "start failed": (
        lambda host: with_jail(host, "mail", state=JailState.STARTING),
        lambda host: with_jail(host, "mail", state=JailState.FAILED, start_status=1),
        ["mail failed to start, exit 1"],
    ),
    "came up": (
        lambda host: with_jail(host, "web", state=JailState.STARTING),
        lambda host: host,
        ["web started (jid 4)"],
    ),
    "stopping": (lambda host: host, lambda host: with_jail(host, "web", state=JailState.STOPPING), ["web is stopping"]),
    "dying": (held, lambda host: host, ["old stopped and is dying (jid 3)"]),
    "gone": (lambda host: host, lambda host: without_jail(host, "old#3"), ["old is gone (jid 3 was dying)"]),
    "renamed": (
        lambda host: host,
        lambda host: with_jail(host, "web", key="www", name="www"),
        [
            "web is now named www (jid 4)",
            "www is defined in /etc/jail.conf",
            "web is no longer defined (was in /etc/jail.conf)",
        ],
    ),
    "jid given again": (
        lambda host: host,
        lambda host: with_jail(host, "legacy", key="new", name="new", path="/jails/new"),
        ["legacy stopped", "new started (jid 10)"],
    ),
    "address": (
        lambda host: host,
        lambda host: with_jail(host, "web", addresses=(Address("192.168.1.9", 24),)),
        ["web got 192.168.1.9/24", "web lost 192.168.1.154/24"],
    ),
    "route": (
        lambda host: with_jail(host, "web", gateways=("192.168.1.1",)),
        lambda host: with_jail(host, "web", gateways=()),
        ["web lost its default route"],
    ),
    "route unknown": (
        lambda host: with_jail(host, "web", gateways=("192.168.1.1",)),
        lambda host: with_jail(host, "web", gateways=None),
        [],
    ),
    "jail without an answer": (
        lambda host: host,
        lambda host: pair(
            with_jail(host, "web", interfaces=None, addresses=()), "epair154", b={"where": Where.UNKNOWN}
        ),
        [],
    ),
    "defined": (
        lambda host: host,
        lambda host: host._replace(jails=(*host.jails, vnet_jail("new", None, 30))),
        ["new is defined in /etc/jail.conf"],
    ),
    "undefined": (
        lambda host: host,
        lambda host: without_jail(host, "mail"),
        ["mail is no longer defined (was in /etc/jail.conf)"],
    ),
    "lost": (
        lambda host: pair(host, "epair7", b={"name": "epair7b", "where": Where.JAIL}),
        lambda host: host,
        ["epair7b was lost with jail 3 (old)"],
    ),
    "came back": (
        lambda host: host,
        lambda host: pair(host, "epair7", b={"name": "epair7b", "where": Where.HOST, "jid": None, "jail": None}),
        ["epair7 came back from jail 3"],
    ),
    "went in": (
        lambda host: host,
        lambda host: pair(host, "epair9", b={"where": Where.JAIL, "jid": 4, "jail": "web"}),
        ["epair9b went into web"],
    ),
    "came out": (
        lambda host: host,
        lambda host: pair(host, "epair154", b={"where": Where.HOST, "jid": None, "jail": None}),
        ["epair154b came back from web"],
    ),
    "exchanged": (
        lambda host: host,
        lambda host: pair(host, "epair154", b={"jid": 5, "jail": "db"}),
        ["epair154b moved from web to db"],
    ),
    "destroyed": (lambda host: host, lambda host: without_pair(host, "epair9"), ["epair9 was destroyed"]),
    "not to be found": (
        lambda host: host,
        lambda host: without_pair(with_jail(host, "web", interfaces=None), "epair9"),
        ["epair9 is no longer on the host"],
    ),
    "created": (lambda host: without_pair(host, "epair9"), lambda host: host, ["epair9 was created"]),
    "pair renamed": (
        lambda host: host,
        lambda host: host._replace(
            epairs=tuple(one._replace(key="lan", name="lan") if one.name == "epair9" else one for one in host.epairs)
        ),
        ["epair9 is now named lan"],
    ),
    "end seen at last": (
        lambda host: pair(host, "epair154", b={"where": Where.UNKNOWN, "name": None, "jid": None, "jail": None}),
        lambda host: host,
        [],
    ),
    "lost end on the other side": (
        lambda host: pair(host, "epair7", a={"ether": "02:00:00:00:07:0a"}),
        lambda host: pair(
            host,
            "epair7",
            a={"name": None, "where": Where.LOST, "jail": "old", "jid": 3, "ether": None, "up": False},
            b={
                "name": "epair7a",
                "where": Where.HOST,
                "jail": None,
                "jid": None,
                "ether": "02:00:00:00:07:0a",
                "up": True,
            },
        ),
        [],
    ),
    "end down": (lambda host: host, lambda host: pair(host, "epair154", a={"up": False}), ["epair154a went down"]),
    "orphaned": (
        lambda host: host._replace(epairs=tuple(one._replace(orphan=False) for one in host.epairs)),
        lambda host: without_pair(without_pair(host, "epair161"), "epair7"),
        ["epair7 was destroyed", "epair161 was destroyed", "epair9 is an orphan: no jail mentions it"],
    ),
    "no link": (
        lambda host: host,
        lambda host: nic(host, "em0", status="no carrier"),
        ["em0 lost its link (no carrier)"],
    ),
    "link": (lambda host: nic(host, "em0", status="no carrier"), lambda host: host, ["em0 has its link again"]),
    "down": (lambda host: host, lambda host: nic(host, "em0", up=False), ["em0 went down"]),
    "mtu": (lambda host: host, lambda host: nic(host, "bridge0", mtu=9000), ["bridge0 has MTU 9000 (was 1500)"]),
    "nic address": (
        lambda host: host,
        lambda host: nic(host, "em0", addresses=tuple(Address(f"10.0.0.{at}", 8) for at in range(5))),
        ["em0 got 10.0.0.0/8, 10.0.0.1/8 and 3 more"],
    ),
    "member": (
        lambda host: host,
        lambda host: nic(host, "bridge0", members=("em0",)),
        ["bridge0 got the member em0"],
    ),
    "vlan": (lambda host: host, lambda host: nic(host, "em0.20", tag=None, parent=None), ["em0.20 lost its parent"]),
    "nic gone": (
        lambda host: host,
        lambda host: host._replace(interfaces=host.interfaces[1:]),
        ["em0 is gone"],
    ),
    "nic in a jail": (
        lambda host: host,
        lambda host: with_jail(
            host._replace(interfaces=host.interfaces[1:]), "web", interfaces=(Interface("em0", "ether", jid=4),)
        ),
        ["em0 went into web"],
    ),
    "doubled": (
        lambda host: host,
        lambda host: host._replace(interfaces=(*host.interfaces, Interface("em0", "ether", up=False))),
        [],
    ),
    "forged": (lambda host: host, lambda host: nic(host, "em0", up=False, doubtful=True), []),
    "jails unread": (lambda host: host, unread("jails"), ["nas was not read in full: it failed"]),
    "interfaces unread": (lambda host: host, unread("interfaces"), ["nas was not read in full: it failed"]),
    "read again": (unread("jails"), lambda host: host, ["nas is read in full again"]),
    "rc.conf": (
        lambda host: host._replace(rcconf=(("jail_enable", "YES"),)),
        lambda host: host._replace(rcconf=(("jail_enable", "NO"),)),
        ["rc.conf was saved, not by jailtui (jail_enable)"],
    ),
}


@pytest.mark.parametrize("name", CHANGES)
def test_each_change_is_one_sentence(name: str) -> None:
    before, after, sentences = CHANGES[name]
    assert said(before(HOME), after(HOME)) == sentences


def test_what_was_unread_for_a_while_is_compared_with_what_was_known_before() -> None:
    quiet = with_jail(HOME, "web", interfaces=None, addresses=(), gateways=None)
    known = with_jail(HOME, "web", gateways=("192.168.1.1",))
    stopped = with_jail(HOME, "web", **STOPPED)
    assert said(known, unread("jails")(HOME), quiet, known) == [
        "nas was not read in full: it failed",
        "nas is read in full again",
    ]
    assert said(HOME, unread("jails")(HOME), stopped)[2:] == ["web stopped"]
    assert said(HOME, unread("interfaces")(HOME), without_pair(HOME, "epair9"))[2:] == ["epair9 was destroyed"]


def test_jail_that_was_seen_running_tells_how_long_it_was_dying() -> None:
    assert said(held(HOME), HOME, HOME._replace(sysctls=()), without_jail(HOME, "old#3")) == [
        "old stopped and is dying (jid 3)",
        "old is gone (was dying for 2 min)",
    ]


def test_pair_that_a_jail_made_for_itself_is_no_event() -> None:
    inside = {"where": Where.JAIL, "jid": 4, "jail": "web"}
    made = pair(HOME, "epair9", a=inside, b=inside)
    assert said(without_pair(HOME, "epair9"), made) == []


def test_event_concerns_its_subject_and_the_jail_of_the_pair() -> None:
    (moved,) = events(HOME, pair(HOME, "epair9", b={"where": Where.JAIL, "jid": 4, "jail": "web"}))
    assert (moved.time, moved.kind, moved.subject) == (60.0, "epair-moved", "epair9")
    assert moved.concerns("epair", "epair9")
    assert moved.concerns("jail", "web")
    assert not moved.concerns("bridge", "web")


def save(path: str, old: bytes, new: bytes) -> OwnSave:
    return OwnSave(30.0, path, sha256(old).hexdigest(), sha256(new).hexdigest())


MAIN = "/etc/jail.conf"
FILES: list[tuple[dict[str, bytes], dict[str, bytes], tuple[OwnSave, ...], list[str]]] = [
    ({MAIN: b"a"}, {MAIN: b"b"}, (), [f"{MAIN} was saved, not by jailtui"]),
    ({MAIN: b"a"}, {MAIN: b"b"}, (save(MAIN, b"a", b"b"),), []),
    ({MAIN: b"a"}, {MAIN: b"c"}, (save(MAIN, b"a", b"b"),), [f"{MAIN} was saved, not by jailtui"]),
    ({MAIN: b"a"}, {MAIN: b"b"}, (save("/etc/jail.web.conf", b"a", b"b"),), [f"{MAIN} was saved, not by jailtui"]),
    (
        {MAIN: b"b"},
        {MAIN: b"a"},
        (save(MAIN, b"a", b"b"),),
        [f"{MAIN} has the text again that it had before a save by jailtui"],
    ),
    ({}, {MAIN: b"a"}, (), [f"{MAIN} was created, not by jailtui"]),
    ({MAIN: b"a"}, {}, (), [f"{MAIN} defines no jails any more"]),
]


@pytest.mark.parametrize(("before", "after", "saves", "sentences"), FILES)
def test_text_that_no_save_of_ours_explains_is_somebody_elses(
    before: dict[str, bytes], after: dict[str, bytes], saves: tuple[OwnSave, ...], sentences: list[str]
) -> None:
    assert [event.text for event in events(HOME, HOME, files=(before, after), saves=saves)] == sentences


def test_rc_conf_that_we_saved_since_the_reading_before_is_no_event() -> None:
    states = tuple(HOME._replace(rcconf=(("jail_enable", value),)) for value in ("NO", "YES"))
    ours = OwnSave(30.0, "/etc/rc.conf", "", "")
    assert events(*states, saves=(ours,)) == []
    assert len(events(*states, saves=(ours._replace(time=-30.0),))) == 1


def test_save_of_somebody_else_shows_what_it_changed_up_to_a_bound() -> None:
    old = b"".join(b"line %d;\n" % at for at in range(200))
    (event,) = events(HOME, HOME, files=({MAIN: old}, {MAIN: old.replace(b"line 7;", b"line seven;")}))
    assert [line for line in event.more if line[0] in "-+"] == ["-line 7;", "+line seven;"]
    (event,) = events(HOME, HOME, files=({MAIN: old}, {MAIN: b"x" * 1000}))
    assert len(event.more) == 41
    assert event.more[-1].startswith("... 1")
    assert max(map(len, event.more)) <= 200
    (event,) = events(HOME, HOME, files=({MAIN: b""}, {MAIN: b"x" * 300_000}))
    assert event.more == ()


def test_failed_start_shows_what_it_printed() -> None:
    failed = with_jail(HOME, "mail", state=JailState.FAILED, start_status=1, start_output=("no bridge",))
    (event,) = events(HOME, failed)
    assert event.more == ("no bridge",)


def test_file_that_was_not_read_is_not_gone() -> None:
    told = events(HOME, unread("files")(HOME), HOME, files=({MAIN: b"a"}, {}, {MAIN: b"a"}))
    assert [event.kind for event in told] == ["host-unread", "host-read"]


def test_saved_file_concerns_the_jails_whose_configuration_it_changed() -> None:
    (web,) = (jail for jail in HOME.jails if jail.key == "web")
    assert web.configured is not None
    changed = with_jail(HOME, "web", configured=web.configured._replace(addresses=("192.168.1.9/24",)))
    (event,) = events(HOME, changed, files=({MAIN: b"a"}, {MAIN: b"b"}))
    assert event.concerns("jail", "web")
    assert not event.concerns("jail", "db")


def test_start_of_a_thousand_jails_is_told_jail_by_jail() -> None:
    jails = tuple(vnet_jail(f"j{at}", None, at) for at in range(1000))
    up = tuple(jail._replace(jid=at + 1, state=JailState.RUNNING) for at, jail in enumerate(jails))
    assert len(said(HostState(HOME.facts, jails), HostState(HOME.facts, up))) == 1000
