"""Forms from the command line, on the embedded host: `jailtui conf network` and its like, and `jailtui undo`."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import cast

import pytest

from jailtui.cli.conf import CONF_VERBS
from jailtui.cli.main import main
from jailtui.cli.verb import Exit
from jailtui.forms import opening as forms
from tests.support.put_back import PutBack
from tests.support.small_form import SmallBridge, SmallForm, SmallRemoval
from tests.support.verbs import Demo, answering

Capsys = pytest.CaptureFixture[str]
Conf = Callable[..., int]


@pytest.fixture
def unchanged(demo: Demo, home: PutBack) -> Iterator[Demo]:
    """A host that is the same after the test."""
    before = home.state()
    yield demo
    assert home.state() == before


@pytest.fixture
def conf(demo: Demo, monkeypatch: pytest.MonkeyPatch) -> Conf:
    """`jailtui conf` on the embedded host, with small forms in the places of three."""
    return small_conf(demo, monkeypatch)


@pytest.fixture
def refusing(unchanged: Demo, monkeypatch: pytest.MonkeyPatch) -> Conf:
    """The same on a host that is not changed."""
    return small_conf(unchanged, monkeypatch)


def small_conf(demo: Demo, monkeypatch: pytest.MonkeyPatch) -> Conf:
    for name, made in (("network", SmallForm), ("bridge", SmallBridge), ("remove", SmallRemoval)):
        module = ModuleType(f"jailtui.forms.small_{name}")
        module.form = made  # type: ignore[attr-defined]
        monkeypatch.setitem(sys.modules, module.__name__, module)
        monkeypatch.setitem(cast("dict[str, tuple[str, str]]", forms._CLASSES), name, (f"small_{name}", "form"))
    return lambda *words: main(["conf", *words, *demo.words])


def test_every_form_is_a_verb() -> None:
    assert set(forms.FORMS) < set(CONF_VERBS)


def test_without_answers_the_fields_are_printed(conf: Conf, capsys: Capsys) -> None:
    assert conf("network", "mail") == Exit.OK
    told = capsys.readouterr()
    lines = told.out.splitlines()
    assert lines[0].split("  ")[0] == "FIELD"
    assert lines[0].split() == ["FIELD", "VALUE", "DEFAULT", "RUNNING", "WRITTEN", "AS", "WHERE", "SHARED", "BY"]
    assert lines[1].split() == ["hostname", "mail.home.arpa", "-", "-", "${name}.home.arpa", "jail.conf:6", "-"]
    assert lines[2].endswith("  jail.conf:4  mail db")
    assert "em1" in lines[6]
    assert told.err == ""


def test_hostile_text_never_reaches_the_terminal_as_it_came(conf: Conf, capsys: Capsys) -> None:
    assert conf("network", "mail") == Exit.OK
    assert conf("network", "mail", "nic=\x1b[2J") == Exit.REFUSED
    assert conf("network", "mail", "\x1b[2J=1") == Exit.REFUSED
    told = capsys.readouterr()
    assert "[bold]" in told.out
    assert not set(told.out + told.err) & set("\x1b\x07")


def test_fields_as_json_tell_all_of_a_field(conf: Conf, capsys: Capsys) -> None:
    assert conf("network", "mail", "--json") == Exit.OK
    told = json.loads(capsys.readouterr().out)
    assert (told["title"], told["subject"]) == ("Small of mail", "mail")
    assert {"key", "label", "value", "raw", "where", "group", "shared", "kind", "choices", "help", "now", "risk",
            "default", "live"} == set(told["fields"][0])  # fmt: skip
    assert told["fields"][4]["risk"] == "high"
    assert told["fields"][1]["shared"] == ["mail", "db"]


def test_answer_is_saved_as_the_form_says_and_taken_back(conf: Conf, demo: Demo, capsys: Capsys) -> None:
    before = demo.text.read_bytes()
    assert conf("network", "mail", "hostname=post.home.arpa", "--yes") == Exit.OK
    told = capsys.readouterr()
    assert told.out == "/etc/jail.conf is saved. Takes effect after mail restarts.\n"
    assert "$ save /etc/jail.conf" in told.err
    assert b'"post.home.arpa"' in demo.text.read_bytes() or b"post.home.arpa;" in demo.text.read_bytes()
    assert main(["undo", "--yes", *demo.words]) == Exit.OK
    assert demo.text.read_bytes() == before


def test_options_may_stand_anywhere(conf: Conf, demo: Demo, capsys: Capsys) -> None:
    before = demo.text.read_bytes()
    assert (
        conf("network", "mail", "--diff", "hostname=post.a", "mode=fixed", "--for-one", "mode", "mtu=9000") == Exit.OK
    )
    assert conf("bridge", "--diff", "bridge0", "description=x") == Exit.OK
    assert "ifconfig bridge0 descr x" in capsys.readouterr().out
    assert demo.text.read_bytes() == before


def test_word_that_no_verb_knows_is_refused_as_ever(demo: Demo) -> None:
    for words in (["conf", "get", "web", "path", "a=b", *demo.words], ["conf", "network", "web", "--nosuch"], ["x=y"]):
        with pytest.raises(SystemExit) as ended:
            main(words)
        assert ended.value.code == Exit.USAGE


def test_jail_that_was_left_out_is_asked_for(conf: Conf, capsys: Capsys) -> None:
    with pytest.raises(SystemExit) as ended:
        conf("network", "hostname=x")
    assert ended.value.code == Exit.USAGE
    assert "a jail's name cannot contain '='" in capsys.readouterr().err


def test_diff_prints_files_and_commands_and_changes_nothing(conf: Conf, demo: Demo, capsys: Capsys) -> None:
    before = demo.text.read_bytes()
    assert conf("network", "mail", "hostname=post", "mode=fixed", "mtu=9000", "--diff") == Exit.OK
    told = capsys.readouterr()
    assert told.out.startswith("--- /etc/jail.conf\n+++ /etc/jail.conf\n@@ ")
    assert told.out.endswith("ifconfig bridge0 descr 'mtu 9000'\n")
    assert told.err == "warning: hostname: it has no domain.\n"
    assert demo.text.read_bytes() == before


def test_draft_as_json(conf: Conf, demo: Demo, capsys: Capsys) -> None:
    before = demo.text.read_bytes()
    assert conf("network", "mail", "hostname=post", "mode=fixed", "mtu=9000", "--json") == Exit.OK
    told = json.loads(capsys.readouterr().out)
    assert list(told) == ["before", "files", "commands", "notes", "effect", "restart"]
    assert told["files"][0]["path"] == "/etc/jail.conf"
    assert told["files"][0]["diff"].startswith("--- /etc/jail.conf\n")
    assert told["commands"] == [["ifconfig", "bridge0", "descr", "mtu 9000"]]
    assert told["notes"] == [{"level": "warning", "text": "it has no domain.", "field": "hostname"}]
    assert (told["effect"], told["restart"]) == ("takes effect after mail restarts", "mail")
    assert conf("network", "mail", "hostname=", "--json") == Exit.REFUSED
    assert json.loads(capsys.readouterr().out)["notes"][0]["level"] == "error"
    assert demo.text.read_bytes() == before


def test_dry_run_prints_a_script_that_does_it(
    conf: Conf, demo: Demo, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    before = demo.text.read_bytes()
    assert conf("network", "mail", "hostname=post.home.arpa", "--dry-run") == Exit.OK
    script = capfdbinary.readouterr().out.replace(b"patch -s /etc/jail.conf", b"patch -s jail.conf")
    assert demo.text.read_bytes() == before
    copy = demo.text.parent.parent / "copy"
    copy.mkdir()
    (copy / "jail.conf").write_bytes(before)
    subprocess.run(["/bin/sh"], input=script, cwd=copy, check=True)
    assert conf("network", "mail", "hostname=post.home.arpa", "--yes") == Exit.OK
    assert (copy / "jail.conf").read_bytes() == demo.text.read_bytes() != before


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["hostname"], "hostname: expected FIELD=VALUE."),
        (["hostname=a.b", "hostname=c.d"], "hostname is given two values."),
        (["ruleset=5", "--for-one", "ruleset", "--for-all", "ruleset"], "exclude each other"),
    ],
)
def test_command_line_that_is_not_valid(
    refusing: Conf, unchanged: Demo, words: list[str], said: str, capsys: Capsys
) -> None:
    before = unchanged.text.read_bytes()
    assert refusing("network", "mail", *words, "--yes") == Exit.USAGE
    printed = capsys.readouterr()
    assert (printed.out, said in printed.err) == ("", True)
    assert unchanged.text.read_bytes() == before


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["hostnam=x"], "Small of mail has no field hostnam; did you mean hostname?"),
        (["zzz=x"], "Small of mail has no field zzz; it has hostname, ruleset, mode,"),
        (["mtu=9000"], "has no field mtu"),
        (["--for-one", "rulset", "ruleset=5"], "did you mean ruleset?"),
        (["hostname="], "error: hostname: a jail needs a name."),
        (["mode=slow"], "error: mode: slow is not one of: dhcp, fixed."),
        (["boot=yes"], "error: boot: yes is not one of: on, off."),
        (["allow.mount=on"], "on is not one of: inherit, allow, deny."),
        (["nic=em7"], "error: nic: can't be changed here."),
        (
            ["ruleset=5"],
            "error: ruleset: shared by mail, db (jail.conf:4): give --for-one ruleset or ",
        ),
    ],
)
def test_answer_that_can_not_be_meant_is_refused(
    refusing: Conf, unchanged: Demo, words: list[str], said: str, capsys: Capsys
) -> None:
    before = unchanged.text.read_bytes()
    assert refusing("network", "mail", *words, "--yes") == Exit.REFUSED
    told = capsys.readouterr()
    assert (told.out, said in told.err) == ("", True), told.err
    assert unchanged.text.read_bytes() == before


def test_a_note_that_begins_with_its_field_is_told_without_it(conf: Conf, capsys: Capsys) -> None:
    assert conf("permissions", "mail", "allow.mount=allow", "--diff") == Exit.OK
    assert "note: allow.mount of mail does nothing" in capsys.readouterr().err


def test_a_choice_that_may_be_left_empty_says_so(conf: Conf, capsys: Capsys) -> None:
    assert conf("permissions", "mail", "enforce_statfs=5", "--diff") == Exit.REFUSED
    assert "error: enforce_statfs: 5 is not one of: 0, 1, 2, or nothing." in capsys.readouterr().err


def test_shared_value_is_changed_for_whom_it_is_said(conf: Conf, demo: Demo) -> None:
    before = demo.text.read_bytes()
    assert conf("network", "mail", "ruleset=7", "--for-all", "ruleset", "--yes") == Exit.OK
    assert demo.text.read_bytes() == before.replace(b"devfs_ruleset = 4;", b"devfs_ruleset = 7;")
    assert conf("network", "mail", "ruleset=8", "--for-one", "ruleset", "--yes") == Exit.OK
    assert demo.text.read_bytes().count(b"devfs_ruleset = 7;") == 1
    assert demo.text.read_bytes().index(b"devfs_ruleset = 8;") > before.index(b"mail {")


def test_value_it_has_already_changes_nothing(conf: Conf, demo: Demo, capsys: Capsys) -> None:
    before = demo.text.read_bytes()
    assert conf("network", "mail", "mode=dhcp", "--yes") == Exit.OK
    assert "Nothing to change." in capsys.readouterr().err
    assert demo.text.read_bytes() == before


def test_without_yes_and_without_a_terminal_nothing_is_saved(
    conf: Conf, demo: Demo, capsys: Capsys, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = demo.text.read_bytes()
    monkeypatch.setattr("sys.stdin", io.StringIO("y\n"))
    assert conf("network", "mail", "hostname=post") == Exit.DECLINED
    told = capsys.readouterr().err
    assert "--- /etc/jail.conf" in told
    assert "    warning: it has no domain." in told
    assert "\n    takes effect after mail restarts\n" in told
    assert "--yes" in told
    assert demo.text.read_bytes() == before


@pytest.mark.parametrize(("answer", "status"), [("y", Exit.OK), ("", Exit.DECLINED), ("n", Exit.DECLINED)])
def test_what_is_done_is_what_was_agreed_to(
    conf: Conf, demo: Demo, answer: str, status: Exit, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = demo.text.read_bytes()
    answering(monkeypatch, answer)
    assert conf("network", "mail", "hostname=post.home.arpa") == status
    assert (demo.text.read_bytes() != before) == (status is Exit.OK)


def test_edit_of_somebody_else_while_the_question_stands_is_shown_and_never_overwritten(
    conf: Conf, demo: Demo, capsys: Capsys, monkeypatch: pytest.MonkeyPatch
) -> None:
    theirs = demo.text.read_bytes() + b"# theirs\n"
    answering(monkeypatch, "y", lambda: demo.text.write_bytes(theirs))
    assert conf("network", "mail", "hostname=post.home.arpa") == Exit.DECLINED
    assert demo.text.read_bytes() == theirs
    assert "+# theirs" in capsys.readouterr().err


def test_jail_is_restarted_with_the_save_when_it_runs(conf: Conf, capsys: Capsys) -> None:
    assert conf("network", "db", "hostname=sql.home.arpa", "--restart", "--yes") == Exit.OK
    told = capsys.readouterr()
    assert told.out.startswith("/etc/jail.conf is saved. db runs, jid ")
    assert [line for line in told.err.splitlines() if line.startswith("$")] == [
        "$ jail -r db", "$ save /etc/jail.conf", "$ jail -c db",
    ]  # fmt: skip
    assert conf("network", "mail", "hostname=post.home.arpa", "--restart", "--yes") == Exit.OK
    assert "jail -" not in capsys.readouterr().err, "it does not run"


def test_removal_needs_no_answers(conf: Conf, demo: Demo, capsys: Capsys) -> None:
    assert conf("remove", "web", "--yes") == Exit.REFUSED
    assert capsys.readouterr().err == "error: web runs: stop it first.\n"
    assert conf("remove", "mail", "--diff") == Exit.OK
    assert "-mail {" in capsys.readouterr().out
    assert conf("remove", "mail", "--json") == Exit.OK
    assert "fields" in json.loads(capsys.readouterr().out)
    assert conf("remove", "mail", "--yes") == Exit.OK
    assert b"mail {" not in demo.text.read_bytes()


def test_command_without_a_file_is_run_and_judged(conf: Conf, demo: Demo, capsys: Capsys) -> None:
    assert conf("bridge", "bridge0", "description=the house", "--yes") == Exit.OK
    assert "$ ifconfig bridge0 descr 'the house'" in capsys.readouterr().err
    assert main(["show", "--json", *demo.words]) == Exit.OK
    told = {one["name"]: one for one in json.loads(capsys.readouterr().out)["interfaces"]}
    assert told["bridge0"]["description"] == "the house"


def test_name_may_be_left_out_where_it_is_a_new_one(conf: Conf, capsys: Capsys) -> None:
    assert conf("bridge") == Exit.OK
    assert conf("bridge", "name=bridge7", "--json") == Exit.OK
    assert "FIELD" in capsys.readouterr().out


def test_what_is_not_there_is_refused_with_a_sentence(conf: Conf, capsys: Capsys) -> None:
    assert conf("network", "nosuch") == Exit.REFUSED
    assert conf("bridge", "bridge99") == Exit.REFUSED
    told = capsys.readouterr()
    assert told.out == ""
    assert told.err == "jailtui: No jail.conf defines nosuch.\njailtui: There is no bridge bridge99.\n"


@pytest.mark.usefixtures("conf")
def test_form_of_a_capture_can_be_read_and_not_saved(demo: Demo, tmp_path: Path, capsys: Capsys) -> None:
    saved = str(tmp_path / "nas.json")
    assert main(["collect", saved, *demo.words]) == Exit.OK
    assert main(["conf", "network", "mail", "--host", saved]) == Exit.OK
    assert main(["conf", "network", "mail", "hostname=post.a", "--diff", "--host", saved]) == Exit.OK
    assert "post.a" in capsys.readouterr().out
    assert main(["conf", "network", "mail", "hostname=post.a", "--yes", "--host", saved]) == Exit.REFUSED
    assert main(["undo", "--yes", "--host", saved]) == Exit.REFUSED
    assert "collect" in capsys.readouterr().err


def test_undo_shows_what_it_changes_before_it_asks(
    conf: Conf, demo: Demo, capsys: Capsys, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = demo.text.read_bytes()
    assert conf("network", "mail", "hostname=post.home.arpa", "--yes") == Exit.OK
    after = demo.text.read_bytes()
    capsys.readouterr()
    answering(monkeypatch, "n")
    assert main(["undo", *demo.words]) == Exit.DECLINED
    assert demo.text.read_bytes() == after
    told = capsys.readouterr().err
    assert any(line.startswith("-") and "post.home.arpa" in line for line in told.splitlines())
    answering(monkeypatch, "y")
    assert main(["undo", *demo.words]) == Exit.OK
    assert demo.text.read_bytes() == before
    assert main(["undo", "--yes", "--redo", *demo.words]) == Exit.OK
    assert demo.text.read_bytes() == after, "an undo can be undone"


def test_undo_goes_back_all_the_way_that_backups_are_kept(conf: Conf, demo: Demo, tmp_path: Path) -> None:
    config = tmp_path / "config.yaml"
    config.write_text("backups: 2\n")
    keeping = ("--config", str(config))
    texts = []
    for number in range(3):
        assert conf("network", "mail", f"hostname=post{number}.home.arpa", "--yes", *keeping) == Exit.OK
        texts.append(demo.text.read_bytes())
    for text in reversed(texts[:-1]):
        assert main(["undo", "--yes", *keeping, *demo.words]) == Exit.OK
        assert demo.text.read_bytes() == text
    assert main(["undo", "--yes", *keeping, *demo.words]) == Exit.REFUSED
    for text in texts[1:]:
        assert main(["undo", "--yes", "--redo", *keeping, *demo.words]) == Exit.OK
        assert demo.text.read_bytes() == text


def test_undo_of_a_copy_that_runs_is_refused_as_its_removal_is(conf: Conf, demo: Demo, capsys: Capsys) -> None:
    before = demo.text.read_bytes()
    assert conf("copy", "mail", "name=post", "--yes") == Exit.OK
    copied = demo.text.read_bytes()
    (demo.text.parents[1] / "jails/post/dev").mkdir(parents=True, exist_ok=True)
    assert main(["start", "post", "--yes", *demo.words]) == Exit.OK
    capsys.readouterr()
    assert main(["undo", "--yes", *demo.words]) == Exit.REFUSED
    assert "post is running, and the text does not define it: stop it first" in capsys.readouterr().err
    assert demo.text.read_bytes() == copied
    assert main(["stop", "post", "--yes", *demo.words]) == Exit.OK
    assert main(["undo", "--yes", *demo.words]) == Exit.OK
    assert demo.text.read_bytes() == before


def test_undo_never_overwrites_somebody_elses_edit_in_between(
    conf: Conf, demo: Demo, capsys: Capsys, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert conf("network", "mail", "hostname=post.home.arpa", "--yes") == Exit.OK
    theirs = demo.text.read_bytes() + b"# theirs\n"
    answering(monkeypatch, "y", lambda: demo.text.write_bytes(theirs))
    assert main(["undo", *demo.words]) == Exit.DECLINED
    assert demo.text.read_bytes() == theirs
    assert "+# theirs" in capsys.readouterr().err


def test_undo_keeps_a_later_edit_of_somebody_else(conf: Conf, demo: Demo, capsys: Capsys) -> None:
    before = demo.text.read_bytes()
    assert conf("network", "mail", "hostname=post.home.arpa", "--yes") == Exit.OK
    demo.text.write_bytes(demo.text.read_bytes() + b"# theirs\n")
    capsys.readouterr()
    assert main(["undo", *demo.words]) == Exit.DECLINED
    shown = capsys.readouterr().err
    assert "+# theirs" in shown
    assert "what somebody else changed in the file since then stays" in shown
    assert main(["undo", "--yes", *demo.words]) == Exit.OK
    assert demo.text.read_bytes() == before + b"# theirs\n"


def test_undo_asks_before_it_drops_a_later_edit_of_somebody_else(
    conf: Conf, demo: Demo, capsys: Capsys, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = demo.text.read_bytes()
    assert conf("network", "mail", "hostname=post.home.arpa", "--yes") == Exit.OK
    theirs = demo.text.read_bytes().replace(b"post.home.arpa", b"theirs.home.arpa")
    demo.text.write_bytes(theirs)
    capsys.readouterr()
    assert main(["undo", "--yes", *demo.words]) == Exit.DECLINED
    shown = capsys.readouterr()
    assert [line[0] for line in shown.out.splitlines() if "home.arpa" in line and line[0] in "+-"] == ["-", "+"]
    assert "+" in shown.out
    assert "theirs.home.arpa" in shown.out
    assert "somebody else changed the same lines of /etc/jail.conf since" in shown.err
    assert demo.text.read_bytes() == theirs
    answering(monkeypatch, "y")
    assert main(["undo", *demo.words]) == Exit.OK
    assert "theirs.home.arpa" in capsys.readouterr().err
    assert demo.text.read_bytes() == before


def test_path_that_is_none_is_refused(demo: Demo, capsys: Capsys) -> None:
    assert main(["undo", "jail.conf", "--yes", *demo.words]) == Exit.USAGE
    assert "is not an absolute path" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("words", "field"),
    [
        (["network", "web"], "address"),
        (["permissions", "web"], "allow.raw_sockets"),
        (["bridge", "bridge0"], "members"),
        (["bridge"], "name"),
        (["vlan", "em0.10"], "tag"),
        (["vlan"], "tag"),
        (["new"], "name"),
        (["copy", "web"], "name"),
        (["rename", "mail"], "name"),
        (["log", "mail"], "path"),
    ],
)
def test_every_form_of_the_house_opens(unchanged: Demo, words: list[str], field: str, capsys: Capsys) -> None:
    assert main(["conf", *words, *unchanged.words]) == Exit.OK
    assert any(line.split()[0] == field for line in capsys.readouterr().out.splitlines()[1:])
    assert main(["conf", *words, "--json", *unchanged.words]) == Exit.OK
    assert field in [one["key"] for one in json.loads(capsys.readouterr().out)["fields"]]


def test_jail_is_made_renamed_wired_and_removed_without_the_screen(demo: Demo, capsys: Capsys) -> None:
    def value(jail: str, name: str) -> str:
        capsys.readouterr()
        assert main(["conf", "get", jail, name, *demo.words]) == Exit.OK
        return capsys.readouterr().out.strip()

    def done(*words: str) -> bool:
        return main(["conf", *words, "--yes", *demo.words]) == Exit.OK

    before = demo.text.read_bytes()
    assert done("new", "name=shop", "template=as mail")
    assert value("shop", "path") == "/jails/shop"
    assert done("rename", "shop", "name=store")
    assert value("store", "host.hostname") == "store.home.arpa"
    assert done("network", "store", "bridge=br10", "--for-one", "bridge")
    assert value("store", "$bridge") == "br10"
    assert value("mail", "$bridge") == "bridge0"
    assert done("permissions", "store", "allow.chflags=allow")
    assert b"allow.chflags;" in demo.text.read_bytes()
    assert done("remove", "store")
    assert b"store" not in demo.text.read_bytes()
    assert demo.text.read_bytes().split() == before.split()
