"""The files that define jails: found on the host, and sent once."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from plumbum import local

from jailtui.exchange import FileRequest, Section
from jailtui.host.frames import Contents, checksum
from jailtui.host.host import FILES, Host
from jailtui.host.sections import asking
from jailtui.host.shell import script
from jailtui.jailconf.glob import pieces
from tests.support.tool_hosts import Tools

MORE = ("cksum", "xargs")


@pytest.fixture
def tools(tmp_path: Path) -> Tools:
    made = Tools(tmp_path)
    for name in MORE:
        (made.bin / name).symlink_to(local.which(name))
    made.add("cat", f'echo "$*" >>{tmp_path}/sent; exec {local.which("cat")} "$@"')
    (tmp_path / "etc" / "jail.conf.d").mkdir(parents=True)
    return made


def write(tools: Tools, name: str, text: str) -> None:
    file = tools.root / "etc" / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text)


def files(host: Host) -> dict[str, str]:
    return {one.name[5:]: one.out for one in host.capture().sections if one.name.startswith("file ")}


def sent(tools: Tools) -> list[str]:
    log = tools.root / "sent"
    told = [Path(word).name for word in log.read_text().split()] if log.exists() else []
    log.unlink(missing_ok=True)
    return told


def test_files_of_rc_d_jail_are_found(tools: Tools) -> None:
    for name in ("jail.conf", "jail.web.conf", "jail.conf.d/db.conf", "jail.conf.d/note.txt", "other.conf"):
        write(tools, name, f"# {name}\n")
    assert set(files(tools.host())) == {"/etc/jail.conf", "/etc/jail.web.conf", "/etc/jail.conf.d/db.conf"}


def requests(*names: str) -> list[FileRequest]:
    return [FileRequest(name, pieces(name)) for name in names]


def test_files_asked_for_come_with_those_of_rc_d_jail(tools: Tools) -> None:
    write(tools, "jail.conf", "")
    for name in ("inc/one.conf", "inc/[two].conf", "inc/it's $(a);\n* .conf", "inc/.hidden", "other/x"):
        write(tools, name, f"# {name}\n")
    asked = requests("/etc/inc/[!x]*.conf", "/etc/other/x", "/etc/none", "/etc/none/*")
    sections = tools.host().capture(files=asked).sections
    found = {section.name[5:]: section.out for section in sections if section.name.startswith("file ")}
    assert found == {
        "/etc/jail.conf": "",
        "/etc/inc/one.conf": "# inc/one.conf\n",
        "/etc/inc/[two].conf": "# inc/[two].conf\n",
        "/etc/inc/it's $(a);\n* .conf": "# inc/it's $(a);\n* .conf\n",
        "/etc/other/x": "# other/x\n",
    }
    names = next(section.out for section in sections if section.name == "asked").split("\0")
    assert names == [request.name for request in (*FILES, *asked)]


def test_what_is_no_file_is_told_apart(tools: Tools) -> None:
    write(tools, "jail.conf.d/a.conf/b", "")
    (tools.root / "etc/jail.conf.d/gone.conf").symlink_to("nothing")
    (tools.root / "etc/jail.conf.d/link.conf").symlink_to("a.conf/b")
    os.mkfifo(tools.root / "etc/jail.conf.d/pipe.conf")
    folder = "/etc/jail.conf.d"
    told = {one.name: (one.rc, one.err) for one in tools.host().capture().sections if folder in one.name}
    assert told == {
        f"directory {folder}/a.conf": (0, ""),
        f"dangling {folder}/gone.conf": (0, ""),
        f"file {folder}/link.conf": (0, ""),
        f"file {folder}/pipe.conf": (1, f"{folder}/pipe.conf: not a regular file"),
    }


def test_a_round_adds_files_to_a_capture(tools: Tools) -> None:
    write(tools, "jail.conf", "one")
    write(tools, "more.conf", "two")
    host = tools.host()
    before = host.capture()
    after = host.look_up(before, requests("/etc/more.conf"))
    added = set(after.sections) - set(before.sections)
    assert {section.name for section in added} == {"file /etc/more.conf", "asked"}
    assert sorted(sent(tools)) == ["jail.conf", "more.conf"]
    host.capture(files=requests("/etc/more.conf"))
    assert sent(tools) == []


def test_text_comes_once_and_again_when_it_changed(tools: Tools) -> None:
    write(tools, "jail.conf", "web { }\n")
    write(tools, "jail.db.conf", "db { }")
    host = tools.host()
    first = files(host)
    assert first == {"/etc/jail.conf": "web { }\n", "/etc/jail.db.conf": "db { }"}
    assert sorted(sent(tools)) == ["jail.conf", "jail.db.conf"]
    assert files(host) == first
    assert sent(tools) == []
    write(tools, "jail.conf", "web { persist; }\n")
    assert files(host)["/etc/jail.conf"] == "web { persist; }\n"
    assert sent(tools) == ["jail.conf"]


def test_bytes_that_are_no_text_come_through(tools: Tools) -> None:
    (tools.root / "etc" / "jail.conf").write_bytes(b"\xff\x00\r\n web { }")
    assert files(tools.host())["/etc/jail.conf"] == "\udcff\x00\r\n web { }"


def paths(*entries: str) -> Section:
    return Section("paths", 0, "".join(f"{entry}\0" for entry in ("list 7.7", *entries)))


def test_checksums_are_those_of_cksum(tmp_path: Path) -> None:
    for data in (b"", b"a", b"123456789", bytes(range(256)) * 300):
        (tmp_path / "file").write_bytes(data)
        printed = local["cksum"](str(tmp_path / "file")).split()
        assert checksum(data) == f"{printed[0]}.{printed[1]}"


def test_text_that_changed_while_it_was_read_is_not_kept() -> None:
    contents = Contents()
    new = checksum(b"newer")
    assert contents.complete((paths("file 1.5 /etc/x"), Section("texts 1.5", 0, "newer"))) == (
        Section("file /etc/x", 0, "newer"),
    )
    assert contents.words() == ()
    contents.complete((paths(f"file {new} /etc/x"), Section(f"texts {new}", 0, "newer")))
    assert contents.words() == ("files=7.7", new)
    for again in (paths(f"file {new} /etc/x"), Section("unchanged", 0, "")):
        assert contents.complete((again,)) == (Section("file /etc/x", 0, "newer"),)


def test_of_texts_that_were_sent_together_those_that_can_not_be_told_apart_are_unknown() -> None:
    one, two, three = checksum(b"one"), checksum(b"two"), checksum("drei\udcff".encode("utf-8", "surrogateescape"))
    listed = paths(f"file {one} /1", f"file {two} /2", f"file {three} /3")
    together = f"texts {one} {two} {three}"
    read = {
        section.name: (section.rc, section.out)
        for section in Contents().complete((listed, Section(together, 0, "onetwodrei\udcff")))
    }
    assert read == {"file /1": (0, "one"), "file /2": (0, "two"), "file /3": (0, "drei\udcff")}
    contents = Contents()
    (first, *rest) = contents.complete((listed, Section(together, 0, "onet2odrei")))
    assert first == Section("file /1", 0, "one")
    assert {(section.rc, section.out, section.err.partition(":")[2]) for section in rest} == {
        (1, "", " it changed while it was read")
    }
    assert contents.words() == (one,)


def test_file_that_can_not_be_read_keeps_its_error() -> None:
    (refused,) = Contents().complete((paths("unreadable - /etc/x"),))
    assert (refused.name, refused.rc, refused.err) == ("file /etc/x", 1, "/etc/x: Permission denied")


def test_file_that_cksum_can_not_read_is_unreadable_beside_others(tools: Tools) -> None:
    for name in ("jail.conf", "jail.db.conf", "jail.web.conf"):
        write(tools, name, f"# {name}\n")
    host = tools.host()
    broken = 'for path; do case $path in *.db.conf) exit=1 ;; *) {0} "$path" ;; esac; done; exit ${{exit:-0}}'
    cksum = local.which("cksum")
    tools.add("cksum", f"[ $# -gt 0 ] || exec {cksum}\n{broken.format(cksum)}")
    read = {one.name: (one.rc, one.err) for one in host.capture().sections if one.name.startswith("file ")}
    assert read["file /etc/jail.db.conf"] == (1, "/etc/jail.db.conf: Permission denied")
    assert {name for name, (rc, _) in read.items() if rc == 0} == {"file /etc/jail.conf", "file /etc/jail.web.conf"}
    tools.add("cksum", f'exec {cksum} "$@"')
    assert files(host)["/etc/jail.db.conf"] == "# jail.db.conf\n"


def test_a_directory_that_only_root_may_list_is_unreadable() -> None:
    with TemporaryDirectory() as folder:
        root = Path(folder)
        for name in ("list/in", "search/in", "deep/closed/in", "open/in"):
            (root / name).mkdir(parents=True)
            (root / name / "jail.conf").write_text("")
        for path, mode in (("", 0o755), ("list", 0o711), ("search/in", 0o744), ("deep", 0o700)):
            (root / path).chmod(mode)
        asked = requests("/list/*/jail.conf", "/search/*/jail.conf", "/deep/closed/*/x", "/open/*/jail.conf", "/no/*/x")
        text = f"blind=1 same_files= known=\n{script('sections.sh', 'jailconf.sh')}{asking(asked)}asked\n"
        user = 65534 if os.geteuid() == 0 else None
        environment = {"PATH": os.environ["PATH"], "JAILTUI_ROOT": folder}
        done = subprocess.run(
            ["sh", "-c", text, "sh", "M"], env=environment, user=user, capture_output=True, check=True
        )
        listed = {line.partition(b" - ")[2].decode() for line in done.stdout.split(b"\0") if line.startswith(b"unread")}
        assert listed == {"/list", "/search/in", "/deep"}
