"""The network form over hand-written jail.confs: what it reads, where, what an edit changes, and that the jail starts.

How a case is written stands in tests/support/form_corpus.py.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from jailtui import jailconf
from jailtui.exchange import difference
from jailtui.forms.protocol import OFF, Answers, Field, Form
from jailtui.model.state import HostState
from tests.support.form_corpus import CORPUS, NAMES, Case, case_of
from tests.support.form_hosts import Embedded

KEYS = set("jail release path files jail_rc host reads shows where raw text warns edits refused start".split())
EDIT_KEYS = {"answers", "scope", "diff", "reads", "file"}

EDITS = [(name, number) for name in NAMES for number in range(len(case_of(name).told["edits"]))]
STARTED = [name for name in NAMES if case_of(name).told.get("start") == "true"]

each_case = pytest.mark.parametrize("name", NAMES)
each_edit = pytest.mark.parametrize(("name", "number"), EDITS, ids=[f"{name}-{number + 1}" for name, number in EDITS])


def readings(form: Form, but: set[str]) -> dict[str, str]:
    """What can be edited and has a value, switches that are off and the keys of `but` left out."""
    fields = form.fields(Answers())
    assert len({field.key for field in fields}) == len(fields)
    return {
        field.key: field.value
        for field in fields
        if field.kind != "fact"
        and field.value
        and field.key not in but
        and (field.kind, field.value) != ("switch", OFF)
    }


def by_key(form: Form) -> dict[str, Field]:
    return {field.key: field for field in form.fields(Answers())}


def others(case: Case, texts: dict[str, bytes]) -> dict[str, Any]:
    """What the other jails come to."""
    return {
        one.name: (one.jail.params, one.jail.failed)
        for one in case.sources(texts).config.jails
        if one.name != case.jail
    }


# The corpus itself: these say nothing of the form.


def test_the_corpus_is_large_and_each_configuration_says_what_is_to_come_out() -> None:
    assert len(NAMES) >= 28
    assert len(STARTED) >= 12
    assert {path.stem for path in CORPUS.glob("*.yaml")} == set(NAMES)


@each_case
def test_configuration_is_one_that_jail8_loads(name: str) -> None:
    case = case_of(name)
    assert set(case.told) <= KEYS
    assert all(set(edit) <= EDIT_KEYS for edit in case.told["edits"])
    assert len(case.told["edits"]) >= 3
    found = case.sources(case.texts).jail(case.jail)
    assert not found.jail.failed
    assert found.file == case.main


@each_case
def test_places_are_lines_of_the_files(name: str) -> None:
    case = case_of(name)
    lines = {path.rpartition("/")[2]: data.decode().split("\n") for path, data in case.texts.items()}
    for key, where in case.told.get("where", {}).items():
        place, option, *_ = where.partition(" and ")[0].split(", ")
        file, _, number = place.partition(":")
        written = lines[file][int(number) - 1]
        # Of a list over several lines the option stands further up.
        assert option in "\n".join(lines[file][: int(number)])
        assert case.told.get("raw", {}).get(key, "") in written
        assert not option.startswith("$") or re.search(rf"{re.escape(option)}\s*=", written)


@each_edit
def test_edited_text_is_still_loaded_and_touches_only_whom_it_may(name: str, number: int) -> None:
    case = case_of(name)
    edit = case.told["edits"][number]
    after = case.edited(edit)
    assert after != case.texts
    assert not case.sources(after).jail(case.jail).jail.failed
    if "all" not in edit.get("scope", {}).values():
        assert others(case, after) == others(case, case.texts)
    else:
        assert others(case, after) != others(case, case.texts)


# What the form makes of it.


@each_case
def test_form_reads_every_value(name: str) -> None:
    case = case_of(name)
    assert readings(case.form(), set(case.told.get("shows", {}))) == case.told["reads"]


@each_case
def test_form_shows_what_is_not_in_jail_conf_itself(name: str) -> None:
    case = case_of(name)
    told = case.told.get("shows", {})
    found = by_key(case.form())
    assert {key: found[key].value for key in told if key in found} == told


@each_case
def test_form_tells_where_and_how_values_are_written(name: str) -> None:
    case = case_of(name)
    found = by_key(case.form())
    where, raw = case.told.get("where", {}), case.told.get("raw", {})
    assert {key: found[key].where for key in where} == where
    assert {key: found[key].raw for key in raw} == raw


@each_case
def test_form_shows_hook_commands_it_does_not_understand(name: str) -> None:
    case = case_of(name)
    facts = [field for field in case.form().fields(Answers()) if field.kind == "fact"]
    shown = [line for field in facts for text in (field.value, field.raw) for line in text.split("\n")]
    assert [text for text in case.told.get("text", ()) if text not in shown] == []


@each_case
def test_form_warns_of_what_is_wrong_before_any_edit(name: str) -> None:
    case = case_of(name)
    draft = case.form().draft(Answers())
    assert draft.empty
    assert not draft.errors
    warned = {note.field for note in draft.notes if note.level == "warning"}
    assert {key for key in case.told.get("warns", ()) if key not in warned} == set()


@each_edit
def test_edit_changes_just_these_lines_and_then_reads_as_answered(name: str, number: int) -> None:
    case = case_of(name)
    edit = case.told["edits"][number]
    draft = case.form().draft(Answers(edit["answers"], edit.get("scope", {})))
    assert not draft.errors
    expected = case.edited(edit)
    path = edit.get("file", case.main)
    assert [file.path for file in draft.files] == [path]
    assert draft.files[0].old == case.texts[path]
    assert difference(case.texts[path], draft.files[0].new, path) == difference(case.texts[path], expected[path], path)
    assert draft.files[0].new == expected[path]
    assert readings(case.form(expected), case.untold(edit)) == case.reads_after(edit)


@each_case
def test_what_can_not_be_done_is_refused_with_a_reason(name: str) -> None:
    case = case_of(name)
    form = case.form()
    for one in case.told.get("refused", ()):
        errors = form.draft(Answers(one["answers"], one.get("scope", {}))).errors
        assert {error.field for error in errors} & {"", *one["answers"]}
        assert all(error.text.endswith(".") for error in errors)


# What a host makes of it.


@pytest.mark.parametrize("name", STARTED)
def test_edited_jail_starts_and_has_what_the_form_said(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    case = case_of(name)
    edit = case.told["edits"][0]
    host = embedded(case, case.edited(edit), tmp_path / "host")
    backend = host.backend()
    try:
        host.ask("jail", "-f", case.main, "-c", case.jail)
        check(host, backend.read().state, case.jail, {**case.reads_after(edit), **case.told.get("shows", {})})
    finally:
        backend.close()


def embedded(case: Case, texts: dict[str, bytes], folder: Path) -> Embedded:
    """A host with these files on which the jail of the case, and those it needs, can start."""
    roots = {one.name: last(one.jail, "path") for one in case.sources(texts).config.jails}
    rc = {} if "jail_rc" not in case.told else {f"{roots[case.jail]}/etc/rc.conf": case.told["jail_rc"].encode()}
    return Embedded(
        folder,
        {**texts, **rc},
        release=case.release.partition("-")[0],
        bridges=case.told.get("host", ()),
        folders=roots.values(),
    )


def last(jail: jailconf.JailDefinition, name: str) -> str:
    """A parameter's last value."""
    found = jail.get(name)
    assert found is not None, f"{jail.name} has no {name}"
    return found.values[-1]


def check(host: Embedded, state: HostState, name: str, told: dict[str, str]) -> None:  # noqa: C901
    """That the running jail has all that was told of it."""
    jail = state.jail(name)
    assert jail is not None
    assert jail.running
    addresses = {str(one) for one in jail.addresses} | {one.address for one in jail.addresses}
    gateways = host.default_routes(name) if jail.vnet else []
    pairs = [pair for pair in state.epairs if pair.b.jail == name]
    for key, value in told.items():
        match key.rpartition(".")[2].rstrip("0123456789"):
            case "address" | "alias":
                assert (value if jail.vnet else value.partition("/")[0]) in addresses
            case "gateway":
                assert value in gateways
            case "bridge":
                assert value in jail.bridges
            case "epair":
                assert any(value in (pair.name, pair.b.name) for pair in pairs)
            case "mtu":
                assert int(value) in [pair.b.mtu for pair in pairs]
            case "mac":
                assert f"\tether {value}\n" in host.ask("jexec", name, "ifconfig", "-a")
            case "vlan":
                assert int(value) in [vlan.tag for vlan in state.vlans]
            case "dhcp":
                assert len(jail.addresses) > 0
            case "interface":
                assert value in [one.name for one in state.interfaces]
            case "id" | "release" | "slaac":
                pass
            case other:
                raise AssertionError(f"no check for {other}")
