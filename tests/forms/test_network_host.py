"""The two switches of the network form on a whole host, from the form to what the host then has."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from jailtui.backend import HostBackend
from jailtui.forms.protocol import OFF, ON, Answers, Draft
from jailtui.plans.save import taken_back
from tests.support.form_hosts import MAIN, Embedded, execute, form_of

RC = 'hostname="web"\nsshd_enable="NO"\ncron_enable="NO"\nsyslogd_enable="NO"\n'
TEXT = """web {
	path = /jails/web;
	persist;
	vnet;
	mount.devfs;
	devfs_ruleset = 11;
	vnet.interface = "epair154b";
	exec.prestart = "ifconfig epair154 create up || true", "ifconfig bridge0 addm epair154a || true";
	exec.start = "ifconfig epair154b inet 192.168.1.154/24 up", "route add default 192.168.1.1", "/bin/sh /etc/rc";
	exec.stop = "/bin/sh /etc/rc.shutdown jail";
}
"""
releases = pytest.mark.parametrize("release", ["13.2", "15.1"])


def never() -> bool:
    return False


class Host:
    """An embedded host on which web runs, and its network form."""

    def __init__(self, folder: Path, release: str, text: str) -> None:
        files = {MAIN: text.encode(), "/jails/web/etc/rc.conf": RC.encode()}
        self.host = Embedded(folder, files, release=release, bridges=["bridge0"], folders=["/jails/web"])
        self.backend: HostBackend = self.host.backend()
        done = execute(self.backend, "jail", "-c", "web")
        assert done.ok, done.output

    def draft(self, answers: Mapping[str, str]) -> Draft:
        return self.backend.form("network", "web").draft(Answers(answers))

    def save(self, answers: Mapping[str, str]) -> None:
        """Save, restart, as the console does."""
        form, snapshot = form_of(self.backend, "network", "web")
        plan = self.backend.save_plan(form, form.draft(Answers(answers)), snapshot, restart=True)
        assert plan.refused == ()
        assert set(self.backend.run(plan, lambda _: None, never).values()) == {"done"}

    def values(self, *keys: str) -> list[str]:
        """The values of the fields with these keys."""
        fields = {field.key: field.value for field in self.backend.form("network", "web").fields(Answers())}
        return [fields[key] for key in keys]

    def addresses(self) -> list[str]:
        jail = self.backend.read().state.jail("web")
        return [] if jail is None else [str(one) for one in jail.addresses if ":" not in one.address]

    def on_host(self, name: str) -> bool:
        return name in self.host.ask("ifconfig", "-l").split()


@pytest.fixture
def made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Host]]:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    hosts: list[Host] = []
    yield hosts
    for one in hosts:
        one.backend.close()


@releases
def test_dhcp_switched_on_gives_the_jail_a_lease_that_a_renamed_pair_keeps_and_off_takes_it_away(
    made: list[Host], tmp_path: Path, release: str
) -> None:
    made.append(host := Host(tmp_path / "host", release, TEXT))
    assert host.addresses() == ["192.168.1.154/24"]
    host.save({"dhcp": ON})
    (lease,) = host.addresses()
    assert lease != "192.168.1.154/24"
    assert "SYNCDHCP" in (tmp_path / "host/jails/web/etc/rc.conf").read_text()
    assert "192.168.1.154" not in (tmp_path / "host/etc/jail.conf").read_text()
    assert host.host.default_routes("web") == ["192.168.1.1"]
    assert host.values("dhcp", "address") == [ON, ""]
    host.save({"epair": "epair9"})
    assert host.addresses() == [lease]
    assert host.values("epair", "dhcp") == ["epair9", ON]
    host.save({"dhcp": OFF, "address": "192.168.1.155/24", "gateway": "192.168.1.1"})
    assert host.addresses() == ["192.168.1.155/24"]
    assert host.values("dhcp") == [OFF]


def test_a_ruleset_without_bpf_is_named_before_dhcp_is_saved(made: list[Host], tmp_path: Path) -> None:
    made.append(host := Host(tmp_path / "host", "15.1", TEXT.replace("= 11", "= 5")))
    (told,) = (note for note in host.draft({"dhcp": ON}).notes if note.code == "CONF-DHCP-BPF")
    assert (told.level, told.field) == ("error", "dhcp")
    assert told.text.endswith("but devfs ruleset 5 hides /dev/bpf.")


@releases
def test_a_released_end_is_back_though_a_connection_holds_the_jail_and_one_that_is_gone_lets_it_stop(
    made: list[Host], tmp_path: Path, release: str
) -> None:
    made.append(host := Host(tmp_path / "host", release, TEXT))
    host.save({"release": ON})
    assert host.values("release") == [ON]
    host.host.ask("ifconfig", "epair154a", "destroy")
    done = execute(host.backend, "jail", "-r", "web")
    assert done.ok, done.output
    jail = host.backend.read().state.jail("web")
    assert jail is not None
    assert not jail.running
    host.host.ask("jail", "-c", "web")
    host.host.ask("ifconfig", "bridge0", "inet", "192.168.1.1/24")
    host.host.ask("daemon", "-f", "nc", "192.168.1.154", "22")
    done = execute(host.backend, "jail", "-r", "web")
    assert done.ok, done.output
    assert host.host.ask("jls", "-d", "-n", "name", "dying") == "name=web dying\n"
    assert host.on_host("epair154b")


@pytest.mark.parametrize(  # the same on each release
    ("answers", "release"),
    [({"dhcp": ON}, "13.2"), ({"epair": "epair9", "release": ON}, "15.1"), ({"mtu": "1400"}, "15.1")],
)
def test_a_save_taken_back_leaves_every_file_as_it_was(
    made: list[Host], tmp_path: Path, answers: dict[str, str], release: str
) -> None:
    made.append(host := Host(tmp_path / "host", release, TEXT))
    files = [tmp_path / "host/etc/jail.conf", tmp_path / "host/jails/web/etc/rc.conf"]
    before = [file.read_bytes() for file in files]
    form, snapshot = form_of(host.backend, "network", "web")
    plan = host.backend.save_plan(form, form.draft(Answers(answers)), snapshot)
    assert set(host.backend.run(plan, lambda _: None, never).values()) == {"done"}
    assert [file.read_bytes() for file in files] != before
    back = taken_back(plan)
    assert back is not None
    assert set(host.backend.run(back, lambda _: None, never).values()) == {"done"}
    assert [file.read_bytes() for file in files] == before
