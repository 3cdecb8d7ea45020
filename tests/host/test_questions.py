"""What a reading asks beside jls and ifconfig, and when: by the real /bin/sh, with tools that the test writes."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest
from plumbum import local

from jailtui.exchange import Section
from jailtui.host.collect import FileHost, dump
from jailtui.host.host import Host
from jailtui.host.shell import script
from tests.support.tool_hosts import Tools

LIVE = "jid=4 vnet=new nodying"
NOBODY = 65534
OLD_NETSTAT = "echo 'netstat: illegal option -- j' >&2; exit 1"


@pytest.fixture
def tools(tmp_path: Path) -> Tools:
    made = Tools(tmp_path)
    for name in ("netstat", "mount", "jexec", "sysctl", "devfs", "tail"):
        made.add(name, f'echo "{name} $*"')
    (made.bin / "tail").unlink()
    (made.bin / "tail").symlink_to(local.which("tail"))
    return made


def jails(tools: Tools, *lines: str) -> None:
    listed = " ".join(f"'{one}'" for one in lines)
    tools.add("jls", f"case $* in *json*) echo '{{}}' ;; *) printf '%s\\n' {listed} ;; esac")


def sections(host: Host, *, everything: bool = False) -> dict[str, Section]:
    return {one.name: one for one in host.capture(everything=everything).sections}


def test_unless_told_mounts_and_connections_are_asked_only_while_a_jail_is_dying(tools: Tools) -> None:
    jails(tools, LIVE)
    host = tools.host()
    assert not {"mounts", "connections"} & sections(host).keys()
    jails(tools, LIVE, "jid=3 vnet=new dying")
    told = sections(host)
    assert (told["mounts"].out, told["connections"].out) == ("mount --libxo json\n", "netstat -anW -p tcp\n")
    jails(tools, LIVE)
    assert not {"mounts", "connections"} & sections(host).keys()


def test_what_the_configuration_names_is_looked_for_once_and_then_with_every_reading(tools: Tools) -> None:
    (tools.root / "jails/web").mkdir(parents=True)
    (tools.root / "jails/file").touch()
    (tools.root / "etc").mkdir()
    (tools.root / "etc/fstab").write_text("tmpfs /tmp tmpfs rw 0 0\n")
    host = tools.host()
    host.capture()
    words = ("mounts", "dir=/jails/web", "dir=/jails/a b", "dir=/jails/file", "dir=/pool/x", "fstab=/etc/fstab")
    told = {one.name: one.out for one in host.ask_always(words)}
    assert told == {
        "mounts": "mount --libxo json\n",
        "missing": "/jails/a b\n/jails/file\n/pool/x\n",
        "fstab /etc/fstab": "tmpfs /tmp tmpfs rw 0 0\n",
    }
    assert host.ask_always(words) == ()
    again = {name: one.out for name, one in sections(host).items() if name in told}
    assert again == told
    (tools.root / "jails/a b").mkdir()
    assert sections(host)["missing"].out == "/jails/file\n/pool/x\n"
    assert [one.name for one in host.ask_always((*words, "dir=/jails/db"))] == ["missing"]


def test_routes_of_a_jail_with_a_tunnel_are_read_at_once_and_then_with_every_reading(tools: Tools) -> None:
    jails(tools, LIVE, "jid=5 vnet=new nodying")
    host = tools.host()
    host.capture()
    (answer,) = host.ask_always(("route=4",))
    assert (answer.name, answer.out) == ("routes 4", "netstat -rnW --libxo json -j 4\n")
    assert host.ask_always(("route=4",)) == ()
    told = sections(host)
    assert [name for name in told if name.startswith("routes")] == ["routes 4"]
    assert told["routes 4"].out == answer.out
    assert "routes 5" in sections(host, everything=True)


def test_without_netstat_j_the_netstat_of_a_jail_with_a_tunnel_is_run(tools: Tools) -> None:
    jails(tools, LIVE)
    tools.add("netstat", OLD_NETSTAT)
    host = tools.host()
    host.capture()
    (answer,) = host.ask_always(("route=4",))
    assert (answer.name, answer.out) == ("routes 4", "jexec 4 netstat -rnW --libxo json\n")
    assert sections(host)["routes 4"].out == answer.out


def test_directory_that_this_user_may_not_look_at_is_not_missing(tools: Tools) -> None:
    (tools.root / "jails/web").mkdir(parents=True)
    (tools.root / "jails").chmod(0)
    user = NOBODY if os.geteuid() == 0 else None  # root may look at anything
    if user is not None:
        for folder in (tools.root, *tools.root.parents[:-2]):
            folder.chmod(folder.stat().st_mode | 0o711)
    text = f"root={tools.root}; {script('paths.sh')}\nmissing_paths dir=/jails/web dir=/jails/no dir=/no"
    done = subprocess.run(["/bin/sh", "-c", text], user=user, capture_output=True, text=True, check=False)
    (tools.root / "jails").chmod(0o755)
    assert done.stdout == "/no\n"


def test_who_is_called_jail_is_asked_and_then_what_runs(tools: Tools) -> None:
    tools.add("ps", 'echo "ps $*"')
    tools.add("pgrep", 'echo "pgrep $*"; exit 1')
    assert sections(tools.host())["jail-commands"].out == "pgrep -j none -U 0 -fl jail\n"
    tools.add("pgrep", 'echo "pgrep $*"')
    assert sections(tools.host())["jail-commands"].out.splitlines()[1:] == ["ps -axww -o jid,uid,pid,comm"]


def test_pgrep_that_knows_no_such_options_is_asked_without(tools: Tools) -> None:
    tools.add("pgrep", 'case $1 in -j) exit 2 ;; esac; echo "4711 jail -c web"')
    assert sections(tools.host())["jail-commands"].out == "4711 jail -c web\n"


def test_they_are_asked_without_root_too_and_no_jail_is_entered(tools: Tools) -> None:
    tools.add("id", '[ "$1" = -u ] && echo 1001 || echo alice')
    jails(tools, LIVE, "jid=3 vnet=new dying")
    told = sections(tools.host(), everything=True)
    assert {"mounts", "connections"} <= told.keys()
    assert not [name for name in told if name.startswith(("inside", "routes"))]


def test_no_dying_jail_and_none_without_its_own_network_is_looked_into(tools: Tools) -> None:
    jails(tools, LIVE, "jid=3 vnet=new dying", "jid=5 vnet=inherit nodying")
    told = sections(tools.host(), everything=True)
    assert [name for name in told if name.startswith(("inside", "routes"))] == ["inside 4", "routes 4"]


def test_routes_inside_are_asked_only_for_everything_and_not_remembered(tools: Tools) -> None:
    jails(tools, LIVE)
    host = tools.host()
    assert "routes 4" not in sections(host)
    assert sections(host, everything=True)["routes 4"].out == "netstat -rnW --libxo json -j 4\n"
    assert "routes 4" not in sections(host)


def test_netstat_that_knows_no_jails_is_run_inside(tools: Tools) -> None:
    jails(tools, LIVE)
    tools.add("netstat", OLD_NETSTAT)
    assert sections(tools.host(), everything=True)["routes 4"].out == "jexec 4 netstat -rnW --libxo json\n"


def test_sysctls_and_rulesets_are_read_seldom_and_carried_over(tools: Tools) -> None:
    tools.add("devfs", f"[ $2 = showsets ] && echo run >>{tools.root}/count; echo 4")
    host = tools.host()
    first, second = (sections(host) for _ in range(2))
    assert first == second
    assert (second["bridge-sysctls"].out, second["rulesets"].out) == (
        "sysctl net.link.bridge kern.securelevel\n",
        "4\n",
    )
    assert (tools.root / "count").read_text() == "run\n"


def test_a_form_has_the_seldom_read_anew_but_asks_nothing_of_every_jail(tools: Tools) -> None:
    jails(tools, LIVE)
    tools.add("devfs", f"[ $2 = showsets ] && echo run >>{tools.root}/count; echo 4")
    host = tools.host()
    host.capture()
    told = {one.name for one in host.capture(fresh=True).sections}
    assert (tools.root / "count").read_text() == "run\nrun\n"
    assert not told & {"routes 4", "jail-params"}


def test_how_the_host_is_reached_is_a_fact_and_a_file_is_no_host(tools: Tools, tmp_path: Path) -> None:
    told = Host("nas", tools.shell, reached="local").capture()
    assert told.facts["reached"] == "local"
    file = tmp_path / "nas.json"
    file.write_text(dump(told))
    assert FileHost(file).capture().facts["reached"] == "file"


def logs(tools: Tools, *words: str) -> dict[str, str]:
    return {one.name: one.out for one in tools.host().about(("only", *words))}


def test_only_asks_for_nothing_but_the_words(tools: Tools) -> None:
    assert logs(tools, "ruleset=11") == {"ruleset 11": "devfs rule -s 11 show\n"}
    assert {"params", "rulesets"} <= {one.name for one in tools.host().about(("ruleset=11",))}


def test_end_of_a_log_is_read_and_a_missing_one_is_not_an_answer(tools: Tools) -> None:
    (tools.root / "var").mkdir()
    (tools.root / "var/console.log").write_text("x" * 20000 + "\nlast\n")
    told = logs(tools, "under=", "log=/var/console.log", "log=/var/none.log", "log=/var")
    assert [name for name, text in told.items() if text] == ["log /var/console.log"]
    assert told["log /var/console.log"].endswith("xx\nlast\n")
    assert len(told["log /var/console.log"]) == 16384


@pytest.mark.parametrize("link", ["jails/web/var/console.log", "jails/web/var"])
def test_link_inside_a_jail_is_not_followed(tools: Tools, link: str) -> None:
    outside = tools.root / "etc"
    outside.mkdir()
    (outside / "console.log").write_text("a secret of the host\n")
    at = tools.root / link
    at.parent.mkdir(parents=True)
    at.symlink_to(outside if at.suffix != ".log" else outside / "console.log")
    assert logs(tools, "under=/jails/web", "log=/jails/web/var/console.log") == {"log /jails/web/var/console.log": ""}


@pytest.mark.parametrize("link", ["jails/web/etc/rc.conf", "jails/web/etc"])
def test_rc_conf_of_a_jail_is_never_read_through_a_link_of_its(tools: Tools, link: str) -> None:
    outside = tools.root / "etc"
    outside.mkdir()
    (outside / "rc.conf").write_text("the host's own\n")
    at = tools.root / link
    at.parent.mkdir(parents=True)
    at.symlink_to(outside if at.suffix != ".conf" else outside / "rc.conf")
    assert logs(tools, "root=/jails/web")["jail-rc"] == ""


def test_rc_conf_of_a_jail_is_read(tools: Tools) -> None:
    (tools.root / "jails/web/etc").mkdir(parents=True)
    (tools.root / "jails/web/etc/rc.conf").write_text('sshd_enable="YES"\n')
    assert logs(tools, "root=/jails/web")["jail-rc"] == 'sshd_enable="YES"\n'


def test_link_above_the_jails_is_the_operators_own(tools: Tools) -> None:
    (tools.root / "pool/web/var").mkdir(parents=True)
    (tools.root / "pool/web/var/console.log").write_text("started\n")
    (tools.root / "jails").symlink_to(tools.root / "pool")
    told = logs(tools, "under=/jails/web", "log=/jails/web/var/console.log")
    assert told == {"log /jails/web/var/console.log": "started\n"}
