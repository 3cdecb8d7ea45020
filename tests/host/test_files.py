"""One file read and saved through the real /bin/sh and the machine's own tools."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import threading
from functools import partial
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from jailtui.exchange import FileEdit, HostError, Result, Step, difference
from jailtui.host.auditlog import AuditLog
from jailtui.host.executor import Executor
from jailtui.host.files import (
    Conflict,
    FileText,
    Missing,
    Outcome,
    Refused,
    Saved,
    digest,
    printing,
    read_file,
    read_saves,
    save_file,
)
from jailtui.host.history import way_back
from jailtui.host.host import Host
from jailtui.host.shell import local_shell, script
from jailtui.simhost import setup
from tests.support.box import CONF, NEW, OLD, Box, undo


@pytest.fixture
def box(tmp_path: Path) -> Box:
    return Box(tmp_path / "box")


def save(box: Box, new: bytes = NEW, base: bytes | None = OLD, **options: object) -> Outcome:
    return save_file(box.shell(), CONF, None if base is None else digest(base), new, **options)  # type: ignore[arg-type]


def refused(outcome: Outcome) -> Refused:
    assert isinstance(outcome, Refused), outcome
    return outcome


def test_file_is_read_byte_for_byte_with_its_owner_and_mode(box: Box) -> None:
    found = read_file(box.shell(), CONF)
    assert isinstance(found, FileText)
    assert (found.data, found.digest, found.file) == (OLD, digest(OLD), CONF)


def test_missing_file_is_told_as_missing_also_where_its_folder_is(box: Box) -> None:
    assert isinstance(read_file(box.shell(), "/etc/jail.web.conf"), Missing)
    assert isinstance(read_file(box.shell(), "/no/such/folder/jail.conf"), Missing)


def test_what_is_no_file_is_an_error_and_not_missing(box: Box) -> None:
    (box.etc / "a").symlink_to("b")
    (box.etc / "b").symlink_to("a")
    for path, said in (("/etc", "not a regular file"), ("/etc/a", "levels of symbolic links")):
        with pytest.raises(HostError, match=said):
            read_file(box.shell(), path)
    with pytest.raises(HostError, match="Not a directory"):
        read_file(box.shell(), CONF + "/x")


def test_save_puts_the_text_there_with_the_old_owner_and_mode_and_keeps_the_old_text(box: Box) -> None:
    if os.geteuid() == 0:
        os.chown(box.file, 4321, 1234)
    before = box.file.stat()
    outcome = save(box)
    assert isinstance(outcome, Saved)
    after = box.file.stat()
    assert box.file.read_bytes() == NEW
    assert (after.st_mode, after.st_uid, after.st_gid) == (before.st_mode, before.st_uid, before.st_gid)
    assert outcome.backup is not None
    assert (box.root / outcome.backup.name[1:]).read_bytes() == OLD
    assert read_file(box.shell(), CONF).backups == (outcome.backup,)
    assert box.strays() == []


def test_who_reads_the_file_while_it_is_saved_reads_the_old_text_to_its_end(box: Box) -> None:
    with box.file.open("rb") as reader:
        assert isinstance(save(box), Saved)
        assert reader.read() == OLD


def test_text_is_on_the_disk_before_it_takes_the_old_ones_place(box: Box) -> None:
    box.plant("fsync", f'echo "fsync ${{1##*/}}" >>{box.root}/log')
    box.plant("mv", f'echo mv >>{box.root}/log; exec "$REAL" "$@"')
    assert isinstance(save(box), Saved)
    first, *rest = (box.root / "log").read_text().splitlines()
    assert first.startswith("fsync .jail.conf.jailtui-new-")
    assert rest[:2] == ["mv", "fsync etc"]


def test_save_works_with_the_sha256_of_freebsd_13(box: Box) -> None:
    real = shutil.which("sha256sum") or "sha256"
    box.plant("sha256sum", "exit 127")
    box.plant("sha256", f'[ "$1" = -q ] && {real} | cut -d" " -f1')
    assert isinstance(save(box), Saved)
    box.plant("sha256", "exit 127")
    assert isinstance(save(box, OLD, NEW), Refused), "nothing can be compared"


def test_save_of_the_same_text_makes_no_backup(box: Box) -> None:
    assert save(box, OLD) == Saved(CONF, digest(OLD))
    assert read_file(box.shell(), CONF).backups == ()


@settings(max_examples=30, deadline=None)
@given(st.binary(max_size=1500))
@example(b"-n --")
@example(b"%s%%'\\c\\0\0001")
@example(bytes(range(256)) * 3)
def test_any_bytes_go_through_the_shell(data: bytes) -> None:
    done = subprocess.run(["/bin/sh", "-s"], input=printing(data).encode() + b"text\n", capture_output=True, check=True)
    assert done.stdout == data


def test_large_file_is_saved(box: Box) -> None:
    data = b"".join(b'jail%d { path = "/j/%d"; }\n' % (n, n) for n in range(10000))
    assert isinstance(save(box, data), Saved)
    assert box.file.read_bytes() == data


def test_edit_of_someone_else_is_a_conflict_and_stays(box: Box) -> None:
    box.file.write_bytes(b"theirs")
    outcome = save(box)
    assert isinstance(outcome, Conflict)
    assert (outcome.theirs.digest, outcome.ours) == (digest(b"theirs"), NEW)
    assert box.file.read_bytes() == b"theirs"
    assert read_file(box.shell(), CONF).backups == ()


@pytest.mark.parametrize("tool", ["jail", "ln", "mv"])
def test_edit_made_while_we_save_is_a_conflict_and_stays(box: Box, tool: str) -> None:
    real = "exit 0" if tool == "jail" else 'exec "$REAL" "$@"'
    box.plant(tool, f"echo theirs >{box.file}\n{real}")
    outcome = save(box)
    assert isinstance(outcome, Conflict), outcome
    assert isinstance(outcome.theirs, FileText)
    assert outcome.theirs.data == box.file.read_bytes() == b"theirs\n"
    box.unplant()
    assert read_file(box.shell(), CONF).backups == ()
    assert box.strays() == []


@pytest.mark.parametrize("tool", ["jail", "ln"])
def test_file_that_someone_else_renames_into_place_while_we_save_is_a_conflict_and_stays(box: Box, tool: str) -> None:
    real = "" if tool == "jail" else '"$REAL" "$@"; '
    box.plant(tool, f"{real}echo theirs >{box.etc}/other; /bin/mv {box.etc}/other {box.file}")
    assert isinstance(save(box), Conflict)
    assert box.file.read_bytes() == b"theirs\n"
    box.unplant()
    assert (read_file(box.shell(), CONF).backups, box.strays()) == ((), [])


def test_file_that_vanished_is_a_conflict(box: Box) -> None:
    box.file.unlink()
    outcome = save(box)
    assert isinstance(outcome, Conflict)
    assert isinstance(outcome.theirs, Missing)
    assert not box.file.exists()


def test_file_that_vanishes_while_we_save_is_a_conflict(box: Box) -> None:
    box.plant("jail", f"/bin/rm {box.file}")
    assert isinstance(save(box), Conflict)
    assert not box.file.exists()


def test_new_file_is_made_and_takes_no_others_place(box: Box) -> None:
    box.file.unlink()
    assert save(box, base=None) == Saved(CONF, digest(NEW))
    assert box.file.stat().st_mode & 0o777 == 0o644
    outcome = save(box, b"again", base=None)
    assert isinstance(outcome, Conflict)
    assert box.file.read_bytes() == NEW


def test_file_that_appears_while_we_make_it_is_a_conflict_and_stays(box: Box) -> None:
    box.file.unlink()
    box.plant("ln", f'echo theirs >{box.file}; exec "$REAL" "$@"')
    assert isinstance(save(box, base=None), Conflict)
    assert box.file.read_bytes() == b"theirs\n"
    assert box.strays() == []


def test_symbolic_links_are_followed_and_stay(box: Box) -> None:
    (box.root / "conf").mkdir()
    box.file.rename(box.root / "conf/real.conf")
    (box.root / "conf/middle").symlink_to("/conf/real.conf")
    box.file.symlink_to("../conf/middle")
    box.plant("jail", f'echo "$*" >{box.root}/asked; /bin/cat "$2" >{box.root}/checked')
    outcome = save(box)
    assert isinstance(outcome, Saved)
    assert box.file.is_symlink()
    assert (box.root / "conf/real.conf").read_bytes() == (box.root / "checked").read_bytes() == NEW
    assert (box.root / "asked").read_text().startswith(f"-f {box.etc}/."), "includes count from the link's folder"
    assert outcome.backup is not None
    assert outcome.backup.name.startswith("/conf/.real.conf.jailtui-")
    assert box.strays() == []


def test_link_that_leads_nowhere_yet_leads_to_the_new_file(box: Box) -> None:
    box.file.unlink()
    box.file.symlink_to("real.conf")
    assert isinstance(save(box, base=None), Saved)
    assert (box.etc / "real.conf").read_bytes() == NEW
    assert box.file.is_symlink()


def test_jail_is_asked_without_a_word_behind_the_separator(box: Box) -> None:
    box.plant("jail", f'printf "%s|" "$#" "$1" "$3" "$4" >{box.root}/asked')
    assert isinstance(save(box), Saved)
    assert (box.root / "asked").read_text() == "4|-f|-e|\037|"


def test_jail_of_the_embedded_host_sees_no_tools_of_the_machine(box: Box) -> None:
    box.plant("jail", f'echo "$PATH" >{box.root}/path')
    assert isinstance(save(box), Saved)
    assert (box.root / "path").read_text().strip() == str(box.bin)


def test_simulated_jail_refuses_in_its_own_words_and_the_old_text_stays(tmp_path: Path) -> None:
    shell = local_shell(environment=setup.prepare(tmp_path))
    found = read_file(shell, CONF)
    assert isinstance(found, FileText)
    outcome = refused(save_file(shell, CONF, found.digest, b"web {\n path = ;\n}\n"))
    assert outcome == Refused(CONF, "jail: /etc/jail.conf line 2: ;: syntax error", 1, "check")
    again = read_file(shell, CONF)
    assert isinstance(again, FileText)
    assert again._replace(now=found.now) == found
    assert isinstance(save_file(shell, CONF, found.digest, b"web {\n path = ;\n}\n", check=False), Saved)


def test_what_jail_says_of_a_text_that_it_takes_is_handed_on(box: Box) -> None:
    box.plant("jail", "echo 'jail: web: variable \"x\" not found' >&2")
    outcome = save(box)
    assert isinstance(outcome, Saved)
    assert outcome.note == 'jail: web: variable "x" not found'


def test_disk_that_fills_up_leaves_the_old_text_and_no_stray(box: Box) -> None:
    shell = box.through("trap '' XFSZ; ulimit -f 8")
    outcome = refused(save_file(shell, CONF, digest(OLD), b"x" * 50000))
    assert outcome.step == "write"
    assert outcome.message
    assert box.file.read_bytes() == OLD
    assert (box.strays(), read_file(box.shell(), CONF).backups) == ([], ())


def test_shell_that_dies_in_the_middle_of_writing_leaves_the_old_text(box: Box) -> None:
    shell = box.through("ulimit -f 8")
    assert refused(save_file(shell, CONF, digest(OLD), b"x" * 50000)).step == "write"
    assert box.file.read_bytes() == OLD
    assert isinstance(save(box), Saved)
    assert box.strays() == []


def test_folder_that_no_one_may_write_to_is_told() -> None:
    shell = local_shell()
    found = read_file(shell, "/proc/version")
    assert isinstance(found, FileText)
    outcome = refused(save_file(shell, "/proc/version", found.digest, b"x", check=False))
    assert outcome.step == "write"
    assert "/proc/version" in outcome.message


def test_owner_and_mode_that_cannot_be_kept_are_no_save(box: Box) -> None:
    box.plant("cp", 'shift; exec "$REAL" "$@"')
    assert "owner and mode" in refused(save(box)).message
    assert box.file.read_bytes() == OLD


def flagged(box: Box, name: str, flag: str) -> Path:
    """Give a file the flag as chflags(1) of FreeBSD would: copies get it too, and nothing with it can be removed."""
    flags = box.root.parent / "flags"
    flags.mkdir(exist_ok=True)
    (flags / name).write_text(flag)
    last = f'for last; do :; done\nflag="{flags}/${{last##*/}}"\n'
    box.plant("stat", f'{last}[ "$1 $2" = "-f %Sf" ] || exit 1\ncat "$flag" 2>/dev/null || echo uarch')
    box.plant(
        "cp", f'{last}"$REAL" "$@" || exit\n[ ! -e "{flags}/${{2##*/}}" ] || "$REAL" "{flags}/${{2##*/}}" "$flag"'
    )
    box.plant("rm", f'{last}[ ! -s "$flag" ] || {{ echo "rm: $last: not permitted" >&2; exit 1; }}\nexec "$REAL" "$@"')
    box.plant("chflags", f'{last}: >"$flag"')
    return flags / name


@pytest.mark.parametrize("flag", ["schg", "uchg", "uarch,sappnd", "sunlnk"])
def test_flag_that_forbids_the_save_is_told_and_nothing_stays(box: Box, flag: str) -> None:
    cleared = flagged(box, "jail.conf", flag)
    name = flag.rpartition(",")[2]
    outcome = refused(save(box))
    assert outcome == Refused(
        CONF,
        f"{CONF} has the flag {name}, which forbids any change: chflags no{name} {CONF} clears it",
        1,
        "flags",
    )
    assert sorted(path.name for path in box.etc.iterdir()) == ["jail.conf"]
    cleared.unlink()
    assert isinstance(save(box), Saved)


def test_flag_of_the_folder_is_told(box: Box) -> None:
    flagged(box, "etc", "schg")
    assert "/etc has the flag schg, which forbids new files in it" in refused(save(box)).message
    assert "/etc has the flag schg" in refused(save_file(box.shell(), "/etc/jail.new.conf", None, NEW)).message


def test_copy_with_a_flag_that_was_left_is_cleared_away(box: Box) -> None:
    with subprocess.Popen(["sleep", "0"]) as ended:
        pass
    stray = box.etc / f".jail.conf.jailtui-new-{ended.pid}"
    stray.write_text("half")
    flagged(box, stray.name, "schg")
    assert isinstance(save(box), Saved)
    assert box.strays() == []


def test_hard_link_is_told_and_its_other_name_is_no_part_of_the_backup(box: Box) -> None:
    other = box.root / "other.conf"
    other.hardlink_to(box.file)
    outcome = save(box)
    assert isinstance(outcome, Saved)
    assert outcome.note == f"{CONF} was a hard link, 1 of 2 names of a file: only {CONF} has the new text."
    assert (box.file.read_bytes(), other.read_bytes()) == (NEW, OLD)
    other.write_bytes(b"edited in place")
    assert outcome.backup is not None
    assert (box.root / outcome.backup.name[1:]).read_bytes() == OLD
    again = save(box, OLD, NEW)
    assert isinstance(again, Saved)
    assert again.note == ""


def test_host_without_jail_is_told(box: Box) -> None:
    box.plant("jail", "exit 127")
    assert refused(save(box)) == Refused(CONF, "exit status 127", 127, "check")


def test_other_save_under_way_is_left_alone_and_one_that_died_is_cleared(box: Box) -> None:
    with subprocess.Popen(["sleep", "0"]) as ended:
        pass
    dead, live = (box.etc / f".jail.conf.jailtui-new-{pid}" for pid in (ended.pid, os.getpid()))
    dead.write_text("half")
    live.write_text("half")
    assert f"under way (process {os.getpid()})" in refused(save(box)).message
    live.unlink()
    assert isinstance(save(box), Saved)
    assert box.strays() == []


def test_of_several_saves_at_once_at_most_one_wins_and_it_is_whole(box: Box) -> None:
    outcomes: dict[bytes, Outcome] = {}
    texts = [b"%d" % n * 3000 for n in range(4)]
    start = threading.Barrier(len(texts))

    def one(text: bytes) -> None:
        start.wait()
        outcomes[text] = save(box, text)

    threads = [threading.Thread(target=one, args=(text,)) for text in texts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    saved = [text for text, outcome in outcomes.items() if isinstance(outcome, Saved)]
    assert len(outcomes) == 4
    assert len(saved) <= 1
    assert box.file.read_bytes() == (saved[0] if saved else OLD)
    assert box.strays() == []


def test_only_so_many_backups_stay_and_they_are_the_newest(box: Box) -> None:
    texts = [OLD, *(b"%d" % n for n in range(6))]
    for old, new in pairwise(texts):
        assert isinstance(save(box, new, old, keep=3), Saved)
    kept = [(box.root / one.name[1:]).read_bytes() for one in read_file(box.shell(), CONF).backups]
    assert kept == [b"4", b"3", b"2"]
    assert save(box, b"last", b"5", keep=0) == Saved(CONF, digest(b"last"))
    assert read_file(box.shell(), CONF).backups == ()


def test_backup_is_the_newest_also_after_the_clock_was_set_back(box: Box) -> None:
    save(box, b"1")
    box.plant("date", "echo 19990101T000000Z")
    save(box, b"2", b"1")
    newest = read_file(box.shell(), CONF).backups[0]
    assert (box.root / newest.name[1:]).read_bytes() == b"1"
    assert newest.when > "2000"


def test_undo_gives_the_last_text_back_and_can_be_undone(box: Box) -> None:
    save(box)
    assert isinstance(undo(box.shell(), CONF, digest(NEW)), Saved)
    assert box.file.read_bytes() == OLD
    assert isinstance(undo(box.shell(), CONF, digest(OLD), redo=True), Saved)
    assert box.file.read_bytes() == NEW


def test_each_undo_goes_one_save_further_back_and_redo_returns(box: Box) -> None:
    texts = [OLD, b"1", b"2", b"3"]
    for before, text in pairwise(texts):
        save(box, text, before)

    def step(*, redo: bool) -> bytes:
        assert isinstance(undo(box.shell(), CONF, digest(box.file.read_bytes()), redo=redo), Saved)
        return box.file.read_bytes()

    assert [step(redo=False) for _ in range(2)] == [b"2", b"1"]
    assert [step(redo=redo) for redo in (True, False)] == [b"2", b"1"]
    save(box, b"other", b"1")
    edit, backup = way_back(partial(read_saves, box.shell()), CONF, redo=True)
    assert (edit.old, backup) == (b"other", None), "a new save has nothing after it"
    assert step(redo=False) == b"1"


def test_undo_passes_over_backups_of_the_very_text_that_stands(box: Box) -> None:
    save(box, b"1")
    box.file.write_bytes(OLD)
    edit, backup = way_back(partial(read_saves, box.shell()), CONF)
    assert (edit.old, backup) == (OLD, None)


def test_undo_of_what_was_edited_since_is_a_conflict(box: Box) -> None:
    save(box)
    box.file.write_bytes(b"theirs")
    assert isinstance(undo(box.shell(), CONF, digest(NEW)), Conflict)
    assert box.file.read_bytes() == b"theirs"


def test_without_a_backup_there_is_no_earlier_text(box: Box) -> None:
    edit, backup = way_back(partial(read_saves, box.shell()), CONF)
    assert (edit.old, backup) == (OLD, None)


def test_backups_are_taken_in_by_no_include(box: Box) -> None:
    save(box)
    assert list(box.etc.glob("[!.]*")) == [box.file]
    assert [path.name for path in box.etc.iterdir() if path.name.endswith(".conf")] == ["jail.conf"]


@pytest.mark.parametrize("path", ["/etc/it's; touch x #.conf", "/etc/-e $HOME \\c\\n*.conf", "/etc/jail.é\udcff.conf"])
def test_any_name_goes_through_the_shell(box: Box, path: str) -> None:
    assert isinstance(save_file(box.shell(), path, None, b"1"), Saved)
    assert isinstance(save_file(box.shell(), path, digest(b"1"), b"2"), Saved)
    assert isinstance(undo(box.shell(), path, digest(b"2")), Saved)
    assert (box.root / path[1:]).read_bytes() == b"1"


@pytest.mark.parametrize("path", ["jail.conf", ""])
def test_path_that_is_not_absolute_is_refused(box: Box, path: str) -> None:
    with pytest.raises(ValueError, match="absolute"):
        read_file(box.shell(), path)


def test_name_of_two_lines_is_refused(box: Box) -> None:
    with pytest.raises(HostError, match="has a line break in its name"):
        read_file(box.shell(), "/etc/a\nb")


def edited(host: Host, old: bytes, new: bytes) -> Result:
    return host.execute(Step(("save", CONF), file=FileEdit(CONF, old, new)), lambda _: None)


def test_save_through_the_host_is_recorded_and_read_only_saves_nothing(box: Box, tmp_path: Path) -> None:
    box.plant("id", "echo 0")
    audit = tmp_path / "audit"
    host = Host("nas", box.shell, Executor(audit=AuditLog(audit, "nas")))
    assert [edited(host, *texts).rc for texts in ((OLD, NEW), (OLD, NEW), (NEW, OLD))] == [0, 1, 0]
    lines = [json.loads(line) for line in audit.read_text().splitlines()]
    assert [(line["event"], line["argv"], line["rc"]) for line in lines] == [
        ("begin", ["save", CONF, digest(OLD), digest(NEW)], None),
        ("end", ["save", CONF, digest(OLD), digest(NEW)], 0),
        ("begin", ["save", CONF, digest(OLD), digest(NEW)], None),
        ("end", ["save", CONF, digest(OLD), digest(NEW)], 1),
        ("begin", ["save", CONF, digest(NEW), digest(OLD)], None),
        ("end", ["save", CONF, digest(NEW), digest(OLD)], 0),
    ]
    assert lines[0]["diff"] == "\n".join(difference(OLD, NEW, CONF))
    assert "changed by somebody else" in lines[3]["output"]
    quiet = Host("nas", box.shell, Executor(read_only="looked at only"))
    assert edited(quiet, OLD, NEW).note == "looked at only"
    assert box.file.read_bytes() == OLD


def test_scripts_are_posix_shell_and_paste_nothing() -> None:
    whole = script("path.sh", "sections.sh", "files.sh", "read.sh", "save.sh")
    assert subprocess.run(["/bin/sh", "-n"], input=whole.encode(), check=False).returncode == 0
    assert "eval" not in whole
    assert "sh -c" not in whole
