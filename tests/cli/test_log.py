"""`jailtui log`: what was done, by the audit log alone; refusals; a log that is required."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from jailtui.cli.main import main
from jailtui.cli.verb import Exit
from jailtui.host.shell import Shell
from tests.support.put_back import PutBack
from tests.support.verbs import Demo

Capsys = pytest.CaptureFixture[str]


@pytest.fixture
def demo(demo: Demo) -> tuple[str, ...]:
    """Words that name an embedded host."""
    return demo.words


def printed(capsys: Capsys, *words: str) -> str:
    capsys.readouterr()
    assert main([*words]) == Exit.OK
    return capsys.readouterr().out


def test_log_prints_what_was_done_the_newest_first_and_asks_no_host(
    demo: tuple[str, ...], capsys: Capsys, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert main(["stop", "web", "--yes", *demo]) == Exit.OK
    assert main(["start", "nosuch", "--yes", *demo]) == Exit.REFUSED
    monkeypatch.setattr(Shell, "__init__", None)  # no shell can be made
    lines = [json.loads(line) for line in printed(capsys, "log", "--json", *demo).splitlines()]
    assert [(line["event"], line["argv"], line["rc"]) for line in lines] == [
        ("refused", None, None),
        ("end", None, 0),
        ("end", ["jail", "-r", "web"], 0),
        ("begin", ["jail", "-r", "web"], None),
        ("begin", None, None),
    ]
    assert "nosuch" in lines[0]["output"]
    assert len({line["plan"]["id"] for line in lines[1:]}) == 1
    head, refused, stopped = printed(capsys, "log", *demo).splitlines()
    assert head.split() == ["TIME", "HOST", "WHO", "WHAT", "CAME", "OF", "IT"]
    assert "  Start nosuch  refused: nosuch: there is no such jail" in refused
    assert "Stop web" in stopped
    assert stopped.endswith("  done")


def test_log_tells_of_the_host_that_is_named_else_of_all(
    tmp_path: Path, capsys: Capsys, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    assert main(["stop", "web", "--yes", "--host", "demo"]) == Exit.OK
    line = {"at": "2001-01-02T03:04:05+0000", "event": "ended", "argv": ["jail", "-c", "db"], "rc": 1, "by": {}}
    text = json.dumps(line | {"host": "root@nas"}) + "\n" + json.dumps(line | {"host": "box"}) + "\n"
    (tmp_path / "jailtui" / "audit.log").write_text(text)
    assert [row.split()[2] for row in printed(capsys, "log").splitlines()[1:]] == ["demo", "box", "root@nas"]
    assert [row.split()[2] for row in printed(capsys, "log", "--host", "root@nas").splitlines()[1:]] == ["root@nas"]


def test_verb_refuses_to_act_where_the_log_is_required_and_can_not_be_written(
    demo: tuple[str, ...], home: PutBack, tmp_path: Path, capsys: Capsys
) -> None:
    (tmp_path / "config.yaml").write_text("audit: required\n")
    log = home.folder / "audit.log"
    log.symlink_to(tmp_path / "elsewhere")
    words = ("stop", "web", "--yes", *demo)
    assert main([*words, "--config", str(tmp_path / "config.yaml")]) == Exit.REFUSED
    assert f"{log}: the audit log can't be written: it is a link" in capsys.readouterr().err
    assert main([*words]) == Exit.OK
    assert f"{log}: the audit log can't be written: it is a link" in capsys.readouterr().err
    assert not (tmp_path / "elsewhere").exists()


def test_refusal_of_a_verb_that_made_no_plan_is_recorded(demo: tuple[str, ...], capsys: Capsys) -> None:
    assert main(["conf", "set", "nosuch", "path", "/x", "--yes", *demo]) == Exit.REFUSED
    assert main(["conf", "set", "web", "path", "/x", "--yes", "--read-only", *demo]) == Exit.REFUSED
    assert main(["conf", "get", "nosuch", "path", *demo]) == Exit.REFUSED, "it would change nothing"
    lines = [json.loads(line) for line in printed(capsys, "log", "--json", *demo).splitlines()]
    assert [(line["event"], line["plan"]["title"].split()[:4]) for line in lines] == [
        ("refused", ["conf", "set", "web", "path"]),
        ("refused", ["conf", "set", "nosuch", "path"]),
    ]
    assert "read-only" in lines[0]["output"]
    assert "nosuch" in lines[1]["output"]
