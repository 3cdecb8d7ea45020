"""What a jail stands on: a root directory that is missing, and mounts that an earlier run left."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from jailtui.exchange import Verb
from jailtui.formats.fstab import FstabLine
from jailtui.formats.mount import Mount
from jailtui.model.state import Jail, JailState
from tests.support.contexts import context, findings, found
from tests.support.epair_hosts import gone
from tests.support.form_hosts import execute
from tests.support.jail_hosts import apply, house, running, template
from tests.support.releases import OLD_AND_NEW

WEB = template("web")
DEV = Mount("devfs", "/jails/web/dev", "devfs")
USR = Mount("/jails/base/usr", "/jails/web/usr", "nullfs")
PORTS = Mount("/usr/ports", "/jails/web/usr/ports", "nullfs")
LISTED = template("web", **{"mount.devfs;": 'mount.devfs; mount = "/usr/ports /jails/web/usr/ports nullfs ro 0 0";'})
FSTAB = template("web", **{"mount.devfs;": 'mount.devfs; mount.fstab = "/etc/fstab.web";'})


@pytest.fixture(autouse=True)
def _state_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))


@pytest.mark.parametrize("release", OLD_AND_NEW)
def test_missing_root_is_found_and_said_before_the_start(tmp_path: Path, release: str) -> None:
    host = house(tmp_path / "host", WEB, release=release)
    backend = host.backend()
    (finding,) = findings(backend, "JAIL-NO-ROOT")
    assert (finding.severity, finding.subject.key) == ("error", "web")
    (task,) = backend.plan(Verb.START, backend.read(), ["web"]).tasks
    assert task.grave
    assert "its root directory /jails/web does not exist" in " ".join(task.warnings)
    for part in ("", "/dev", "/etc"):
        (tmp_path / f"host/jails/web{part}").mkdir(parents=True, exist_ok=True)
    assert findings(backend, "JAIL-NO-ROOT") == ()


@pytest.mark.parametrize("state", [JailState.RUNNING, JailState.STARTING])
def test_root_of_a_jail_that_runs_is_not_judged(state: JailState) -> None:
    missing = frozenset({"/jails/web"})
    assert found(context(WEB, running=[running(WEB, "web", 4, state=state)], missing=missing), "JAIL-NO-ROOT") == ()
    (finding,) = found(context(WEB, missing=missing), "JAIL-NO-ROOT")
    assert finding.evidence[0].source == "ls -d /jails/web"
    assert found(context(WEB, missing=frozenset({"/jails/web2"})), "JAIL-NO-ROOT") == ()


@pytest.mark.parametrize("release", OLD_AND_NEW)
def test_missing_file_of_mounts(tmp_path: Path, release: str) -> None:
    backend = house(tmp_path / "host", FSTAB, "web", release=release).backend()
    (finding,) = findings(backend, "JAIL-NO-FSTAB")
    assert "its mount.fstab /etc/fstab.web does not exist" in finding.text


def test_other_file_of_mounts_is_not_the_jails() -> None:
    assert found(context(FSTAB, missing=frozenset({"/etc/fstab.web"})), "JAIL-NO-FSTAB")
    assert not found(context(WEB, missing=frozenset({"/etc/fstab"})), "JAIL-NO-FSTAB")


@pytest.mark.parametrize("release", OLD_AND_NEW)
def test_devfs_left_by_jail_r_is_found_and_unmounted_before_the_start(tmp_path: Path, release: str) -> None:
    """As recorded in orphan/jail-R-mount."""
    host = house(tmp_path / "host", WEB, "web", release=release)
    host.ask("jail", "-c", "web")
    backend = host.backend()
    assert findings(backend, "JAIL-MOUNTS-LEFT") == ()
    host.ask("jail", "-R", "web")
    (finding,) = findings(backend, "JAIL-MOUNTS-LEFT")
    assert "/jails/web/dev is still mounted" in finding.text
    plan = backend.plan(Verb.START, backend.read(), ["web"])
    assert any(step.argv == ("umount", "/jails/web/dev") for offer in plan.offers for step in offer.steps)
    apply(backend, finding.remedies[0])
    assert findings(backend, "JAIL-MOUNTS-LEFT") == ()
    assert execute(backend, "jail", "-c", "web").ok
    host.ask("jail", "-r", "web")
    assert DEV not in (backend.read().state.mounts or ())


def test_one_of_two_stacked_mounts_is_left_after_the_next_run(tmp_path: Path) -> None:
    host = house(tmp_path / "host", WEB, "web")
    host.ask("jail", "-c", "web")
    host.ask("jail", "-R", "web")
    host.ask("jail", "-c", "web")
    host.ask("jail", "-r", "web")
    (finding,) = findings(host.backend(), "JAIL-MOUNTS-LEFT")
    assert [step.argv[1] for step in finding.remedies[0].task.steps] == [DEV.path]


def test_nullfs_and_stacked_mounts_are_unmounted_from_the_top() -> None:
    (finding,) = found(context(LISTED, mounts=(PORTS, DEV, DEV)), "JAIL-MOUNTS-LEFT")
    assert finding.remedies[0].task.steps == ()
    (finding,) = found(context(LISTED, mounts=(USR, PORTS, DEV, DEV)), "JAIL-MOUNTS-LEFT")
    assert [step.argv[1] for step in finding.remedies[0].task.steps] == [DEV.path, DEV.path, PORTS.path]
    assert finding.severity == "warning"
    lines = (("/etc/fstab.web", (FstabLine(*PORTS),)),)
    (listed,) = found(context(FSTAB, mounts=(PORTS,), fstabs=lines), "JAIL-MOUNTS-LEFT")
    assert "/jails/web/usr/ports is still mounted" in listed.text


def test_mount_below_a_directory_that_the_jail_can_replace_is_unmounted_by_hand() -> None:
    """The root of web moved usr away and put a link to the host's / in its place: umount(8) would follow it."""
    (finding,) = found(context(LISTED, mounts=(PORTS, DEV)), "JAIL-MOUNTS-LEFT")
    (remedy,) = finding.remedies
    assert (remedy.task.steps, remedy.task.label) == ((), "Unmount by hand what is left")
    assert "may have put a link into the path" in remedy.task.why
    assert "/jails/web/dev, /jails/web/usr/ports" in remedy.task.why


def test_mounts_of_a_dying_jail_are_left_too() -> None:
    jail = gone()._replace(key="web")
    assert found(context(WEB, running=[jail], mounts=(DEV,)), "JAIL-MOUNTS-LEFT")


@pytest.mark.parametrize(
    "host",
    [
        {"mounts": (DEV,), "running": [running(WEB, "web", 4)]},
        {"mounts": (DEV,), "running": [running(WEB, "web", 4, state=JailState.STARTING)]},
        {"mounts": (DEV,), "running": [Jail("old", "old", 4, JailState.RUNNING, True, path="/jails/web")]},
        {"mounts": (DEV,), "fstabs": (("/etc/fstab", (FstabLine(*DEV),)),)},
        {"mounts": (Mount("tmpfs", "/jails/web/dev", "tmpfs"),)},
        {"mounts": (Mount("/bin", "/jails/web/bin", "nullfs"),)},
        {"mounts": (Mount("devfs", "/jails/web/dev\n", "devfs"),)},
        {"mounts": ()},
        {},
    ],
    ids=["runs", "starts", "another's root", "fstab", "other type", "thin root", "other name", "none", "not read"],
)
def test_mounts_that_no_run_of_the_jail_left(host: dict[str, Any]) -> None:
    assert found(context(WEB, **host), "JAIL-MOUNTS-LEFT") == ()
