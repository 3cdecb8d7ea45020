"""The files that define jails: found on the host, and sent once."""

from __future__ import annotations

from pathlib import Path

import pytest
from plumbum import local

from jailtui.exchange import Section
from jailtui.host.frames import Contents
from jailtui.host.host import Host
from tests.support.tool_hosts import Tools

MORE = ("awk", "cksum")


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


@pytest.mark.parametrize(
    "line",
    [
        '.include "inc/*.conf";',
        ".include inc/one.conf, 'inc/two.conf';",
        '.include /etc/inc/one.conf; .include "/etc/inc/two.conf";',
        'a { .include "inc/one.conf"; .include "inc/two.conf"; }',
    ],
)
def test_included_files_are_found_however_they_are_named(tools: Tools, line: str) -> None:
    write(tools, "jail.conf", line + "\n")
    write(tools, "inc/one.conf", "")
    write(tools, "inc/two.conf", "# two\n")
    assert set(files(tools.host())) == {"/etc/jail.conf", "/etc/inc/one.conf", "/etc/inc/two.conf"}


def test_included_files_that_include_others_or_each_other_are_found_once(tools: Tools) -> None:
    write(tools, "jail.conf", '.include "a b/one.conf";\n')
    write(tools, "a b/one.conf", '.include "deep/two.conf";\n.include "/etc/jail.conf";\n')
    write(tools, "a b/deep/two.conf", "# two\n")
    assert list(files(tools.host())) == ["/etc/jail.conf", "/etc/a b/one.conf", "/etc/a b/deep/two.conf"]


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


def test_text_that_changed_while_it_was_read_is_not_kept() -> None:
    contents = Contents()
    before = (Section("file 1.5 /etc/jail.conf", 0, "newer"), Section("sums", 0, "2 5 /etc/jail.conf\n"))
    assert contents.complete(before) == (Section("file /etc/jail.conf", 0, "newer"),)
    assert contents.known() == ()
    settled = (Section("file 2.5 /etc/jail.conf", 0, "newer"), Section("sums", 0, "2 5 /etc/jail.conf\n"))
    contents.complete(settled)
    assert contents.known() == ("2.5",)
    again = (Section("file 2.5 /etc/jail.conf", 0, ""), Section("sums", 0, "2 5 /etc/jail.conf\n"))
    assert contents.complete(again) == (Section("file /etc/jail.conf", 0, "newer"),)


def test_file_that_can_not_be_read_keeps_its_error() -> None:
    refused = (Section("file - /etc/jail.conf", 1, "", "cat: /etc/jail.conf: Permission denied"),)
    assert Contents().complete(refused)[0].err.endswith("Permission denied")
