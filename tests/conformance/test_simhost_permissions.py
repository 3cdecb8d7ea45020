"""What a permission form asks of a host, from the simulated one: held to the recordings of three releases."""

from __future__ import annotations

from pathlib import Path

import pytest

from jailtui.simhost.call import Call, capture
from jailtui.simhost.home.files import DEVFS_RULES
from jailtui.simhost.run import run
from tests.support import machine
from tests.support.replay import Line, lines
from tests.support.shared_material import RELEASES

ALL = ("jail-basic/jls-none/21", "jail-basic/jls-none/22", "probe/capabilities/10", "probe/capabilities/11")
WITH_NULLFS = ("jail-errors/params/237", "jail-errors/params/238")
AFTER_DHCP = ("inside/dhcp/16", "inside/dhcp/17", "inside/dhcp/18")


def recorded(release: str, identity: str) -> Line:
    file, scenario, _ = identity.split("/")
    prefix = "" if release == "13.2" else "replay-"
    return next(line for line in lines(release, prefix + file, scenario) if line.id == identity)


def given(host: machine.Host, *words: str) -> tuple[str, str, int]:
    call = capture(Call(str(host.folder), words[0], list(words[1:]), environ=host.environment("root")))
    rc = run(call)
    return "".join(call.captured or ()), "".join(call.errors or ()), rc


def same(host: machine.Host, line: Line) -> None:
    assert given(host, *(line.argv or ())) == (line.stdout, line.stderr, line.rc)


@pytest.mark.parametrize("release", RELEASES)
@pytest.mark.parametrize("identity", ALL)
def test_sysctl_tells_the_parameters_as_recorded(release: str, identity: str, tmp_path: Path) -> None:
    same(machine.start(tmp_path / "host", release, "clean"), recorded(release, identity))


@pytest.mark.parametrize("release", RELEASES)
@pytest.mark.parametrize("identity", WITH_NULLFS)
def test_sysctl_tells_of_a_file_system_once_its_module_is_loaded(release: str, identity: str, tmp_path: Path) -> None:
    host = machine.start(tmp_path / "host", release, "clean")
    given(host, "jls", "-n", "allow.mount.nullfs")
    same(host, recorded(release, identity))


@pytest.mark.parametrize("release", RELEASES)
def test_devfs_shows_the_rulesets_that_are_loaded_and_no_other(release: str, tmp_path: Path) -> None:
    host = machine.start(tmp_path / "host", release, "clean")
    same(host, recorded(release, "jail-basic/devfs-rulesets/46"))
    (host.folder / "etc/devfs.rules").write_text(DEVFS_RULES, encoding="ascii")
    same(host, recorded(release, "jail-basic/devfs-rulesets/46"))
    for identity in AFTER_DHCP:
        same(host, recorded(release, identity))
    for number in ("82", "83"):
        same(host, recorded(release, f"rc-service/netif/{number}"))


@pytest.mark.parametrize("release", ["13.2", "15.1"])
def test_devfs_lists_a_ruleset_that_only_a_mount_uses_and_shows_no_rules_of_it(release: str, tmp_path: Path) -> None:
    host = machine.start(tmp_path / "host", release, "clean")
    (host.folder / "jails/my-vnet-jail/dev").mkdir(parents=True)
    for line in lines(release, "found", "ruleset"):
        if line.text.startswith(("jls ", "ls ")):  # jls is held elsewhere; the embedded /dev is an empty directory
            continue
        commands = line.text.removesuffix(" | head -3").split("; ")
        stdout = "".join(given(host, *command.split())[0] for command in commands)
        assert stdout.startswith(line.stdout), line.id
