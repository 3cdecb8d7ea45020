"""The small pieces of the model: kinds of interfaces, jail(8)'s commands, a reclaim's steps, answers of about.sh."""

from __future__ import annotations

import subprocess

import pytest

from jailtui.config.view import Configured
from jailtui.exchange import Section, Step
from jailtui.model import permissions
from jailtui.model.commands import Sight, jail_c, jail_r, made_by, reclaim_steps, why_untouchable
from tests.support.captures import capture, conf, row, running_web, state
from tests.support.full_host import full_host
from tests.support.large_hosts import EM0, FACTS, LO0, bridge, epair

HEAD = ": flags=8802<BROADCAST,SIMPLEX,MULTICAST> metric 0 mtu 1500\n"
TEN_G = "\tmedia: Ethernet 10Gbase-T (10Gbase-T <full-duplex>)\n"
OLD_MAC = "\tether 02:94:5e:04:07:0a\n"
MAC = "\tether 58:9c:fc:00:00:01\n"


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        (f"tap0{HEAD}{MAC}\tgroups: tap\n", "tap"),
        (f"tun0{HEAD}\tgroups: tun\n", "tun"),
        (f"wg0{HEAD}\tgroups: wg\n", "wg"),
        (f"lagg0{HEAD}{MAC}\tgroups: lagg\n", "lagg"),
        (f"lo1{HEAD}\tgroups: lo\n", "loopback"),
        ("odd: flags=8049<UP,LOOPBACK,RUNNING,MULTICAST> metric 0 mtu 16384\n", "loopback"),
        (f"x{HEAD}{MAC}", "ether"),
        (f"pflog0{HEAD}\tgroups: pflog\n", "other"),
        (f"x{HEAD}{MAC}\tgroups: epair\n", "epair"),
        (f"x{HEAD}{MAC}\tdrivername: epair7\n", "epair"),
        (f"epair7a{HEAD}{MAC}{TEN_G}\tdrivername: em0\n", "ether"),
        (f"epair7a{HEAD}{MAC}{TEN_G}", "epair"),
        (f"x{HEAD}{OLD_MAC}{TEN_G}", "epair"),
        (f"x{HEAD}{MAC}\thwaddr 02:94:5e:04:07:0b\n{TEN_G}", "epair"),
        (f"x{HEAD}{MAC}{TEN_G}", "ether"),
        (f"x{HEAD}{OLD_MAC}", "ether"),
        (f"epair7a{HEAD}{MAC}{TEN_G}\tgroups: mine\n", "ether"),
    ],
)
def test_kind_of_an_interface_by_what_it_says_of_itself(text: str, kind: str) -> None:
    (found,) = state(host=text).interfaces
    assert found.kind == kind


def test_nic_below_a_bridge_may_be_a_lagg() -> None:
    lagg = f"lagg0{HEAD}{MAC}\tgroups: lagg\n"
    found = state(host=lagg + bridge("bridge0", ["lagg0", "gone"]))
    assert (found.bridges[0].nics, found.bridges[0].vlans) == (("lagg0",), ())
    chain = state(
        rows=[row(4, "web")], host=lagg + bridge("bridge0", ["lagg0", "epair7a"]) + epair(7, "a"),
        inside={4: LO0 + epair(7, "b")},
    ).jails[0].chains[0]  # fmt: skip
    assert [(hop.kind, hop.name, hop.ok, hop.note) for hop in chain] == [
        ("nic", "lagg0", False, "down"), ("bridge", "bridge0", True, ""), ("epair-a", "epair7a", True, ""),
        ("epair-b", "epair7b", True, ""), ("jail", "web", True, ""),
    ]  # fmt: skip


def test_cable_is_drawn_with_what_is_wrong_at_each_hop() -> None:
    down = epair(7, "b", up=False)
    (chain,) = state(rows=[row(4, "web")], host=epair(7, "a", up=False), inside={4: LO0 + down}).jails[0].chains
    assert [(hop.kind, hop.name, hop.ok, hop.note) for hop in chain] == [
        ("bridge", "no bridge", False, "in no bridge"), ("epair-a", "epair7a", False, "down"),
        ("epair-b", "epair7b", False, "down"), ("jail", "web", True, ""),
    ]  # fmt: skip
    unseen = state(host=epair(7, "a", inet="10.0.0.1"), conf=conf("web", 7), rows=[row(5, "x")]).jails[1].chains[0]
    assert [(hop.kind, hop.name, hop.ok, hop.note) for hop in unseen] == [
        ("epair-a", "epair7a", True, ""), ("epair-b", "epair7", True, "unknown"), ("jail", "web", False, "not running"),
    ]  # fmt: skip
    nowhere = state(host=epair(7, "a"), conf=conf("web", 7)).jails[0].chains[0]
    assert (nowhere[2].name, nowhere[2].ok, nowhere[2].note) == ("epair7", False, "lost")


def test_nic_and_vlan_moved_in_whole_have_a_chain_each() -> None:
    vlan = (
        EM0.replace("em0:", "em0.9:") + "\tgroups: vlan\n\tvlan: 9 vlanproto: 802.1q vlanpcp: 0 parent interface: em0\n"
    )
    (web,) = state(rows=[row(4, "web")], inside={4: LO0 + EM0.replace("em0", "em1") + vlan}).jails
    assert [[(hop.kind, hop.name, hop.ok) for hop in chain] for chain in web.chains] == [
        [("nic", "em1", True), ("jail", "web", True)], [("vlan", "em0.9", True), ("jail", "web", True)],
    ]  # fmt: skip


def test_jail_without_a_name_goes_by_its_jid() -> None:
    found = state(rows=[row(4, ""), row(3, "", dying=True)], inside={4: LO0}, host=epair(7, "a", description="jail:3"))
    assert [(jail.key, jail.name) for jail in found.jails] == [("4", "4"), ("3#3", "3")]
    assert (found.epairs[0].b.jail, found.epairs[0].b.jid) == ("3", 3)


def test_user_without_root_may_only_look() -> None:
    for facts, reason in (
        (FACTS | {"uid": "1001", "user": "alice"}, "alice is not root: jails can only be looked at"),
        (FACTS | {"uid": "1001", "user": ""}, "this user is not root: jails can only be looked at"),
        (FACTS | {"uid": "x"}, "root is not root: jails can only be looked at"),
        (FACTS, None),
    ):
        assert state(facts=facts).facts.read_only == reason
    bare = state(facts={}).facts
    assert (bare.hostname, bare.release, bare.user, bare.uid) == ("", "", "", None)


@pytest.mark.parametrize(
    ("section", "subject", "message"),
    [
        (Section("sysrc", 1, "", "\n sysrc: no\nmore"), "sysrc", "sysrc: no (exit status 1)"),
        (Section("ifconfig", 124, "", "x"), "ifconfig", "no answer in time (exit status 124)"),
        (Section("jls", 137, "", ""), "jls", "no answer in time (exit status 137)"),
        (Section("jls", 2, "", ""), "jls", "no answer (exit status 2)"),
        (Section("inside 8", 1, "", "gone"), "jail 8", "can't look inside: gone (exit status 1)"),
        (Section("file /etc/x", 1, "", ""), "/etc/x", "can't be read (exit status 1)"),
        (Section("file /etc/x", 1, "", "cat: no"), "/etc/x", "cat: no"),
    ],
)
def test_failed_question_is_told_where_something_is_missing_by_it(section: Section, subject: str, message: str) -> None:
    told = capture()
    kept = tuple(one for one in told.sections if one.name != section.name)
    from jailtui.model.build import Builder

    found = Builder().build(told._replace(sections=(*kept, section)))
    assert [(one.subject, one.message) for one in found.errors] == [(subject, message)]


def test_failed_question_about_extras_is_no_trouble() -> None:
    assert state(more=[Section("rulesets", 1, "", "no"), Section("routes 4", 1, "", "no")]).errors == ()


def test_lines_of_ifconfig_that_were_not_understood_are_counted() -> None:
    found = state(host=EM0 + "??\n!!\n")
    assert found.errors[0].subject == "ifconfig"
    assert found.errors[0].message.endswith("(and 1 more): ??")


# jail(8)


def test_commands_of_jail8_name_the_file_where_it_is_not_the_main_one() -> None:
    web, box = full_host().jails[1:3]
    assert (jail_c(web), jail_r(web), jail_r(box)) == (
        ("jail", "-c", "web"), ("jail", "-r", "web"), ("jail", "-r", "5"),
    )  # fmt: skip
    own = web._replace(configured=Configured("/etc/jail.web.conf", (), True))
    assert jail_c(own) == ("jail", "-f", "/etc/jail.web.conf", "-c", "web")
    assert jail_r(own) == ("jail", "-f", "/etc/jail.web.conf", "-r", "web")


# Taking a pair back


def test_steps_of_a_reclaim_release_the_end_in_a_jail_unless_its_name_is_taken() -> None:
    found = state(**running_web())
    (pair,) = found.epairs
    back, again = ("ifconfig", "bridge0", "addm", "epair154a"), ("ifconfig", "epair154b", "vnet", "4")
    near, far = (f"| /usr/bin/grep -q {end.ether}" for end in (pair.a, pair.b))
    here = f"ifconfig epair154a {near} && ifconfig -j 4 epair154b {far}"
    out = Step(("ifconfig", "bridge0", "deletem", "epair154a"), "out of bridge0", undo=back, guard=here)
    release = Step(("ifconfig", "epair154b", "-vnet", "4"), "release it while web lives", undo=again, guard=here)
    destroy = Step(("ifconfig", "epair154a", "destroy"), "destroys both ends", guard=here)
    released = destroy._replace(guard=f"ifconfig epair154a {near} && ifconfig epair154b {far}")
    assert list(reclaim_steps(pair, Sight({}, looks_in=True))) == [out, release, released]
    taken = {"epair154b": found.interfaces[0]}
    assert list(reclaim_steps(pair, Sight(taken, looks_in=True))) == [out, destroy]
    (last,) = (step for step in reclaim_steps(pair, Sight(taken)) if step.argv == destroy.argv)
    assert last.guard == f"ifconfig epair154a {near} && jls -j 4 jid >/dev/null"


def test_step_with_a_guard_is_one_shell_that_looks_and_then_runs_it() -> None:
    step = Step(("printf", "%s", "done $(id)"), guard="true")
    assert step.line == "true && printf %s 'done $(id)'"
    assert run(step) == (0, "done $(id)", "")
    assert run(step._replace(guard="true && false")) == (
        1,
        "",
        "Not run: the host has changed since this was judged.\n",
    )
    assert step._replace(guard="").command == step.argv


def run(step: Step) -> tuple[int, str, str]:
    done = subprocess.run(step.command, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout, done.stderr


def test_both_ends_in_bridges_come_out_of_them() -> None:
    host = bridge("bridge0", ["epair7a"]) + bridge("bridge1", ["epair7b"]) + epair(7, "a") + epair(7, "b", up=False)
    (pair,) = state(host=host).epairs
    assert [step.argv[1:] for step in reclaim_steps(pair, Sight({}))] == [
        ("bridge0", "deletem", "epair7a"), ("bridge1", "deletem", "epair7b"), ("epair7a", "destroy"),
    ]  # fmt: skip


def test_why_a_pair_can_not_be_touched() -> None:
    pairs = {pair.name: pair for pair in full_host().epairs}
    assert why_untouchable(pairs["epair9"]) == ""
    double = pairs["epair9"]._replace(ambiguous=("x", "y"))
    assert why_untouchable(double) == "two interfaces of the host are called x, y: a command acts on the first"
    (away,) = state(rows=[row(4, "web")], inside={4: LO0 + epair(7, "a") + epair(7, "b")}).epairs
    assert why_untouchable(away) == "neither end is on the host"
    unknown = pairs["epair9"]._replace(orphan=None, why="because")
    assert why_untouchable(unknown) == "whether it is in use is not known: because"
    assert (made_by(None), len(made_by("pot"))) == ((), 1)


# What a form asks about a jail


def section(out: str, rc: int = 0) -> Section:
    return Section("x", rc, out, "")


def test_parameters_of_the_kernel_with_its_own_words() -> None:
    text = "security.jail.param.allow.mount.: Jail mount/unmount permission flags\nsecurity.jail.param.vnet: Vnet\n"
    found = permissions.known_params(section(text))
    assert found is not None
    assert found["vnet"] == "Vnet"
    for refused in (None, section(text, 1), section("")):
        assert permissions.known_params(refused) is None


def test_rulesets_that_are_loaded() -> None:
    assert permissions.loaded_rulesets(section("1\n5\n")) == {1, 5}
    for refused in (None, section("1\n", 1), section("x\n")):
        assert permissions.loaded_rulesets(refused) is None


def test_values_of_a_running_jail() -> None:
    text = '{"jail-information": {"jail": [{"jid": 4, "allow.mount": "true", "children.max": 2, "securelevel": -1}]}}'
    assert permissions.running_values(section(text)) == {
        "allow.mount": "true", "children.max": "2", "securelevel": "-1",
    }  # fmt: skip
    for refused in (None, section(text, 1), section("no JSON"), section('{"jail-information": {"jail": []}}')):
        assert permissions.running_values(refused) is None


@pytest.mark.parametrize(
    ("given", "level"),
    [(section("-1\n"), -1), (section("3\n"), 3), (section("4\n"), None), (section("1\n", 1), None), (None, None)],
)
def test_securelevel_of_the_host(given: Section | None, level: int | None) -> None:
    assert permissions.host_securelevel(given) == level
