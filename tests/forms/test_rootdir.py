"""Where the root of a new jail comes from: made on an embedded host, started there, and undone."""

from __future__ import annotations

import io
import tarfile
from pathlib import Path

import pytest

from jailtui.exchange import Verb
from jailtui.forms.jails.rootdir import ARCHIVE, MOUNTED, THIN, ZFS
from jailtui.plans.plan import Plan
from jailtui.plans.run import Outcome
from jailtui.plans.save import save_plan, taken_back
from tests.support.form_hosts import MAIN, Embedded, sources
from tests.support.new_jails import answered, jails_after, opened, told, with_roots

SHOP = {"name": "shop", "path": "/jails/shop", "address": "192.168.1.44/24", "gateway": "192.168.1.1"}
FILES = ("bin/sh", "dev/.keep", "etc/rc", "root/.profile", "var/log/messages")


def base(place: Path) -> None:
    """A base.txz with a file of each sort of directory."""
    place.parent.mkdir(parents=True, exist_ok=True)
    with tarfile.open(place, "w:xz") as packed:
        for name in FILES:
            entry = tarfile.TarInfo(f"./{name}")
            entry.size = 2
            packed.addfile(entry, io.BytesIO(b"x\n"))


def embedded(folder: Path, release: str = "15.1") -> Embedded:
    texts = {MAIN: b"", "/etc/rc.conf": b'jail_enable="YES"\n'}
    return Embedded(folder, texts, release=release, bridges=["bridge0"], folders=["/jails/other"])


@pytest.mark.parametrize(("kind", "release"), [(ARCHIVE, "13.2"), (THIN, "15.1")])  # the same on each
def test_jail_starts_from_the_root_that_was_made_and_undo_removes_it(tmp_path: Path, release: str, kind: str) -> None:
    host = embedded(tmp_path, release)
    base(tmp_path / "usr/freebsd-dist/base.txz")
    for part in (*MOUNTED, "etc", "root", "var"):
        (tmp_path / "releases/base" / part).mkdir(parents=True)
    backend = host.backend()
    form = backend.form("new", "")
    more = {"release": "/releases/base"} if kind == THIN else {}
    draft = form.draft(answered(**SHOP, root=kind, **more))
    assert not draft.errors, draft.errors

    def run(plan: Plan) -> set[Outcome]:
        return set(backend.run(plan, lambda _: None, lambda: False).values())

    plan = save_plan(form, draft, backend.read().state)
    assert plan.tasks[0].steps[0].argv[0] == "mkdir", "the root comes before the file"
    assert run(plan) == {"done"}
    assert (tmp_path / "jails/shop/etc").is_dir()
    assert (tmp_path / "jails/shop/bin/sh").is_file() == (kind == ARCHIVE)
    assert run(backend.plan(Verb.START, backend.read(), ["shop"])) == {"done"}
    mounted = host.ask("mount", "-p")
    assert mounted.count("nullfs") == (len(MOUNTED) if kind == THIN else 0)
    assert run(backend.plan(Verb.STOP, backend.read(), ["shop"])) == {"done"}
    undo = taken_back(plan)
    assert undo is not None
    assert run(undo) == {"done"}
    assert not (tmp_path / "jails/shop").exists()
    assert (tmp_path / "jails/other").is_dir()
    assert backend.read().state.jail("shop") is None


def test_archive_that_is_not_there_leaves_the_files_as_they_are(tmp_path: Path) -> None:
    backend = embedded(tmp_path).backend()
    form = backend.form("new", "")
    plan = save_plan(form, form.draft(answered(**SHOP, root=ARCHIVE)), backend.read().state)
    said: list[str] = []
    assert set(backend.run(plan, lambda event: said.append(event.text), lambda: False).values()) == {"failed"}
    assert any("Failed to open" in text for text in said)
    assert (tmp_path / "etc/jail.conf").read_bytes() == b""


def test_mounts_of_a_thin_jail_are_read_only() -> None:
    before = with_roots(sources({}, bridges=["bridge0"]), "/jails", "other")
    draft = opened("new", "", before).draft(answered(**SHOP, root=THIN, release="/jails/other/"))
    assert jails_after(before, draft)["shop"]["mount"] == tuple(
        f"/jails/other/{part} /jails/shop/{part} nullfs ro 0 0" for part in MOUNTED
    )


@pytest.mark.parametrize(
    ("answers", "says"),
    [
        ({"root": ARCHIVE, "path": "/jails/other"}, "path: /jails/other exists already"),
        ({"root": ARCHIVE, "path": "/jails/../etc"}, "path: /jails/../etc contains an empty part, . or .."),
        ({"root": ARCHIVE, "archive": "base.txz"}, "archive: base.txz is not an absolute path."),
        ({"root": THIN}, "release: A path is missing."),
        ({"root": THIN, "release": "/jails"}, "release: /jails/shop is inside /jails, which would be mounted in it."),
        ({"root": THIN, "release": "/a b"}, "release: /a b can't be mounted by jail.conf"),
        ({"root": ZFS, "dataset": "zroot"}, "dataset: A dataset of an extracted release is needed"),
    ],
)
def test_what_can_not_be_is_refused_beside_its_field(answers: dict[str, str], says: str) -> None:
    before = with_roots(sources({}, bridges=["bridge0"]), "/jails", "other")
    draft = opened("new", "", before).draft(answered(**{**SHOP, **answers}))
    assert [text for text in told(draft, "error") if text.startswith(says)], draft.notes


def test_lines_of_zfs_are_shown_and_not_run() -> None:
    before = with_roots(sources({}, bridges=["bridge0"]), "/jails", "other")
    draft = opened("new", "", before).draft(answered(**SHOP, root=ZFS, dataset="zroot/jails/base"))
    notes = [text for text in told(draft, "note") if "zfs" in text]
    assert notes == [
        "dataset: Run first: zfs snapshot zroot/jails/base@shop",
        "dataset: Then run: zfs clone -o mountpoint=/jails/shop zroot/jails/base@shop zroot/jails/shop",
    ]
    assert draft.before == ()
