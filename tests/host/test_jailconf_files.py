"""The files that define jails: found on the host, and sent once."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from plumbum import local

from jailtui.exchange import FileRequest, Section
from jailtui.host.frames import Contents
from jailtui.host.host import FILES, Host
from jailtui.jailconf.glob import pieces
from tests.support.tool_hosts import Tools

MORE = ("cksum",)


@pytest.fixture
def tools(tmp_path: Path) -> Tools:
    made = Tools(tmp_path)
    for name in MORE:
        (made.bin / name).symlink_to(local.which(name))
    made.add("cat", f'echo "$1" >>{tmp_path}/sent; exec {local.which("cat")} "$@"')
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
    told = [Path(line).name for line in log.read_text().splitlines()] if log.exists() else []
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


def path(entry: str) -> Section:
    return Section("path", 0, f"{entry}\0")


def test_text_that_changed_while_it_was_read_is_not_kept() -> None:
    contents = Contents()
    before = (path("file 1.5 /etc/x"), Section("text 1.5", 0, "newer"), Section("sums", 0, "2 5 /etc/x\n"))
    assert contents.complete(before) == (Section("file /etc/x", 0, "newer"),)
    assert contents.known() == ()
    settled = (path("file 2.5 /etc/x"), Section("text 2.5", 0, "newer"), Section("sums", 0, "2 5 /etc/x\n"))
    contents.complete(settled)
    assert contents.known() == ("2.5",)
    again = (path("file 2.5 /etc/x"), Section("sums", 0, "2 5 /etc/x\n"))
    assert contents.complete(again) == (Section("file /etc/x", 0, "newer"),)


def test_file_that_can_not_be_read_keeps_its_error() -> None:
    (refused,) = Contents().complete((path("unreadable - /etc/x"),))
    assert (refused.name, refused.rc, refused.err) == ("file /etc/x", 1, "/etc/x: Permission denied")
