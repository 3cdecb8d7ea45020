"""ifconfig(8) on the simulated host: what no recording says but must hold, and the rules a console lives by."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from random import Random

import pytest
from hypothesis import HealthCheck, given, note, settings
from hypothesis import strategies as st

from jailtui.simhost import machine
from jailtui.simhost.call import Call, capture
from jailtui.simhost.kernel import jails, store
from jailtui.simhost.kernel.state import HOST
from jailtui.simhost.run import run

Answer = tuple[int, str, str]
Ask = Callable[..., Answer]


def asker(root: Path, user: str = "root") -> Ask:
    def ask(*words: str) -> Answer:
        call = capture(Call(str(root), "ifconfig", list(words), {"JAILTUI_SIM_USER": user}))
        rc = run(call)
        return rc, "".join(call.captured or ()), "".join(call.errors or ())

    return ask


@pytest.fixture(params=["13.2", "14.2", "15.1"])
def root(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    folder = tmp_path / "host"
    folder.mkdir()
    machine.booted(folder, request.param)
    return folder


@pytest.fixture
def ifconfig(root: Path) -> Ask:
    return asker(root)


def test_words_before_the_failing_one_stay_done_and_those_after_it_are_not(ifconfig: Ask) -> None:
    ifconfig("epair0", "create")
    ifconfig("bridge0", "create")
    rc, out, err = ifconfig("bridge0", "addm", "epair0a", "addm", "gone0", "addm", "em0", "up")
    assert (rc, out) == (1, "")
    assert err.startswith("ifconfig: BRDGADD gone0: No such file or directory")
    shown = ifconfig("bridge0")[1]
    assert "member: epair0a" in shown
    assert "member: em0" not in shown
    assert "UP" not in shown.splitlines()[0]


def test_an_address_is_set_only_when_every_word_was_good(ifconfig: Ask) -> None:
    assert ifconfig("em0", "inet", "10.6.6.7/24", "badword", "up")[0] == 1
    assert "10.6.6.7" not in ifconfig("em0")[1]


def test_a_description_with_line_breaks_comes_back_as_it_is(ifconfig: Ask) -> None:
    hostile = "[bold]x[/]\n\tinet 1.2.3.4 netmask 0xff\x1b[2J"
    assert ifconfig("em0", "descr", hostile) == (0, "", "")
    assert f"\tdescription: {hostile}\n" in ifconfig("em0")[1]


def test_a_create_that_fails_leaves_nothing(ifconfig: Ask) -> None:
    before = ifconfig("-l")
    for words in (("em1", "create"), ("vlan5", "create", "vlan", "5", "vlandev", "no0"), ("x" * 16, "create")):
        assert ifconfig(*words)[0] == 1
    assert ifconfig("-l") == before


def test_an_unprivileged_user_sees_everything_and_changes_nothing(root: Path, ifconfig: Ask) -> None:
    ifconfig("epair0", "create")
    alice = asker(root, "alice")
    before = ifconfig("-a")
    assert alice("-a") == before
    for words in (
        ("epair0a", "up"),
        ("epair0a", "destroy"),
        ("epair", "create"),
        ("em0", "inet", "10.0.0.9/24", "alias"),
        ("em0", "descr", "x"),
        ("em0", "name", "wan"),
        ("em0", "mtu", "1400"),
    ):
        rc, out, err = alice(*words)
        assert (rc, out) == (1, "")
        assert "permitted" in err or "permission denied" in err
    assert ifconfig("-a") == before


def test_a_jails_options_are_refused_by_13_as_unknown(root: Path, ifconfig: Ask) -> None:
    with store.transaction(str(root), write=True) as kernel:
        jails.create(kernel, {"name": "web", "vnet": True})
        old = not kernel.release.jail_option
    answer = ifconfig("-j", "web", "-l")
    if old:
        assert answer[0] == 1
        assert answer[2].startswith("ifconfig: illegal option -- j\nusage: ")
    else:
        assert answer == (0, "lo0\n", "")


WORDS = (
    "create destroy up down -alias alias delete inet inet6 ether 10.0.0.1/24 10.0.0.2 fd00::1/64 name descr mtu group "
    "-group vnet -vnet web addm deletem stp span private edge vlan vlandev -vlandev vlanpcp epair bridge vlan0 em0 lo0 "
    "em0.7 epair0a epair0b bridge0 netmask 0xffffff00 255.255.255.0 broadcast random 1400 20 -a -l -d -u -g -j -f "
    "inet:cidr static ifpathcost iftagged ifuntagged 5-7 priority proto addr defuntagged -txcsum promisc tap wg"
).split()
ODD = "\0\x1b\t\n \"'\\%/:.,-+09afzé\u0303\u200b\u202e世\U0001f600\udcff"


def word(random: Random) -> str:
    """Mostly a word that ifconfig knows, else up to six characters of any kind."""
    return random.choice(WORDS) if random.randrange(5) else "".join(random.choices(ODD, k=random.randrange(7)))


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.randoms(use_true_random=True))
def test_any_words_in_any_order_are_answered_and_leave_a_state_that_can_be_shown(
    root: Path, ifconfig: Ask, random: Random
) -> None:
    lines = [[word(random) for _ in range(random.randint(1, 6))] for _ in range(random.randrange(7))]
    note(f"{lines}")
    for words in lines:
        rc, _, err = ifconfig(*words)
        warned = any(sign in err for sign in ("WARNING", "Skipping", "SIOCSIFFIB"))
        assert (rc, bool(err)) in ((0, False), (1, True)) or warned
    rc, out, err = ifconfig("-a")
    assert (rc, err) == (0, "")
    with store.transaction(str(root), write=False) as kernel:
        for interface in kernel.listed(HOST):
            assert f"{interface.name}: flags=" in out
