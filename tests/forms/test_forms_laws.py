"""What every form holds to, over this folder's corpus and jail(8)'s: it reads what it writes, and no more."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jailtui.exchange import difference
from jailtui.forms.opening import FormName, open_form
from jailtui.forms.protocol import OFF, ON, Answers, Draft, Field, Form, NoForm, Scope
from jailtui.forms.sources import Sources
from tests.support.form_corpus import NAMES, case_of
from tests.support.form_hosts import MAIN, sources
from tests.support.shared_material import shared

ANOTHER = {
    "id": "3177",
    "epair": "epair3177",
    "interface": "em7",
    "bridge": "bridge77",
    "gateway": "10.77.0.1",
    "gateway6": "fd77::1",
    "mtu": "1400",
    "mac": "02:77:00:00:00:0b",
    "vlan": "77",
}
COMMENT = re.compile(rb"(?:#|//)[^\n]*")
MOVES = {
    "id": re.compile(".*"),  # all is made of it
    "dhcp": re.compile(r"id|.*(address|alias|gateway).*"),
    "epair": re.compile(r".*(interface|release|id|bridge)"),
    "vlan": re.compile(r".*bridge"),
    "address": re.compile(r".*(address|alias|interface|id).*"),
}
"""Fields that an answer to that one may change too; others change none but itself and those of the same variable."""


def another(field: Field) -> str:
    """A valid value of the kind of a field, other than it has."""
    base = field.key.rpartition(".")[2]
    if field.kind == "switch":
        return OFF if field.value == ON else ON
    version6 = base in ("address6",) or base.startswith("alias6")
    return ANOTHER.get(base, "fd77::9/64" if version6 else "10.77.0.9/24")


def again(found: Sources, draft: Draft) -> Sources:
    """The host with the files of a draft."""
    texts = {**found.texts, **{edit.path: edit.new for edit in draft.files}}
    rc = found.about.get("jail-rc")
    return sources(texts, release=found.release, rcconf=found.rcconf, jail_rc=rc.out if rc is not None else None)


def others(found: Sources, but: str) -> dict[str, Any]:
    return {one.name: (one.jail.params, one.jail.failed) for one in found.config.jails if one.name != but}


def values(form: Form) -> dict[str, str]:
    return {field.key: field.value for field in form.fields(Answers())}


def lines(draft: Draft) -> int:
    """How many lines a draft takes out or puts in."""
    told = [line for edit in draft.files for line in difference(edit.old or b"", edit.new or b"", edit.path)]
    return sum(line[:1] in "+-" and line[:3] not in ("+++", "---") for line in told)


def comments(data: bytes | None) -> Counter[bytes]:
    return Counter(COMMENT.findall(data or b""))


def holders(field: Field) -> int:
    """How many elements say a field's value, by the words that tell where."""
    more = re.search(r" and (\d+) more", field.where)
    return 1 + (int(more[1]) if more else 0)


def check_network(found: Sources, jail: str, scopes: tuple[Scope, ...]) -> int:
    """The laws of one jail's network form; how many drafts could be saved."""
    try:
        form = open_form("network", jail, found)
    except NoForm:
        return 0
    every = form.fields(Answers())
    fields = [field for field in every if field.kind != "fact"]
    before, rest, saved = {field.key: field.value for field in every}, others(found, jail), 0
    assert form.draft(Answers()).empty
    assert form.draft(Answers({field.key: field.value for field in fields})).empty
    for field in fields:
        wanted = another(field)
        checked: list[Draft] = []
        for scope in scopes if wanted != field.value else ():
            draft = form.draft(Answers({field.key: wanted}, {field.key: scope}))
            where = f"{jail} {field.key}={wanted} for {scope}"
            assert draft.errors or not draft.empty, where
            if draft.errors:
                continue
            saved += 1
            if draft in checked:
                continue  # what holds for one jail holds for all
            checked.append(draft)
            after = again(found, draft)
            assert {one.name for one in after.config.jails if one.jail.failed} <= {
                one.name for one in found.config.jails if one.jail.failed
            }, where
            if not draft.commands:
                reads = values(open_form("network", jail, after))
                assert reads.get(field.key, OFF) == wanted, where
                check_kept(before, reads, field.key, where)
            if scope == "one":
                assert others(after, jail) == rest, where
            for edit in draft.files:
                assert not comments(edit.old) - comments(edit.new), where
            assert lines(draft) <= 2 * holders(field) + 4, f"{where}: {lines(draft)} lines"
    return saved


def check_kept(before: Mapping[str, str], after: Mapping[str, str], key: str, where: str) -> None:
    """Nothing that was read is lost or reads otherwise, but what follows from the field that was answered."""
    follows = MOVES.get(key.rpartition(".")[2], re.compile("$"))
    for other, value in before.items():
        if other != key and value not in ("", OFF) and not other.startswith("unread") and not follows.fullmatch(other):
            assert after.get(other) == value or other.endswith("dhcp"), f"{where}: {other} was {value}"


def check_two(found: Sources, jail: str) -> None:
    """Two answers at once come to what they come to one after the other."""
    try:
        form = open_form("network", jail, found)
    except NoForm:
        return
    has = values(form)
    both: dict[str, str] = {key: ANOTHER[key] for key in ("bridge", "mtu") if key in has}
    scopes: dict[str, Scope] = dict.fromkeys(both, "one")
    at_once = form.draft(Answers(both, scopes))
    if len(both) < 2 or at_once.errors:
        return
    here = found
    for key, value in both.items():
        step = open_form("network", jail, here).draft(Answers({key: value}, {key: "one"}))
        if step.errors:
            return
        here = again(here, step)
    assert dict(again(found, at_once).texts) == dict(here.texts)


def check_permissions(found: Sources, jail: str, every: int = 1) -> None:
    """Each third kind of answer to each permission (`every`: not to all) is an error, or is what then holds."""
    form = open_form("permissions", jail, found)
    rest = others(found, jail)
    for field in form.fields(Answers())[::every]:
        states = ("inherit", "allow", "deny") if field.kind == "three" else field.choices[-1:]
        for state in states if field.key not in ("recipe", "apply") else ():
            draft = form.draft(Answers({field.key: state}, {field.key: "one"}))
            if draft.errors or draft.empty:
                continue
            after = again(found, draft)
            assert others(after, jail) == rest, (jail, field.key, state)
            assert values(open_form("permissions", jail, after))[field.key] == state, (jail, field.key, state)


def check_whole(found: Sources, jail: str) -> None:
    """Copy, rename and remove: no others change, and the jail is there or not as it was said."""
    rest = others(found, jail)
    jails: dict[FormName, set[str]] = {"copy": {jail, "brandnew"}, "rename": {"brandnew"}, "remove": set()}
    for name, there in jails.items():
        form = open_form(name, jail, found)
        assert form.fields(Answers())
        draft = form.draft(Answers({} if name == "remove" else {"name": "brandnew"}))
        if draft.errors:
            continue
        after = again(found, draft)
        assert others(after, jail).keys() - {"brandnew"} == rest.keys() - {jail}, (name, jail)
        assert {one.name for one in after.config.jails} - rest.keys() == there, (name, jail)


@pytest.mark.parametrize("name", NAMES)
def test_forms_of_hand_written_files_read_what_they_write_and_no_more(name: str) -> None:
    case = case_of(name)
    found = case.sources(case.texts)
    for one in found.config.jails[:3]:
        check_network(found, one.name, ("one", "all"))
        check_two(found, one.name)
        check_permissions(found, one.name, every=4)
        check_whole(found, one.name)
    assert open_form("new", "", found).draft(Answers({"name": "brandnew"})) is not None


BOTH = ("13.2-RELEASE", "15.1-RELEASE")


def loaded(release: str) -> Iterator[tuple[str, Sources]]:
    """The files of jail(8)'s corpus that define jails; of those that both releases read alike, a half."""
    folder: Path = shared("jailconf/files")
    for number, path in enumerate(sorted(folder.rglob("*.conf"))):
        read = {name: sources({MAIN: path.read_bytes()}, release=name) for name in BOTH}
        first, second = (others(found, "") for found in read.values())
        if read[release].config.jails and (first != second or BOTH[number // 2 % 2] == release):
            yield path.name, read[release]


@pytest.mark.parametrize("release", BOTH)
def test_forms_of_every_file_that_jail8_loads_hold_the_laws(release: str) -> None:
    saved = 0
    for number, (name, found) in enumerate(loaded(release)):
        for one in found.config.jails[:2]:
            try:
                saved += check_network(found, one.name, (("one", "all")[number % 2],))
                check_permissions(found, one.name, every=25)
                check_whole(found, one.name)
            except Exception as error:
                raise AssertionError(f"{name}, {one.name}") from error
    assert saved > 60


# Hostile answers.

HOSTILE = st.one_of(
    st.text(max_size=40),
    st.text("\"'$();|&`\\\n\r\t\0\x1b #=+{}*é日", min_size=1, max_size=30),
    st.sampled_from(
        ["", "$(reboot)", "1; reboot", "a" * 5000, "10.0.0.2/24\nx", '"; }', "${x}", "٣", "10.0.0.2/24 up"]
    ),
)
HARMLESS = re.compile(r"[A-Za-z0-9_.:/%-]*")
SUBJECTS: list[tuple[FormName, str]] = [
    ("network", "web"), ("permissions", "web"), ("copy", "web"), ("rename", "web"), ("log", "web"), ("new", "")
]  # fmt: skip
TEXT = (
    b'$bridge = bridge0;\nweb {\n\t$id = 5;\n\tpath = "/jails/$name";\n\tvnet;\n\tvnet.interface = "epair${id}b";\n'
    b'\texec.prestart = "ifconfig epair${id} create", "ifconfig $bridge addm epair${id}a mtu 1500";\n'
    b'\texec.start = "ifconfig epair${id}b inet 192.168.1.$id/24", "route add default 192.168.1.1", "sh /etc/rc";\n'
    b'\texec.prestop = "ifconfig epair${id}b -vnet $name || true";\n}\n'
)


@pytest.mark.parametrize(("name", "subject"), SUBJECTS)
@given(data=st.data())
@settings(max_examples=60, deadline=None)
def test_no_hostile_answer_comes_into_a_file(name: FormName, subject: str, data: st.DataObject) -> None:
    found = sources({MAIN: TEXT}, bridges=["bridge0"])
    form = open_form(name, subject, found)
    keys = sorted({field.key for field in form.fields(Answers()) if field.kind != "fact"})
    key = data.draw(st.sampled_from(keys))
    value = data.draw(HOSTILE)
    answers = Answers({"name": "brandnew", key: value} if name in ("copy", "new") else {key: value}, {key: "one"})
    form.fields(answers)
    draft = form.draft(answers)
    if draft.errors or draft.empty:
        return
    after = again(found, draft)
    assert not any(one.faults for one in after.config.evaluations.values())
    hooks = {command for one in found.config.jails for setting in one.jail.params for command in setting.values}
    for one in after.config.jails:
        for setting in one.jail.params:
            for command in setting.values:
                mentions = command.count(value.strip()) if value.strip() else 0
                if (
                    mentions > max(hook.count(value.strip()) for hook in hooks)
                    and key != "template"
                    and setting.name.startswith("exec.")
                    and command not in hooks
                ):
                    assert HARMLESS.fullmatch(value.strip()), (key, value, command)


def test_a_template_that_there_is_none_of_is_not_replaced_by_another() -> None:
    form = open_form("new", "", sources({MAIN: TEXT}, bridges=["bridge0"]))
    draft = form.draft(Answers({"name": "brandnew", "template": "as nobody"}))
    assert [note.field for note in draft.errors] == ["template"]
    assert not draft.files
