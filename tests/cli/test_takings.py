"""What a start would take from a running jail: --yes does not answer that, --take does."""

from __future__ import annotations

import json

import pytest

from jailtui.cli.main import main
from jailtui.cli.verb import Exit
from tests.support.verbs import Demo, answering

Capsys = pytest.CaptureFixture[str]


@pytest.fixture
def taking(demo: Demo) -> Demo:
    """The demo, after the file of db was given the number of web's pair and address."""
    before, block = demo.text.read_text().split("db {", 1)
    demo.text.write_text(before + "db {" + block.replace('"155"', '"154"', 1))
    return demo


def addresses(demo: Demo, capsys: Capsys) -> dict[str, list[str]]:
    capsys.readouterr()
    main(["show", "--json", *demo.words])
    return {jail["name"]: jail["addresses"] for jail in json.loads(capsys.readouterr().out)["jails"]}


def test_yes_does_not_take_and_nothing_begins(taking: Demo, capsys: Capsys) -> None:
    before = addresses(taking, capsys)
    assert main(["restart", "mail", "db", "--yes", *taking.words]) == Exit.REFUSED
    told = capsys.readouterr().err
    assert "this takes epair154 and 192.168.1.154 from web. Give --take to take it." in told
    assert "$ jail" not in told
    assert addresses(taking, capsys) == before


def test_take_answers_it(taking: Demo, capsys: Capsys) -> None:
    assert main(["restart", "db", "--yes", "--take", *taking.words]) == Exit.OK
    after = addresses(taking, capsys)
    assert (after["db"], after["web"]) == (["192.168.1.154/24"], [])


def test_operator_at_a_terminal_is_asked_once_more(
    taking: Demo, capsys: Capsys, monkeypatch: pytest.MonkeyPatch
) -> None:
    answering(monkeypatch, "n")
    assert main(["stop", "db", *taking.words]) == Exit.DECLINED
    shown = capsys.readouterr().err
    assert "takes: epair154 from web" in shown
    assert "breaks: what db serves on 192.168.1.155; epair154 of web\n" in shown
    asked: list[str] = []
    answering(monkeypatch, "y", lambda: asked.append("?"))
    assert main(["stop", "db", *taking.words]) in (Exit.OK, Exit.FAILED)
    assert len(asked) == 2
    assert "This takes epair154 from web. Take it?" in capsys.readouterr().err


def test_without_takings_take_changes_nothing(demo: Demo) -> None:
    assert main(["restart", "db", "--yes", *demo.words]) == Exit.OK
