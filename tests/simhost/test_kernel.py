"""The simulated kernel's rules, release by release, each with the recording it is taken from."""

from __future__ import annotations

import marshal
from collections.abc import Iterator

import pytest

from jailtui.simhost.kernel import bridges, interfaces, jails, moves, vlans
from jailtui.simhost.kernel.releases import RELEASES, release
from jailtui.simhost.kernel.state import HOST, Ifnet, Kernel, KernelError

ALL = tuple(RELEASES)


@pytest.fixture(params=ALL)
def kernel(request: pytest.FixtureRequest) -> Iterator[Kernel]:
    """A host of each release with a card and a loopback; afterwards its state must survive being stored."""
    kernel = host(request.param)
    yield kernel
    stored = marshal.loads(marshal.dumps(kernel.freeze()))
    assert Kernel.thaw(stored).freeze() == kernel.freeze()


def host(name: str) -> Kernel:
    kernel = Kernel.new(name, "host.example.org")
    card = interfaces.new_interface(kernel, HOST, "em", "em0", 0, mac="52:54:00:65:6d:30", status="active")
    card.flags = ["UP", "BROADCAST", "RUNNING", "SIMPLEX", "MULTICAST"]
    interfaces.new_loopback(kernel, HOST, 0)
    return kernel


def names(kernel: Kernel, vnet: int = HOST) -> list[str]:
    return [interface.name for interface in kernel.listed(vnet)]


def pair(kernel: Kernel, word: str = "epair", vnet: int = HOST) -> Ifnet:
    return interfaces.clone(kernel, vnet, word)


def jail(kernel: Kernel, name: str) -> int:
    return jails.create(kernel, {"name": name, "vnet": True})


def groups(interface: Ifnet) -> list[str]:
    return [str(name) for name, _ in interface.groups]


def test_an_epair_takes_the_lowest_free_number_and_keeps_it_under_any_name(kernel: Kernel) -> None:
    first = pair(kernel)
    interfaces.rename(kernel, first, "e0a_www")
    assert pair(kernel).name == "epair1a"
    with pytest.raises(KernelError, match="File exists"):
        pair(kernel, "epair0")


def test_destroying_either_end_takes_both_even_from_a_dying_jail(kernel: Kernel) -> None:
    pair(kernel, "epair7")
    jid = jail(kernel, "old")
    moves.move_in(kernel, "epair7b", "old")
    kernel.hold(jid, "tcp")
    assert not jails.remove(kernel, jid)
    end = kernel.find(HOST, "epair7a")
    assert end is not None
    interfaces.destroy(kernel, HOST, end)
    assert names(kernel) == ["em0", "lo0"]
    assert kernel.jails[jid].dying
    assert pair(kernel, "epair7").name == "epair7a"


def test_a_foreign_pair_on_the_lowest_number_makes_a_create_fail(kernel: Kernel) -> None:
    """jail-basic/vnet-move/89: it does not try the next number."""
    jid = jail(kernel, "v1")
    pair(kernel).name = "kept"
    pair(kernel, "epair1")
    interfaces.erase(kernel, kernel.listed(HOST)[2])
    pair(kernel, "epair", kernel.jails[jid].vnet)
    moves.take_back(kernel, "epair0a", "v1")
    with pytest.raises(KernelError, match="File exists"):
        pair(kernel)


def test_a_move_takes_addresses_up_and_membership_and_leaves_mac_mtu_and_description(kernel: Kernel) -> None:
    jid = jail(kernel, "web")
    end, bridge = pair(kernel), interfaces.clone(kernel, HOST, "bridge")
    end.description, end.mtu, mac = "mine", 1400, end.mac
    bridge.mtu = 1400
    bridges.add_member(kernel, bridge, end.name)
    kernel.join_group(end, "pot")
    end.addresses.append({"family": "inet", "address": "10.0.0.1", "mask": 0xFFFFFF00, "broadcast": ""})
    end.flags.append("UP")
    moves.move_in(kernel, "epair0a", "web")
    assert names(kernel, kernel.jails[jid].vnet) == ["lo0", "epair0a"]
    assert (end.addresses, "UP" in end.flags, end.bridge, bridge.members) == ([], False, 0, [])
    assert (end.description, end.mtu, end.mac, groups(end)) == ("mine", 1400, mac, ["epair"])


def test_only_13_loses_the_group_epair_on_the_way_back(kernel: Kernel) -> None:
    jail(kernel, "web")
    end = pair(kernel)
    moves.move_in(kernel, "epair0a", "web")
    moves.take_back(kernel, "epair0a", "web")
    assert groups(end) == ([] if kernel.release is release("13") else ["epair"])


def test_the_interfaces_of_a_dying_jail_are_nowhere_until_the_last_holder_lets_go(kernel: Kernel) -> None:
    jid = jail(kernel, "db")
    pair(kernel, "epair5")
    moves.move_in(kernel, "epair5b", "db")
    kernel.hold(jid, "tcp")
    kernel.hold(jid, "mount")
    jails.remove(kernel, jid)
    assert names(kernel) == ["em0", "lo0", "epair5a"]
    jails.let_go(kernel, jid, "tcp")
    assert "epair5b" not in names(kernel)
    jails.let_go(kernel, jid, "mount")
    assert names(kernel) == ["em0", "lo0", "epair5a", "epair5b"]
    assert not kernel.jails


def test_a_dying_jail_refuses_both_moves_and_a_gone_one_is_not_found(kernel: Kernel) -> None:
    jid = jail(kernel, "db")
    pair(kernel)
    moves.move_in(kernel, "epair0b", "db")
    kernel.hold(jid, "tcp")
    jails.remove(kernel, jid)
    with pytest.raises(KernelError, match=r'^jail "db" is dying$'):
        moves.take_back(kernel, "epair0b", "db")
    with pytest.raises(KernelError, match=f"^jail {jid} is dying$"):
        moves.move_in(kernel, "epair0a", str(jid))
    jails.let_go(kernel, jid)
    with pytest.raises(KernelError, match=r'^jail "db" not found$'):
        moves.take_back(kernel, "epair0b", "db")


def test_nobody_checks_the_name_on_a_return_and_the_first_in_the_list_answers(kernel: Kernel) -> None:
    jail(kernel, "v2")
    mine = pair(kernel)
    interfaces.rename(kernel, mine, "eth0")
    moves.move_in(kernel, "epair0b", "v2")
    inside = kernel.find(kernel.jails[1].vnet, "epair0b")
    assert inside is not None
    interfaces.rename(kernel, inside, "eth0")
    moves.take_back(kernel, "eth0", "v2")
    assert names(kernel) == ["em0", "lo0", "eth0", "eth0"]
    assert kernel.find(HOST, "eth0") is mine


def test_a_move_in_is_refused_where_the_name_is_taken_or_there_is_no_own_stack(kernel: Kernel) -> None:
    jails.create(kernel, {"name": "plain"})
    jail(kernel, "web")
    pair(kernel)
    for name, where in (("epair0a", "plain"), ("lo0", "web")):
        with pytest.raises(KernelError, match=r"^SIOCSIFVNET: File exists$"):
            moves.move_in(kernel, name, where)


def test_an_end_in_a_nested_jail_comes_home_to_the_host(kernel: Kernel) -> None:
    outer = jail(kernel, "outer")
    inner = jails.create(kernel, {"name": "outer.inner", "vnet": True, "parent": outer})
    pair(kernel)
    moves.move_in(kernel, "epair0b", "outer")
    moves.move_in(kernel, "epair0b", "outer.inner", kernel.jails[outer].vnet)
    assert jails.remove(kernel, inner)
    assert "epair0b" in names(kernel)


def test_a_pair_made_inside_goes_with_its_jail(kernel: Kernel) -> None:
    kernel.modules.append("epair")
    jid = jail(kernel, "web")
    pair(kernel, "epair", kernel.jails[jid].vnet)
    moves.take_back(kernel, "epair0a", "web")
    jails.remove(kernel, jid)
    assert names(kernel) == ["em0", "lo0"]


def test_a_jail_cannot_load_the_module_of_a_cloner(kernel: Kernel) -> None:
    jid = jail(kernel, "web")
    with pytest.raises(KernelError, match="Invalid argument"):
        pair(kernel, "epair", kernel.jails[jid].vnet)


def test_from_inside_a_guest_is_destroyed_since_14_only(kernel: Kernel) -> None:
    jid = jail(kernel, "web")
    pair(kernel)
    moves.move_in(kernel, "epair0b", "web")
    end = kernel.find(kernel.jails[jid].vnet, "epair0b")
    assert end is not None
    if kernel.release is release("13"):
        with pytest.raises(KernelError, match="Device not configured"):
            interfaces.destroy(kernel, kernel.jails[jid].vnet, end)
    else:
        interfaces.destroy(kernel, kernel.jails[jid].vnet, end)
        assert names(kernel) == ["em0", "lo0"]


def test_15_gives_a_dying_jails_jid_away_and_the_others_refuse(kernel: Kernel) -> None:
    jid = jail(kernel, "db")
    kernel.hold(jid, "tcp")
    jails.remove(kernel, jid)
    if kernel.release is release("15"):
        jails.create(kernel, {"name": "new", "jid": jid})
        assert {there.jid: there.name for there in kernel.jails.values()} == {jid: "new", jails.LAST_DYING: "db"}
    else:
        with pytest.raises(KernelError, match=r"^jail 1 already exists$"):
            jails.create(kernel, {"name": "new", "jid": jid})


def test_a_dying_jail_may_share_its_name_and_the_live_one_answers_to_it(kernel: Kernel) -> None:
    old = jail(kernel, "db")
    kernel.hold(old, "tcp")
    jails.remove(kernel, old)
    new = jail(kernel, "db")
    found = kernel.jail_by("db", dying=True)
    assert found is not None
    assert found.jid == new


def test_macs_of_a_pair_are_related_before_15_and_stable_on_15(kernel: Kernel) -> None:
    a = pair(kernel)
    b = kernel.interfaces[a.peer]
    before = (a.mac, b.mac)
    interfaces.erase(kernel, a)
    a = pair(kernel)
    again = (a.mac, kernel.interfaces[a.peer].mac)
    if kernel.release.fixed_macs:
        assert before == again
        assert before[0][:-3] != before[1][:-3]
    else:
        assert before != again
        assert (before[0][:-2], before[0][-2:], before[1][-2:]) == (before[1][:-2], "0a", "0b")


def test_vlan_children_of_a_parent_that_moves_stay_and_lose_tag_and_parent_for_good(kernel: Kernel) -> None:
    jail(kernel, "web")
    pair(kernel)
    child = interfaces.clone(kernel, HOST, "epair0b.20")
    moves.move_in(kernel, "epair0b", "web")
    moves.take_back(kernel, "epair0b", "web")
    assert (child.tag, child.parent, child.vnet) == (0, 0, HOST)


def test_a_vlan_that_moves_in_and_back_keeps_tag_and_parent(kernel: Kernel) -> None:
    jail(kernel, "web")
    vlan = interfaces.clone(kernel, HOST, "em0.20")
    moves.move_in(kernel, "em0.20", "web")
    moves.take_back(kernel, "em0.20", "web")
    assert (vlan.tag, kernel.interfaces[vlan.parent].name) == (20, "em0")


def test_a_tag_is_used_once_on_a_parent(kernel: Kernel) -> None:
    interfaces.clone(kernel, HOST, "em0.20")
    with pytest.raises(KernelError, match="File exists"):
        vlans.check(kernel, HOST, 20, "em0")


@pytest.mark.parametrize(
    ("name", "code"), [("nosuch0", "ENOENT"), ("lo0", "EINVAL"), ("bridge0", "EINVAL"), ("epair0a", "EEXIST")]
)
def test_what_cannot_become_a_member_is_refused_by_its_reason(kernel: Kernel, name: str, code: str) -> None:
    bridge = interfaces.clone(kernel, HOST, "bridge")
    pair(kernel)
    bridges.add_member(kernel, bridge, "epair0a")
    with pytest.raises(KernelError) as refused:
        bridges.add_member(kernel, bridge, name)
    assert refused.value.code == code
    assert ("(" in str(refused.value)) == kernel.release.explains


def test_a_member_of_another_mtu_is_refused_on_13_and_fitted_later(kernel: Kernel) -> None:
    bridge = interfaces.clone(kernel, HOST, "bridge")
    bridges.add_member(kernel, bridge, "em0")
    pair(kernel).mtu = 9000
    if kernel.release is release("13"):
        with pytest.raises(KernelError, match="Invalid argument"):
            bridges.add_member(kernel, bridge, "epair0a")
    else:
        bridges.add_member(kernel, bridge, "epair0a")
        end = kernel.find(HOST, "epair0a")
        assert end is not None
        assert end.mtu == 1500


def test_an_unknown_release_is_refused_by_name() -> None:
    with pytest.raises(ValueError, match=r"no such release: 12\.4"):
        release("12.4")
