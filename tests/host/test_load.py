"""The load of all jails: what host/load.sh makes of the recorded output of ps and netstat, and how much it prints."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from plumbum import local

from jailtui.exchange import Argv
from jailtui.formats.load import Counters, JailSum
from jailtui.host.host import Host
from jailtui.host.shell import Shell, local_shell
from jailtui.model.load import Load, account_of, is_plain, load_of
from jailtui.simhost import setup
from tests.support.shared_material import recordings
from tests.support.tool_hosts import Tools


def listed_jails(paths: Mapping[int, str]) -> str:
    """What `jls --libxo json jid path` prints of jails with these roots."""
    rows = (f'{{"jid":"{jid}","path":{json.dumps(path)}}}' for jid, path in paths.items())
    return f'{{"__version": "2", "jail-information": {{"jail": [{",".join(rows)}]}}}}\n'


JAILS = listed_jails({2: "/jails/my-vnet-jail", 3: "/jails/web", 4: "/jails/a b'c", 8: "/jails/my-vnet-jail"})


def recorded(release: str) -> dict[str, str]:
    return {line["id"]: line["stdout"] for line in recordings(release) if line["file"] == "telemetry"}


def replayed(folder: Path, release: str) -> Tools:
    """The host of telemetry/seven-jails: a tool for each question of load.sh. Two jails have a devfs 60 s old."""
    told, tools = recorded(release), Tools(folder)
    for name in ("awk", "xargs", "dirname"):
        (tools.bin / name).symlink_to(local.which(name))
    for name, text in (
        ("jls", JAILS),
        ("ps", told["telemetry/seven-jails/13"]),
        ("netstat", told["telemetry/seven-jails/46"]),
        ("sysctl", told["telemetry/seven-jails/30"] + told["telemetry/seven-jails/66"]),
    ):
        (folder / name).write_text(text)
        tools.add(name, f"cat {folder}/{name}")
    tools.add("ps", f"awk '{{ print $1, $5, $6, $8, $9 }}' {folder}/ps")
    (tools.bin / "date").unlink()
    tools.add("date", "echo 1795847475")
    tools.add(
        "stat",
        'shift 2; for file; do case $file in */dev) echo "1795847415 7 $file" ;; *) echo "5 5 $file" ;; esac; done',
    )
    return tools


def load(tools: Tools) -> Load:
    found = load_of(tools.host().load(), 0.0, root=True)
    assert found is not None
    return found


@pytest.mark.parametrize(("release", "web", "burner"), [("13.2", 5, 389), ("15.1", 3, 324)])
def test_processes_are_summed_by_jail_on_the_host(tmp_path: Path, release: str, web: int, burner: int) -> None:
    found = load(replayed(tmp_path, release))
    assert found.sums is not None
    assert found.sums.clock == 1795847475
    assert found.sums.jails.keys() == {2, 3, 4, 8}  # the host's own processes are no jail's
    if web in found.sums.jails:
        assert found.sums.jails[web] == JailSum(burner, 23.7, 4876, 60, exact=True)
    assert found.racct


def test_age_is_that_of_the_devfs_mount_and_else_of_the_oldest_process(tmp_path: Path) -> None:
    sums = load(replayed(tmp_path, "15.1")).sums
    assert sums is not None
    ages = {jid: (jail.age, jail.exact) for jid, jail in sums.jails.items()}
    # 2 and 8 have the same root: whose mount it is can't be told; 8 has no process
    assert ages == {2: (6, False), 3: (60, True), 4: (60, True), 8: (None, False)}


def test_a_dev_that_is_no_mount_and_a_mount_younger_than_a_process_tell_nothing(tmp_path: Path) -> None:
    tools = replayed(tmp_path, "15.1")
    tools.add("stat", 'shift 2; for file; do echo "1795847415 5 $file"; done')  # one device: a link or a folder
    sums = load(tools).sums
    assert sums is not None
    assert (sums.jails[3].age, sums.jails[3].exact) == (7, False)
    tools.add("stat", 'shift 2; n=0; for file; do n=$((n + 1)); echo "1795847473 $n $file"; done')
    sums = load(tools).sums
    assert sums is not None
    assert (sums.jails[3].age, sums.jails[3].exact) == (7, False)


def test_a_jail_that_makes_jails_with_line_breaks_in_their_paths_costs_nobody_else_a_figure(tmp_path: Path) -> None:
    tools = replayed(tmp_path, "15.1")
    hostile = '/jails/x/\n3 /jails/none\n\n"},{"jid":"4","path":"/'
    (tmp_path / "jls").write_text(listed_jails({2: hostile, 3: "/jails/web", 4: "/jails/{a b}]"}))
    sums = load(tools).sums
    assert sums is not None
    assert {jid: (jail.age, jail.exact) for jid, jail in sums.jails.items()} == {
        2: (6, False),
        3: (60, True),
        4: (60, True),
    }


@pytest.mark.parametrize("release", ["13.2", "15.1"])
def test_counters_of_every_interface_with_both_kinds_of_drops(tmp_path: Path, release: str) -> None:
    links = load(replayed(tmp_path, release)).links
    assert links is not None
    expected = {"13.2": Counters(548 + 5, 63143, 483, 139604), "15.1": Counters(475, 55119, 402, 126423)}
    assert links["vtnet0"] == expected[release]
    assert {"em0", "lo0", "bridge0", "epair163a", "epair166a"} <= links.keys()


def test_counters_are_read_by_their_place_since_a_key_stands_twice_and_a_name_may_hold_a_quote(tmp_path: Path) -> None:
    tools = replayed(tmp_path, "15.1")
    text = (
        '{"statistics": {"interface": [{"name":"a\\",1}","flags":"0x8943","mtu":1500,"network":"<Link#5>",'
        '"address":"58:9c:fc:10:7e:56","received-packets":1,"received-errors":2,"dropped-packets":3,'
        '"received-bytes":42,"sent-packets":5,"send-errors":6,"sent-bytes":7,"collisions":8,"dropped-packets":9}]}}'
    )
    (tools.root / "netstat").write_text(text)
    assert list((load(tools).links or {}).values()) == [Counters(1, 42, 5, 7, 2 + 3 + 6 + 9)]


def test_a_command_that_fails_leaves_its_part_unknown_with_the_reason(tmp_path: Path) -> None:
    tools = replayed(tmp_path, "15.1")
    tools.add("ps", "echo 'ps: kvm_getprocs: Operation not permitted' >&2; exit 1")
    tools.add("netstat", "echo 'netstat: sysctl: oops' >&2; exit 1")
    found = load(tools)
    assert (found.sums, found.links) == (None, None)
    assert "kvm_getprocs: Operation not permitted (exit status 1)" in found.why
    assert "sysctl: oops (exit status 1)" in found.why


@pytest.mark.parametrize("answer", ["echo security.bsd.see_other_uids: 0", "exit 1"])
def test_where_others_are_or_may_be_hidden_only_root_knows_what_jails_use(tmp_path: Path, answer: str) -> None:
    tools = replayed(tmp_path, "15.1")
    tools.add("sysctl", answer)
    sections = tools.host().load()
    assert not (load_of(sections, 0.0, root=True) or Load(0)).hidden
    hidden = load_of(sections, 0.0, root=False) or Load(0)
    assert hidden.hidden
    assert "see_other_uids" in hidden.why


@pytest.mark.parametrize("jails", [1, 100])
def test_a_jail_takes_at_most_80_bytes_on_the_line(tmp_path: Path, jails: int) -> None:
    tools = replayed(tmp_path, "15.1")
    numbers = range(100, 100 + jails)
    (tmp_path / "jls").write_text(listed_jails({jid: f"/jails/web{jid}" for jid in numbers}))
    (tmp_path / "ps").write_text("".join(f"{jid} 1 1 u 12.5 524288 1 2880:12.34 86400\n" for jid in numbers))
    entry = (
        '{{"name":"epair{}a","flags":"0x8943","mtu":1500,"network":"<Link#5>","address":"58:9c:fc:10:7e:56",'
        '"received-packets":123456,"received-errors":0,"dropped-packets":0,"received-bytes":123456789,'
        '"sent-packets":123456,"send-errors":0,"sent-bytes":123456789,"collisions":0,"dropped-packets":0}}'
    )
    listed = ", ".join(entry.format(jid) for jid in numbers)
    (tmp_path / "netstat").write_text(f'{{"statistics": {{"interface": [{listed}]}}}}')
    printed = sum(len(section.out) for section in tools.host().load() if section.name != "load-host")
    assert printed <= 80 * jails + 64


def test_number_of_commands_does_not_grow_with_the_jails(tmp_path: Path) -> None:
    tools, log = replayed(tmp_path, "15.1"), tmp_path / "log"
    for name in ("jls", "ps", "netstat", "sysctl", "stat"):
        body = (tools.bin / name).read_text().partition("\n")[2]
        tools.add(name, f"echo {name} >>{log}\n{body}")
    counts = []
    for jails in (1, 200):
        (tmp_path / "jls").write_text(listed_jails({jid: f"/jails/web{jid}" for jid in range(3, 3 + jails)}))
        host = tools.host()
        host.load()  # connects
        log.write_text("")
        host.load()
        counts.append(sorted(log.read_text().split()))
    assert counts[0] == counts[1] == ["jls", "netstat", "ps", "stat", "sysctl"]


@pytest.mark.parametrize("release", ["13.2", "14.2", "15.1"])
def test_it_rides_on_a_reading_of_the_embedded_host_or_is_read_alone(tmp_path: Path, release: str) -> None:
    environment = setup.prepare(tmp_path / "demo", release=release)
    host = Host("demo", lambda: local_shell(environment=environment))
    assert load_of(host.capture().sections, 0.0, root=True) is None
    host.want_load()
    riding = load_of(host.capture().sections, 0.0, root=True)
    assert load_of(host.capture().sections, 0.0, root=True) is None  # asked for once
    alone = load_of(host.load(), 0.0, root=True)
    assert riding is not None
    assert alone is not None
    assert riding.links == alone.links
    assert riding.sums is not None
    assert alone.sums is not None
    assert {jid: jail.memory for jid, jail in riding.sums.jails.items()} == dict.fromkeys(range(4, 11), 2800)
    assert alone.sums.jails.keys() == riding.sums.jails.keys()
    assert all(jail.exact for jail in alone.sums.jails.values())


class Interrupted(Shell):
    """A shell on the host, during whose first script something else is done."""

    meanwhile: Callable[[], None] | None = None

    def run(self, text: str, words: Argv, limit: float) -> tuple[int, str, str]:
        meanwhile, self.meanwhile = self.meanwhile, None
        if meanwhile is not None:
            meanwhile()
        return super().run(text, words, limit)


def test_load_that_is_wanted_during_a_reading_comes_with_the_next_one(tmp_path: Path) -> None:
    shell = Interrupted(local_shell(environment=setup.prepare(tmp_path / "demo")).command)
    host = Host("demo", lambda: shell)
    host.capture()
    shell.meanwhile = host.want_load
    assert load_of(host.capture().sections, 0.0, root=True) is None
    assert load_of(host.capture().sections, 0.0, root=True) is not None


def test_host_tells_when_it_was_asked_last(tmp_path: Path) -> None:
    host = replayed(tmp_path, "15.1").host()
    times = [host.asked_at]
    for ask in (host.load, lambda: host.account("web")):
        ask()
        times.append(host.asked_at)
    assert times == sorted(set(times))


def test_the_kernel_is_asked_what_it_accounts_to_one_jail(tmp_path: Path) -> None:
    tools = replayed(tmp_path, "15.1")
    (tmp_path / "rctl").write_text(recorded("15.1")["telemetry/seven-jails/87"])
    tools.add("rctl", f'[ "$*" = "-u jail:web" ] && cat {tmp_path}/rctl')
    assert account_of(tools.host().account("web"))["cputime"] == 11
    tools.add("rctl", "echo 'rctl: RACCT/RCTL present, but disabled' >&2; exit 1")
    assert account_of(tools.host().account("web")) == {}
    tools.add("rctl", "echo garbage")
    assert account_of(tools.host().account("web")) == {}
    assert [is_plain(name) for name in ("web", "a.b_c-1", "12", "a:memoryuse", "a b", "a;b", "")] == [True] * 2 + [
        False
    ] * 5
