"""`jailtui conf` and `jailtui undo`, on files and on the embedded host."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from jailtui.cli.main import main
from jailtui.cli.verb import Exit
from tests.support.shared_material import shared
from tests.support.verbs import Demo, answering

Capsys = pytest.CaptureFixture[str]
TEXT = """# mine
* {
    mount.devfs;   # for all
    $gateway = "192.168.1.1";
}
web {
\t$id\t= "154";
\tpath = "/jails/${name}";
\tvnet;
\texec.start = "/sbin/ifconfig epair${id}b inet 192.168.1.${id}/24 up";
}
db { path = "/jails/db"; }
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "jail.conf"
    path.write_text(TEXT)
    return path


def conf(*words: str) -> int:
    return main(["conf", *words])


def test_get_prints_what_jail8_would_use_one_value_a_line(file: Path, capsys: Capsys) -> None:
    assert conf("get", "web", "exec.start", "--file", str(file)) == Exit.OK
    assert capsys.readouterr().out == "/sbin/ifconfig epair154b inet 192.168.1.154/24 up\n"
    assert conf("get", "web", "$id", "--file", str(file)) == Exit.OK
    assert capsys.readouterr().out == "154\n"


def test_what_is_not_there_is_refused_with_a_sentence(file: Path, capsys: Capsys) -> None:
    assert conf("get", "nosuch", "path", "--file", str(file)) == Exit.REFUSED
    assert conf("get", "web", "nosuch", "--file", str(file)) == Exit.REFUSED
    assert conf("get", "web", "path", "--file", str(file) + ".gone") == Exit.REFUSED
    told = capsys.readouterr()
    assert told.out == ""
    assert "no jail nosuch" in told.err
    assert "web has no nosuch" in told.err
    assert "No such file" in told.err


def test_explain_goes_from_the_value_through_its_variables(file: Path, capsys: Capsys) -> None:
    assert conf("explain", "web", "exec.start", "--file", str(file)) == Exit.OK
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith("exec.start = /sbin/ifconfig epair154b")
    assert lines[1].strip().startswith(f"{file}:10:")
    assert any(f"{file}:7:" in line for line in lines[2:])
    assert conf("explain", "web", "$gateway", "--file", str(file)) == Exit.OK
    assert f"{file}:4:" in capsys.readouterr().out


def test_set_changes_the_bytes_that_mean_the_value_and_no_other(file: Path) -> None:
    assert conf("set", "web", "$id", "160", "--file", str(file), "--yes") == Exit.OK
    assert file.read_text() == TEXT.replace('"154"', '"160"')


def test_dollar_is_itself_unless_the_value_is_given_as_written(file: Path, capsys: Capsys) -> None:
    assert conf("set", "db", "path", "/j/$name", "--file", str(file), "--yes") == Exit.OK
    assert conf("get", "db", "path", "--file", str(file)) == Exit.OK
    assert conf("set", "db", "path", '"/j/$name"', "--as-written", "--file", str(file), "--yes") == Exit.OK
    assert conf("get", "db", "path", "--file", str(file)) == Exit.OK
    assert capsys.readouterr().out.split() == ["/j/$name", "/j/db"]


def test_diff_prints_the_change_and_saves_nothing(file: Path, capsys: Capsys) -> None:
    assert conf("set", "web", "$id", "160", "--file", str(file), "--diff") == Exit.OK
    told = capsys.readouterr().out
    assert '-\t$id\t= "154";' in told
    assert file.read_text() == TEXT


def test_without_yes_and_without_a_terminal_nothing_is_saved(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import io

    monkeypatch.setattr("sys.stdin", io.StringIO("y\n"))
    assert conf("set", "web", "$id", "160", "--file", str(file)) == Exit.DECLINED
    assert file.read_text() == TEXT


def test_add_and_unset(file: Path, capsys: Capsys) -> None:
    assert conf("add", "web", "exec.start", "/bin/sh /etc/rc", "--file", str(file), "--yes") == Exit.OK
    assert conf("get", "web", "exec.start", "--file", str(file)) == Exit.OK
    assert capsys.readouterr().out.splitlines()[1:] == ["/bin/sh /etc/rc"]
    assert conf("unset", "db", "path", "--file", str(file), "--yes") == Exit.OK
    assert conf("get", "db", "path", "--file", str(file)) == Exit.REFUSED
    assert conf("get", "web", "path", "--file", str(file)) == Exit.OK


def test_value_it_has_already_changes_nothing(file: Path, capsys: Capsys) -> None:
    assert conf("set", "web", "$id", "154", "--file", str(file), "--yes") == Exit.OK
    assert capsys.readouterr().err == "Nothing to change.\n"
    assert file.read_text() == TEXT


def test_check_prints_jail8s_message_the_line_and_a_caret(tmp_path: Path, capsys: Capsys) -> None:
    bad = tmp_path / "bad.conf"
    bad.write_text("web {\n    path = /x y;\n}\n")
    assert conf("check", str(bad)) == Exit.FAILED
    assert capsys.readouterr().out.splitlines() == [
        f"jail: {bad} line 2: y: syntax error",
        "    path = /x y;",
        "              ^",
    ]


def test_check_of_good_files_says_nothing(file: Path, capsys: Capsys) -> None:
    assert conf("check", str(file)) == Exit.OK
    assert capsys.readouterr() == ("", "")


@pytest.mark.parametrize("dialect", ["13", "15"])
def test_dump_has_the_form_of_the_corpus(dialect: str, capsys: Capsys, monkeypatch: pytest.MonkeyPatch) -> None:
    corpus = shared("jailconf")
    monkeypatch.chdir(corpus / "files")
    rows = [json.loads(line) for line in (corpus / "expected.jsonl").read_text().splitlines()]
    wanted = [row for row in rows if row["dialect"] == dialect and row["kind"] != "crash"][:60]
    conf("dump", "--json", "--dialect", dialect, *(row["file"] for row in wanted))
    lines = capsys.readouterr().out.splitlines()
    for row, line in zip(wanted, lines, strict=True):
        told = json.loads(line)
        assert {key: told[key] for key in ("file", "dialect", "kind", "rc", "first_message")} == {
            key: row[key] for key in ("file", "dialect", "kind", "rc", "first_message")
        }
        for jail, mine in zip(row.get("jails") or [], told.get("jails") or [], strict=True):
            assert mine["name"] == jail["name"]
            assert [(one["name"], one["values"], one.get("bool")) for one in mine["params"]] == [
                (one["name"], one["values"], one.get("bool")) for one in jail["params"]
            ]


def test_change_on_the_host_is_saved_used_by_jail8_and_taken_back(demo: Demo, capsys: Capsys) -> None:
    before = demo.text.read_bytes()
    assert conf("set", "mail", "$id", "170", "--yes", *demo.words) == Exit.OK
    assert demo.text.read_bytes() == before.replace(b'$id = "160"', b'$id = "170"')
    assert main(["start", "mail", "--yes", *demo.words]) == Exit.OK
    assert "192.168.1.170/24" in capsys.readouterr().out
    assert main(["stop", "mail", "--yes", *demo.words]) == Exit.OK
    assert main(["undo", "--yes", *demo.words]) == Exit.OK
    assert demo.text.read_bytes() == before


def test_undo_without_a_backup_is_refused(demo: Demo, capsys: Capsys) -> None:
    assert main(["undo", "--yes", *demo.words]) == Exit.REFUSED
    assert "there is no earlier text to return to" in capsys.readouterr().err


def test_file_of_a_capture_can_be_read_and_not_changed(demo: Demo, tmp_path: Path, capsys: Capsys) -> None:
    saved = str(tmp_path / "nas.json")
    assert main(["collect", saved, *demo.words]) == Exit.OK
    assert conf("get", "web", "$ip", "--host", saved) == Exit.OK
    assert capsys.readouterr().out == "192.168.1.154/24\n"
    assert conf("set", "web", "$id", "1", "--yes", "--host", saved) == Exit.REFUSED
    assert "collect" in capsys.readouterr().err


def test_jail_that_no_file_defines_is_refused(demo: Demo, capsys: Capsys) -> None:
    assert conf("get", "nosuch", "path", *demo.words) == Exit.REFUSED
    assert "/etc/jail.conf defines no jail nosuch" in capsys.readouterr().err


def test_edit_of_somebody_else_in_between_is_shown_beside_ours_and_never_overwritten(
    demo: Demo, capsys: Capsys, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = demo.text.read_bytes()
    theirs = before.replace(b"mail.home.arpa", b"post.home.arpa") + b"# theirs\n"

    answering(monkeypatch, "y", lambda: demo.text.write_bytes(theirs))
    assert conf("set", "mail", "$id", "170", *demo.words) == Exit.FAILED
    assert demo.text.read_bytes() == theirs
    told = capsys.readouterr().err
    assert "+# theirs" in told
    assert told.rindex("170") > told.index("Your change, not saved:")


def test_as_many_backups_are_kept_as_the_config_says(demo: Demo, tmp_path: Path) -> None:
    config = tmp_path / "config.yaml"
    config.write_text("backups: 2\n")
    for number in range(4):
        words = ("set", "mail", "$id", str(170 + number), "--yes", "--config", str(config), *demo.words)
        assert conf(*words) == Exit.OK
    kept = [one for one in demo.text.parent.iterdir() if one.name.startswith(".jail.conf.")]
    assert len([one for one in kept if not one.name.endswith(".written")]) == 2


def test_a_file_that_jail_refuses_is_shown_with_the_place(file: Path, capsys: Capsys) -> None:
    file.write_text('web {\n\tpath = ;\n}\n.include "none/*.conf";\n')
    for words in (("get", "web", "path"), ("set", "web", "path", "/x"), ("explain", "web", "path")):
        assert conf(*words, "--file", str(file)) == Exit.REFUSED
        assert capsys.readouterr().err == f"jailtui: jail: {file} line 2: ;: syntax error\n path = ;\n        ^\n"


def test_a_directory_that_a_pattern_finds_is_named(file: Path, capsys: Capsys) -> None:
    (file.parent / "d" / "sub").mkdir(parents=True)
    file.write_text('.include "d/*";\n')
    told = f"input in flex scanner failed ({file.parent}/d/sub is a directory)\n"
    assert conf("check", str(file)) == Exit.FAILED
    assert capsys.readouterr().out == told + '.include "d/*";\n         ^^^^^\n'
    assert conf("get", "web", "path", "--file", str(file)) == Exit.REFUSED
    assert capsys.readouterr().err.startswith(f"jailtui: {told}")


def test_undo_finds_the_backup_of_a_file_of_this_machine(
    file: Path, capsys: Capsys, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = file.read_text()
    monkeypatch.chdir(file.parent)
    for path in (("--file", str(file)), (str(file),), ("jail.conf",), ("./jail.conf",)):
        assert conf("set", "web", "path", "/x", "--yes", "--file", str(file)) == Exit.OK
        after = file.read_text()
        assert after != before
        assert main(["undo", "--dry-run", *path]) == Exit.OK
        assert str(file) in capsys.readouterr().out
        assert main(["undo", *path]) == Exit.DECLINED
        assert file.read_text() == after
        assert main(["undo", "--yes", *path]) == Exit.OK
        assert file.read_text() == before
    assert main(["undo", "--yes", "--file", f"{file}.none"]) == Exit.REFUSED
    assert f"{file}.none: there is no earlier text to return to." in capsys.readouterr().err


def test_undo_goes_to_the_host_where_one_is_named(demo: Demo, file: Path) -> None:
    assert conf("set", "web", "path", "/x", "--yes", "--file", str(file)) == Exit.OK
    after = file.read_text()
    assert main(["undo", "--yes", str(file), *demo.words]) == Exit.REFUSED
    assert file.read_text() == after
