"""The reclaim ladder: what is offered for a dying jail and its pair, in which order, and that each rung works."""

from __future__ import annotations

import fcntl
import struct
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from jailtui.formats.fstab import FstabLine
from jailtui.formats.mount import Mount
from jailtui.formats.netstat import Connection
from jailtui.model.sessions import SshSession, WayIn
from jailtui.model.state import Address, Capability, End, Epair, HostFacts, Jail, JailState, Where
from jailtui.rules.context import Context
from jailtui.rules.finding import Remedy
from jailtui.rules.ladder import TAKE_BACK, ladder
from tests.support.contexts import context, findings
from tests.support.epair_hosts import BRIDGES, RENAMED, WEB, codes, dying, gone, near, on_host, pair
from tests.support.jail_hosts import apply
from tests.support.releases import RELEASES

LOST = End(None, Where.LOST, "web", 3)
PAIR = pair(near(), LOST, orphan=True, why="one end is lost with web, jid 3, dying")
CLOSING = Connection("192.168.1.1", 49166, "192.168.1.154", 5432, "CLOSE_WAIT")


@pytest.fixture(autouse=True)
def _state_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))


def scene(one: Epair = PAIR, text: str = WEB, *, running: tuple[Jail, ...] = (), **more: Any) -> Context:
    """A host on which web (jid 3) is dying with an end of the pair, nothing mounted and no connection."""
    told: dict[str, Any] = {"mounts": (), "connections": (), "interfaces": on_host(one), "bridges": BRIDGES, **more}
    made = context(text, running=running, epairs=(one,), **told)
    tools = (Capability("tool python3", True),) if more.get("from_here") else ()
    facts = made.state.facts._replace(capabilities=tools)
    return replace(made, state=made.state._replace(facts=facts, jails=(gone(), *made.state.jails)))


def offered(made: Context, one: Epair = PAIR) -> dict[str, Remedy]:
    """What is offered for the pair, by the first word of its label."""
    return {remedy.task.label.split()[0]: remedy for remedy in ladder(made, jail=None, pair=one)}


def of(folder: Path, word: str, release: str, **how: Any) -> tuple[Any, Remedy]:
    """A host with a dying jail, and the remedy for its pair that begins with a word."""
    backend = dying(folder / "host", release, **how).backend()
    (found,) = findings(backend, "EPAIR-LOST")
    return backend, next(one for one in found.remedies if one.task.label.startswith(word))


@pytest.mark.parametrize("release", RELEASES)
def test_dropping_the_one_connection_frees_the_jail_at_once(tmp_path: Path, release: str) -> None:
    backend, remedy = of(tmp_path, "Drop", release)
    (step,) = remedy.task.steps
    assert step.argv[0] == "tcpdrop"
    assert step.argv[3:] == ("192.168.1.154", "5432")
    apply(backend, remedy)
    assert "EPAIR-LOST" not in codes(backend)
    assert not [one for one in backend.read().state.jails if one.state is JailState.DYING]


@pytest.mark.parametrize("release", RELEASES)
def test_dropping_frees_nothing_once_the_pair_is_destroyed(tmp_path: Path, release: str) -> None:
    host = dying(tmp_path / "host", release)
    host.ask("ifconfig", "epair154a", "destroy")
    backend = host.backend()
    (finding,) = findings(backend, "JAIL-DYING")
    drop = next(one for one in finding.remedies if one.task.label.startswith("Drop"))
    assert "does not reach it" in drop.task.why
    apply(backend, drop)
    assert [one.state for one in backend.read().state.jails if one.jid] == [JailState.DYING]


@pytest.mark.parametrize("release", RELEASES)
def test_thin_root_stays_on_the_embedded_host(tmp_path: Path, release: str) -> None:
    host = dying(tmp_path / "host", release)
    for name in ("bin", "usr"):
        for folder in (name, f"jails/web/{name}"):
            (tmp_path / "host" / folder).mkdir(exist_ok=True, parents=True)
        host.ask("mount", "-t", "nullfs", "-o", "ro", f"/{name}", f"/jails/web/{name}")
    for finding in findings(host.backend()):
        assert not [step for remedy in finding.remedies for step in remedy.task.steps if step.argv[0] == "umount"]


@pytest.mark.parametrize("release", RELEASES)
def test_unmounting_what_was_mounted_inside_frees_the_jail_at_once(tmp_path: Path, release: str) -> None:
    backend, remedy = of(tmp_path, "Unmount", release, peer=False, mount=True)
    assert [step.argv for step in remedy.task.steps] == [("umount", "/jails/web/mnt")]
    apply(backend, remedy)
    assert "EPAIR-LOST" not in codes(backend)


@pytest.mark.parametrize("release", ["13.2", "14.2"])
@pytest.mark.parametrize("text", [WEB, RENAMED])
def test_reviving_takes_the_end_back_and_the_jail_dies_on(tmp_path: Path, release: str, text: str) -> None:
    backend, remedy = of(tmp_path, "Revive", release, text=text)
    apply(backend, remedy)
    state = backend.read().state
    (there,) = state.epairs
    assert there.a.where is Where.HOST
    assert there.b.where is Where.HOST
    assert there.b.name == ("lan0" if text is RENAMED else "epair154b")
    assert [one.state for one in state.jails if one.jid is not None] == [JailState.DYING]
    assert "EPAIR-LOST" not in codes(backend)


def test_reviving_beside_a_new_jail_renames_the_dying_one(tmp_path: Path) -> None:
    host = dying(tmp_path / "host", "14.2")
    host.ask("jail", "-c", "name=web", "path=/jails/web", "persist")
    backend = host.backend()
    (found,) = findings(backend, "EPAIR-LOST")
    remedy = next(one for one in found.remedies if one.task.label.startswith("Revive"))
    assert remedy.task.steps[0].argv == ("jail", "-d", "-m", "jid=1", "name=old1", "persist")
    apply(backend, remedy)
    assert {one.name: one.state for one in backend.read().state.jails} == {
        "old1": JailState.DYING,
        "web": JailState.RUNNING,
    }
    assert "EPAIR-LOST" not in codes(backend)


@pytest.mark.parametrize("release", RELEASES)
def test_destroying_the_a_end_takes_the_lost_one_and_the_jail_starts_again(tmp_path: Path, release: str) -> None:
    host = dying(tmp_path / "host", release)
    backend = host.backend()
    remedy = findings(backend, "EPAIR-LOST")[0].remedies[-1]
    assert remedy.task.label == "Destroy epair154"
    assert remedy.force == "forced"
    apply(backend, remedy)
    assert codes(backend) == set()
    host.ask("jail", "-c", "web")
    assert codes(backend) == set()


def test_rungs_stand_in_their_order_gentle_to_forced() -> None:
    mount = Mount("tmpfs", "/jails/web/mnt", "tmpfs")
    made = scene(release="14.2-RELEASE", mounts=(mount,), connections=(CLOSING,), from_here=True)
    found = ladder(made, jail=None, pair=PAIR)
    words = [one.task.label.split()[0] for one in found]
    assert words == ["Wait", "Drop", "Unmount", "Revive", "Take", "Destroy"]
    assert [one.force for one in found] == ["gentle", "firm", "firm", "firm", "forced", "forced"]
    assert all(one.task.breaks and (one.task.undo or not one.task.steps) for one in found)


def test_15_has_no_way_back_from_dying() -> None:
    assert "Revive" in offered(scene(release="13.5-RELEASE"))
    assert "Revive" not in offered(scene(release="15.1-RELEASE"))
    assert "Revive" not in offered(scene(release=""))


def test_jail_alone_has_what_frees_it_and_nothing_for_a_pair() -> None:
    made = scene(connections=(CLOSING,))
    assert [one.task.label.split()[0] for one in ladder(made, jail=gone(), pair=None)] == ["Wait", "Drop"]


@pytest.mark.parametrize(
    ("told", "says"),
    [
        ({}, "about a minute after its own close"),
        ({"connections": (CLOSING,)}, "11 to 12 minutes"),
        ({"connections": (CLOSING._replace(state="ESTABLISHED"),)}, "until its peer closes it"),
        ({"mounts": (Mount("tmpfs", "/jails/web/mnt", "tmpfs"),)}, "for ever"),
        ({"connections": None, "mounts": None}, "could not be read"),
    ],
)
def test_waiting_says_why_and_how_long(told: dict[str, Any], says: str) -> None:
    assert says in offered(scene(**told))["Wait"].task.why


@pytest.mark.parametrize(
    "other",
    [
        CLOSING._replace(peer="192.168.1.99"),
        CLOSING._replace(state="TIME_WAIT"),
        CLOSING._replace(state="CLOSED"),
        CLOSING._replace(port=22),
    ],
)
def test_no_other_connection_is_dropped_and_no_ssh(other: Connection) -> None:
    assert "Drop" not in offered(scene(connections=(other,)))


@pytest.mark.parametrize("flags", ["-p 2222", "-4 -p2222", "-o Port=2222", "-oPort=2222"])
def test_ssh_on_a_port_of_its_own_is_not_dropped(flags: str) -> None:
    told = scene(connections=(CLOSING._replace(port=2222),))
    assert "Drop" in offered(told)
    state = told.state._replace(rcconf=(("sshd_flags", flags),))
    assert "Drop" not in offered(replace(told, state=state))


def test_ssh_that_is_left_alone_is_told() -> None:
    assert "ssh" in offered(scene(connections=(CLOSING._replace(port=22),)))["Wait"].task.why


def test_connection_may_be_that_of_a_jail_that_lives_with_the_address() -> None:
    other = Jail("box", "box", 9, JailState.RUNNING, True, path="/jails/box", addresses=(Address("192.168.1.154", 24),))
    again = Jail("web", "web", 9, JailState.RUNNING, True, path="/jails/other")
    for living in (other, again):
        assert "Drop" not in offered(scene(connections=(CLOSING,), running=(living,)))
    elsewhere = other._replace(addresses=(Address("192.168.1.99", 24),))
    assert "Drop" in offered(scene(connections=(CLOSING,), running=(elsewhere,)))


def test_address_that_only_the_kernel_had_is_dropped_too() -> None:
    """As `ifconfig ... alias` gave it while the jail ran: no file has it."""
    jail = gone(last_addresses=(Address("192.168.1.177", 24),))
    made = context(
        WEB, running=(jail,), epairs=(PAIR,), connections=(CLOSING._replace(peer="192.168.1.177"),), mounts=()
    )
    steps = [step.argv for remedy in ladder(made, jail=jail, pair=PAIR) for step in remedy.task.steps]
    assert ("tcpdrop", "192.168.1.1", "49166", "192.168.1.177", "5432") in steps


def test_dropping_says_where_the_pair_is_gone_that_it_frees_nothing_soon() -> None:
    made = scene(connections=(CLOSING,))
    assert "at once" in offered(made)["Drop"].task.why
    alone = replace(made, state=made.state._replace(epairs=()))
    (drop,) = (one for one in ladder(alone, jail=gone(), pair=None) if one.task.label.startswith("Drop"))
    assert "at once" not in drop.task.why
    assert "stays dying" in drop.task.why


def test_jail_without_vnet_is_known_by_the_address_that_the_kernel_shows() -> None:
    jail = gone(name="plain")._replace(vnet=False, addresses=(Address("10.0.0.7"),))
    made = context(running=(jail,), mounts=(), connections=(CLOSING._replace(peer="10.0.0.7"),))
    drop = ladder(made, jail=jail, pair=None)[1]
    assert drop.task.steps[0].argv == ("tcpdrop", "192.168.1.1", "49166", "10.0.0.7", "5432")


def test_jail_in_no_file_is_known_by_the_cable_that_only_it_is_on() -> None:
    """As recorded in dying/tcpdrop-one, where the jail was made by hand."""
    held = End(None, Where.LOST, "hand", 3)
    routed = pair(near(bridge=None, addresses=(Address("10.5.0.1", 24),)), held, orphan=True, owner="hand")
    open_ = Connection("10.5.0.1", 40000, "10.5.0.2", 5000, "CLOSE_WAIT")
    other = Connection("192.168.1.10", 40001, "10.5.0.2", 5000, "CLOSE_WAIT")
    told = context(
        "", running=(gone(name="hand"),), epairs=(routed,), connections=(open_, other), interfaces=on_host(routed)
    )
    argvs = [step.argv for it in ladder(told, jail=told.kernel[3], pair=routed) for step in it.task.steps]
    assert [argv for argv in argvs if argv[0] == "tcpdrop"] == [("tcpdrop", "10.5.0.1", "40000", "10.5.0.2", "5000")]
    bridged = routed._replace(a=near(addresses=(Address("10.5.0.1", 24),)))
    told = context(
        "", running=(gone(name="hand"),), epairs=(bridged,), connections=(open_,), interfaces=on_host(bridged)
    )
    steps = [step for it in ladder(told, jail=told.kernel[3], pair=bridged) for step in it.task.steps]
    assert not any(step.argv[0] == "tcpdrop" for step in steps), "in a bridge it may be anybody's"


def test_absent_tcpdrop_is_not_offered() -> None:
    made = scene(connections=(CLOSING,))
    facts = HostFacts("nas", release="15.1-RELEASE", capabilities=(Capability("tool tcpdrop", False),))
    assert "Drop" not in offered(replace(made, state=made.state._replace(facts=facts)))


@pytest.mark.parametrize(
    "mount",
    [
        Mount("devfs", "/jails/web/dev", "devfs"),
        Mount("/usr/ports", "/jails/web/usr/ports", "nullfs"),
        Mount("/dev/da0p1", "/jails/web/data", "ufs"),
        Mount("tank/web/var", "/jails/web/var", "zfs"),
        Mount("tmpfs", "/jails/web2/mnt", "tmpfs"),
    ],
)
def test_mount_of_the_host_is_not_unmounted(mount: Mount) -> None:
    text = WEB.replace("persist;", 'mount.devfs;\n    mount = "/usr/ports /jails/web/usr/ports nullfs ro 0 0";')
    assert "Unmount" not in offered(scene(text=text, mounts=(mount,)))


def test_deepest_mount_is_unmounted_first() -> None:
    paths = ("/jails/web/mnt", "/jails/web/mnt/a/b", "/jails/web/mnt/a")
    made = scene(mounts=tuple(Mount("tmpfs", path, "tmpfs") for path in paths))
    assert [step.argv[1] for step in offered(made)["Unmount"].task.steps] == [paths[1], paths[2], paths[0]]


@pytest.mark.parametrize("line", ["    allow.mount.tmpfs;\n", "    allow.mount;\n", "    enforce_statfs = 1;\n"])
def test_mount_that_the_jail_could_not_make_is_unknown_and_in_no_command(line: str) -> None:
    made = scene(text=WEB.replace(line, ""), mounts=(Mount("tmpfs", "/jails/web/mnt", "tmpfs"),))
    assert "Unmount" not in offered(made)
    assert "/jails/web/mnt is in no file of mounts" in offered(made)["Wait"].task.why


THIN = tuple(Mount(f"/{name}", f"/jails/web/{name}", "nullfs") for name in ("bin", "sbin", "lib", "libexec", "usr"))
"""The mounts of a thin root, made by the host."""


def test_thin_root_is_not_taken_from_under_a_dying_jail() -> None:
    made = scene(mounts=THIN, connections=(CLOSING,))
    words = {word for remedy in offered(made).values() for step in remedy.task.steps for word in step.argv}
    assert not words & {"umount", *(mount.path for mount in THIN)}
    assert "program on this host" in offered(made)["Wait"].task.why
    assert "/jails/web/bin and 4 more are in no file of mounts" in offered(made)["Wait"].task.why


def test_mount_that_a_file_explains_is_the_hosts() -> None:
    text = WEB.replace("allow.mount;", "allow.mount; allow.mount.nullfs;")
    lines = {
        "/etc/fstab": (FstabLine("/bin", "/jails/web/bin", "nullfs"), FstabLine("/sbin", "/jails/web/sbin", "nullfs")),
        "/etc/fstab.web": tuple(FstabLine(*mount) for mount in THIN[2:]),
    }
    fstab = text.replace("persist;", 'persist; mount.fstab = "/etc/fstab.web";')
    assert "Unmount" in offered(scene(text=text, mounts=THIN))
    assert "Unmount" not in offered(scene(text=fstab, mounts=THIN, fstabs=tuple(lines.items())))
    assert "Unmount" not in offered(scene(text=fstab, mounts=THIN)), "what mount.fstab explains is not known"
    hook = text.replace("persist;", 'persist; exec.prestart = "/sbin/mount -t nullfs /bin /jails/web/bin";')
    assert "Unmount" not in offered(scene(text=hook.replace("exec.prestart  =", "exec.prestart +="), mounts=THIN[:1]))


@pytest.mark.parametrize(
    "path", ["/jails/web/a\nb", r"/jails/web/a\040b", "/jails/web/a b", "/jails/web/;id", "/jails/web/a/b"]
)
def test_path_that_the_jails_root_chose_is_shown_and_in_no_command(path: str) -> None:
    remedy = offered(scene(mounts=(Mount("tmpfs", path, "tmpfs"),)))["Unmount"]
    assert remedy.task.steps == ()
    assert path in remedy.task.why


def test_mount_where_a_new_jail_lives_is_left_alone() -> None:
    again = Jail("web", "web", 9, JailState.RUNNING, True, path="/jails/web")
    assert "Unmount" not in offered(scene(mounts=(Mount("tmpfs", "/jails/web/mnt", "tmpfs"),), running=(again,)))


def test_bare_ioctl_is_for_the_host_itself_with_python() -> None:
    assert "Take" in offered(scene(from_here=True))
    assert "Take" not in offered(scene())
    assert "Take" not in offered(replace(scene(), from_here=True))
    remedy = offered(scene(from_here=True))["Take"]
    assert remedy.task.steps[0].argv == ("python3", "-c", TAKE_BACK, "epair154b", "3")
    assert "not yet from Python" in remedy.task.why


def test_bare_ioctl_asks_for_the_name_inside_and_the_jid(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[tuple[int, bytes]] = []
    monkeypatch.setattr(fcntl, "ioctl", lambda _, request, given: asked.append((request, given)))
    monkeypatch.setattr(sys, "argv", ["-c", "lan0", "3"])
    exec(compile(TAKE_BACK, "step", "exec"), {})
    ((request, given),) = asked
    assert request == 0xC020695B
    assert len(given) == (request >> 16) & 0x1FFF
    assert given[:16].rstrip(b"\0") == b"lan0"
    assert struct.unpack_from("i", given, 16) == (3,)


def test_program_can_be_shown_on_one_line() -> None:
    assert TAKE_BACK.isprintable()


@pytest.mark.parametrize("word", ["Revive", "Take"])
def test_end_is_not_taken_back_where_the_host_has_its_name(word: str) -> None:
    how: dict[str, Any] = {"release": "14.2-RELEASE", "from_here": True}
    assert word in offered(scene(text=RENAMED, **how))
    lan0 = on_host(pair(near("lan0"), near("lan1")))
    assert word not in offered(scene(text=RENAMED, **how, interfaces=(*on_host(PAIR), *lan0)))


def test_end_of_a_pair_that_a_tool_made_has_no_known_name() -> None:
    one = PAIR._replace(owner="x", manager="Bastille")
    assert "Revive" not in offered(scene(one, release="14.2-RELEASE"), one)


def test_name_that_two_carry_is_in_no_command() -> None:
    one = PAIR._replace(ambiguous=("epair154a",))
    found = ladder(scene(one), jail=None, pair=one)
    assert not any(remedy.task.steps for remedy in found)
    assert "two interfaces of the host" in found[-1].task.why


def test_pair_of_another_tool_says_so_in_what_breaks() -> None:
    one = PAIR._replace(manager="Bastille")
    assert "Bastille made this pair" in offered(scene(one), one)["Destroy"].task.breaks


@pytest.mark.parametrize(("release", "macs"), [("13.2-RELEASE", "new MACs"), ("15.1-RELEASE", "the same MACs")])
def test_destroying_says_what_comes_again(release: str, macs: str) -> None:
    assert offered(scene(release=release))["Destroy"].task.undo == f"the start of web recreates the pair, with {macs}"


def test_pair_that_is_no_orphan_is_not_destroyed() -> None:
    one = PAIR._replace(orphan=None)
    assert "Destroy" not in offered(scene(one), one)


def test_session_of_sshd_on_a_port_that_no_file_names_is_never_dropped() -> None:
    """sshd_config may have any port: sockstat tells. What it can't tell is not dropped either."""
    made = scene(connections=(CLOSING,))
    assert "Drop" in offered(made)
    session = SshSession(*CLOSING[:4])
    assert "Drop" not in offered(replace(made, state=made.state._replace(way_in=WayIn((session,)))))
    assert "Drop" not in offered(replace(made, state=made.state._replace(way_in=WayIn(unknown="sockstat failed"))))
