"""Every hook of the table, asked from outside in five ways: all say the same of its pair."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from jailtui.cli.main import main
from jailtui.exchange import Capture
from jailtui.host.collect import dump
from jailtui.model.build import Builder
from jailtui.model.state import HostState
from jailtui.ui.columns import EPAIRS, JAILS
from jailtui.ui.detail import epair_detail
from jailtui.ui.glyphs import UNICODE
from jailtui.ui.lines import Line
from jailtui.ui.panelrows import epair_row, jail_row
from jailtui.ui.rows import Column
from jailtui.ui.rows import Row as PanelRow
from tests.hooks.table import JIB, ROWS, Row, conf
from tests.support.captures import capture
from tests.support.large_hosts import EM0, LO0, bridge, epair

Capsys = pytest.CaptureFixture[str]
LEFT_OVER = {"EPAIR-FAILED-START", "EPAIR-IN-THE-WAY", "EPAIR-NOBODY", "EPAIR-RETURNED", "JAIL-FAILED"}


class Views(dict[str, Any]):
    """What each view says, by its name."""


def wanted(row: Row) -> Mapping[str, Any]:
    """What each view has to say of the pair, and of web's address and bridge."""
    mine = row.verdict in ("blocks", "cleared")
    orphan = {"given": False, "unknown": None}.get(row.verdict, True)
    return {
        "show": (orphan, mine or row.verdict == "given", row.address, row.bridge),
        "panel": (orphan, row.verdict == "nobody", row.address, row.bridge),
        "state": ("stopped", mine),  # the pair alone does not say that a start failed
        "doctor": {
            "blocks": "EPAIR-IN-THE-WAY",
            "cleared": "EPAIR-FAILED-START",
            "nobody": "EPAIR-NOBODY",
        }.get(row.verdict, ""),
        "form": (row.address, row.bridge, row.unread),
        "start": row.verdict == "blocks",
        "reclaim": orphan is True and row.ends != JIB,  # what another tool made is left to it
    }


def host(row: Row) -> Capture:
    printed = (
        epair(7, end, up=end == "a").replace(f"epair7{end}:", f"{name}:")
        for end, name in zip("ab", row.ends, strict=True)
    )
    ends = "".join(printed)
    text = conf(row) + "db { path = /jails/db; vnet; }\n"
    return capture(host=EM0 + LO0 + bridge("bridge0", ["em0"]) + ends, conf=text)


def text_of(lines: list[Line]) -> str:
    return "\n".join("".join(cell.text for cell in line.cells) for line in lines)


def panel(state: HostState) -> tuple[bool | None, bool, str, str]:
    """What the rows and the detail say of the pair."""
    (pair,) = state.epairs
    row = epair_row(pair, UNICODE, fresh=False)
    verdict = text_of(epair_detail(pair, state, UNICODE, 100)).partition(f" {UNICODE.dot} ")[0].split()
    orphan = {"orphan": True, "? unknown": None, "in use": False}[" ".join(verdict).removeprefix(f"{UNICODE.bad} ")]
    jail = next(jail_row(jail, UNICODE) for jail in state.jails if jail.key == "web")
    address, bridges = (shown_in(JAILS, jail, title).replace(UNICODE.none, "") for title in ("ADDRESS", "BRIDGE"))
    return orphan, shown_in(EPAIRS, row, "OWNER").startswith("nobody"), address, bridges


def shown_in(columns: Sequence[Column], row: PanelRow, title: str) -> str:
    """The text of a row in the column of that title."""
    return row.cells[[column.title for column in columns].index(title)].text


def left(web: Mapping[str, Any], pair: str, state: HostState) -> tuple[str, bool]:
    """The state of web in `show`, and whether the pair is one that it left; the panel has to say the same."""
    here = pair in web["left"]
    cell = next(jail_row(jail, UNICODE).cells[3].text for jail in state.jails if jail.key == "web")
    assert cell.endswith(f" {web['state']}, left {pair}" if here else f" {web['state']}")
    return web["state"], here


def test_all_views_say_what_the_hook_does(
    row: Row, tmp_path: Path, capsys: Capsys, monkeypatch: pytest.MonkeyPatch
) -> None:
    builder = Builder()
    monkeypatch.setattr("jailtui.model.build.Builder", lambda: builder)  # parses once, as one console for all views
    file = tmp_path / "nas.json"
    file.write_text(dump(host(row)))

    def run(*words: str) -> str:
        main([*words, "--host", str(file)])
        told = capsys.readouterr()
        return told.out + (told.err if "--dry-run" in words else "")

    shown = json.loads(run("show", "--json"))
    (pair,) = shown["epairs"]
    web = next(one for one in shown["jails"] if one["name"] == "web")
    codes = {one["code"] for one in json.loads(run("doctor", "--json"))["findings"]} & LEFT_OVER
    form = run("conf", "network", "web", "--json")  # nothing of a jail without any interface
    values = {one["key"]: one["value"] for one in json.loads(form)["fields"]} if form else {}
    views: dict[str, Any] = {
        "show": (pair["orphan"], pair["owner"] == "web", " ".join(web["addresses"]), " ".join(web["bridges"])),
        "panel": panel(Builder().build(host(row))),
        "state": left(web, pair["name"], Builder().build(host(row))),
        "doctor": "EPAIR-IN-THE-WAY" if "EPAIR-IN-THE-WAY" in codes else "".join(codes),
        "form": (values.get("address", ""), values.get("bridge", ""), any(key.startswith("unread") for key in values)),
        "start": "EPAIR-IN-THE-WAY" in run("start", "web", "--dry-run"),
        "reclaim": f"ifconfig {row.ends[0]} destroy" in run("reclaim", "--all", "--dry-run"),
    }
    if row.verdict == "unknown":  # whose it is may be told or not
        assert pair["why"]
        views["show"] = (views["show"][0], False, *views["show"][2:])
    assert views == wanted(row)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    names = [f"{row.hook} {row.text}"[:70] for row in ROWS]
    metafunc.parametrize("row", ROWS, ids=names)
