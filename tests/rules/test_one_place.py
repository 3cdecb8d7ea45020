"""One rule, one place: what is wrong with a host is known by rules alone, and a form says it as the doctor does."""

from __future__ import annotations

import ast
import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import pytest

import jailtui.config.syntax
import jailtui.forms
import jailtui.rules
from jailtui.forms.links.judged import drafted
from jailtui.forms.notes import FACTS
from jailtui.forms.opening import FormName, open_form
from jailtui.forms.protocol import Answers, Draft
from jailtui.forms.sources import Sources
from jailtui.model.state import Bridge, HostState, Interface
from jailtui.rules.finding import RULES
from jailtui.rules.registry import judge
from tests.support.contexts import context
from tests.support.epair_hosts import near, pair
from tests.support.jail_hosts import template
from tests.support.link_hosts import RCCONF, bridge, changing, nic, read, vlan

FORMS = Path(jailtui.forms.__file__).parent
MAKER = "notes.py"
"""Where notes are made: of a rule's finding, of an answer that can't be accepted, of what saving does."""
MODULES = sorted(FORMS.rglob("*.py"))

MAIN = "/etc/jail.conf"
WEB, DB = template("web"), template("db", 155)
NOT_CLEARED = template("web", **{"/sbin/ifconfig ${epair}a destroy 2>/dev/null || true": "true"})
NO_ADDRESS = template("web", **{"/sbin/ifconfig ${epair}b inet ${ip} up": "/sbin/ifconfig ${epair}b up"})
MAC = "02:00:00:00:01:0b"
ETHER = f'inet ${{ip}} up"; exec.start += "ifconfig ${{epair}}b ether {MAC}";'
WITH_MAC = template("db", 155, **{'inet ${ip} up";': ETHER})
EM0 = Interface("em0", "ether", up=True, mtu=1500)
BRIDGE = {
    "interfaces": (EM0, Interface("bridge0", "bridge", up=True, mtu=1500, members=("em0",))),
    "bridges": (Bridge("bridge0", ("em0",), up=True, mtu=1500, persistent=True),),
    "rulesets": frozenset((1, 2, 3, 4, 5, 11)),
}


PAIR = pair(near("epair9a"), near("epair9b"), "epair9")


class Asked(NamedTuple):
    """A fact: what is answered in which field of web's network form, and the rule that knows it."""

    code: str
    field: str
    value: str
    text: str = WEB
    state: Mapping[str, Any] = BRIDGE
    beside: str = ""


def also(**more: Any) -> dict[str, Any]:
    """The host with more interfaces or pairs."""
    return {**BRIDGE, **{name: (*BRIDGE.get(name, ()), *values) for name, values in more.items()}}


JAIL_FACTS = [
    Asked("ADDR-TWICE", "address", "192.168.1.155/24", WEB + DB),
    Asked("ADDR-NETWORK", "address", "192.168.1.0/24"),
    Asked("ADDR-BROADCAST", "address", "192.168.1.255/24"),
    Asked("ADDR-NO-MASK", "address", "192.168.1.154", NO_ADDRESS),
    Asked("ADDR-GATEWAY", "gateway", "10.0.0.1"),
    Asked("ADDR-GATEWAY", "address", "10.0.0.2/24", beside="gateway"),
    Asked("MAC-TWICE", "mac", MAC, WEB + WITH_MAC),
    Asked("EPAIR-TWICE", "epair", "epair155", WEB + DB),
    Asked("NAME-TAKEN", "epair", "epair9", state=also(interfaces=[Interface("epair9b", "ether")])),
    Asked("EPAIR-IN-THE-WAY", "epair", "epair9", NOT_CLEARED, also(epairs=[PAIR])),
    Asked("BRIDGE-MISSING", "bridge", "bridge7"),
    Asked("BRIDGE-MISSING", "bridge", "em0"),
    Asked("MTU-MISMATCH", "mtu", "9000"),
    Asked("CONF-NO-RELEASE", "release", "off"),
]


def sources(asked: Asked) -> Sources:
    """The host before the answer."""
    one = context(asked.text, **asked.state)
    return Sources(one.state, {MAIN: asked.text.encode()}, dict(one.state.rcconf or ()))


@pytest.mark.parametrize("asked", JAIL_FACTS, ids=lambda asked: f"{asked.code}-{asked.field}")
def test_the_network_form_and_the_doctor_say_the_same_of_a_jail(asked: Asked) -> None:
    before = sources(asked)
    assert not [one for one in judge(before.context, {asked.code}) if one.subject.name == "web"]
    draft = open_form("network", "web", before).draft(Answers({asked.field: asked.value}))
    told = [(note.level, note.text, note.field) for note in draft.notes if note.code == asked.code]
    texts = {edit.path: edit.new.decode() for edit in draft.files}
    after = context(texts.get(MAIN, asked.text), **asked.state)
    found = [one for one in judge(after, {asked.code}) if one.subject.name == "web"]
    assert told == [(one.severity, one.text, one.field("network")) for one in found]
    assert [field for _, _, field in told] == [asked.beside or asked.field]


BESIDE = {"EPAIR-TWICE": {"ADDR-TWICE", "MAC-TWICE"}, "BRIDGE-MISSING": {"MTU-MISMATCH"}}
"""By code: what else the same answer may truly bring about."""


@pytest.mark.parametrize("asked", JAIL_FACTS, ids=lambda asked: f"{asked.code}-{asked.field}")
def test_one_rule_alone_judges_a_fact(asked: Asked) -> None:
    """Of all rules about files only that of the fact finds more after the answer than before it."""
    before = sources(asked)
    draft = open_form("network", "web", before).draft(Answers({asked.field: asked.value}))
    texts = {edit.path: edit.new.decode() for edit in draft.files}
    after = context(texts.get(MAIN, asked.text), **asked.state)
    codes = {code for code, rule in RULES.items() if rule.drafts}
    standing = {finding.identity for finding in judge(before.context, codes)}
    new = {finding.code for finding in judge(after, codes) if finding.identity not in standing}
    assert asked.code in new
    assert new - BESIDE.get(asked.code, set()) == {asked.code}


class Link(NamedTuple):
    """A fact of a bridge or VLAN: the form's answers and the rule that knows it."""

    code: str
    form: FormName
    subject: str
    answers: Mapping[str, str]
    beside: str
    interfaces: tuple[Interface, ...] = changing()


LINK_FACTS = [
    Link("ADDR-TWICE", "bridge", "bridge1", {"address": "192.168.1.10/24"}, "address"),
    Link("ADDR-TWICE", "vlan", "em0.10", {"address": "192.168.1.10/24"}, "address"),
    Link("MEMBER-ADDRESS", "bridge", "bridge1", {"members": "em1"}, "members", changing(nic("em1", "10.1.1.1/24"))),
    Link("MEMBER-ADDRESS", "vlan", "em0.10", {"address": "10.0.0.1/24"}, "address", changing(bridge("br10", "em0.10"))),
    Link("MTU-MISMATCH", "bridge", "bridge0", {"mtu": "1400"}, "mtu"),
    Link(
        "BRIDGE-PORT",
        "bridge",
        "bridge1",
        {"members": "em1", "filter": "on"},
        "untagged.em1",
    ),
]


@pytest.mark.parametrize("asked", LINK_FACTS, ids=lambda asked: f"{asked.code}-{asked.form}")
def test_the_forms_of_the_host_and_the_doctor_say_the_same(asked: Link) -> None:
    before = read(interfaces=asked.interfaces)
    form = open_form(asked.form, asked.subject, before)
    draft = form.draft(Answers({**asked.answers, "boot": "off"}))
    told = {(note.level, note.text) for note in draft.notes if note.code == asked.code and not note.standing}
    assert told
    assert {note.field for note in draft.notes if note.code == asked.code and not note.standing} == {asked.beside}
    one: Any = form.changed(form.interface, Answers(asked.answers))  # type: ignore[attr-defined]
    after = Sources(drafted(before.state, one), {}, RCCONF).context
    assert told <= {(found.severity, found.text) for found in judge(after, {asked.code})}


def test_each_fact_is_asked_about_by_one_code_and_no_fact_of_a_save_is_a_rule() -> None:
    assert {one.code for one in JAIL_FACTS} | {one.code for one in LINK_FACTS} <= set(RULES)
    titles = [rule.title for rule in RULES.values()]
    assert len(set(titles)) == len(titles)
    assert not {fact.upper() for fact in FACTS} & set(RULES)


def calls(file: Path, *names: str) -> list[ast.Call]:
    """The calls of functions of these names in a module."""
    nodes = ast.walk(ast.parse(file.read_text(encoding="utf-8")))
    return [node for node in nodes if isinstance(node, ast.Call) and getattr(node.func, "id", "") in names]


@pytest.mark.parametrize("file", MODULES, ids=lambda file: str(file.relative_to(FORMS)))
def test_no_form_judges_by_itself(file: Path) -> None:
    assert not calls(file, "Note") or (file.parent == FORMS and file.name == MAKER)


def sentences(tree: ast.AST) -> Iterator[str]:
    """The texts in that code, with `{}` for what is put in; docstrings and parts of texts are left out."""
    if isinstance(tree, ast.JoinedStr):
        yield "".join(str(part.value) if isinstance(part, ast.Constant) else "{}" for part in tree.values)
    elif isinstance(tree, ast.Constant) and isinstance(tree.value, str):
        yield tree.value
    elif not (isinstance(tree, ast.Expr) and isinstance(tree.value, ast.Constant)):
        for child in ast.iter_child_nodes(tree):
            yield from sentences(child)


def checks() -> list[tuple[str, str]]:
    """All that is ever said of a draft or a host, as (sentence, the module that says it)."""
    files = [*MODULES, Path(jailtui.config.syntax.__file__), *sorted(Path(jailtui.rules.__file__).parent.glob("*.py"))]
    trees = ((file, ast.parse(file.read_text(encoding="utf-8"))) for file in files)
    return [(text, str(file)) for file, tree in trees for text in sentences(tree) if is_sentence(text)]


def is_sentence(text: str) -> bool:
    return text.endswith(".") and " " in text


def test_no_sentence_of_a_form_is_said_in_two_places() -> None:
    """A check that stands twice says the same twice: of forms, of what may stand in a field, and of rules."""
    said = checks()
    assert len(said) > 200
    places = defaultdict(set)
    for text, place in said:
        places[words(text)].add((place, text))
    twice = [both for both in places.values() if len({place for place, _ in both}) > 1]
    assert not [both for both in twice if any(place.startswith(str(FORMS)) for place, _ in both)]


def words(text: str) -> frozenset[str]:
    """What a sentence is about: its words, whatever their order."""
    return frozenset(re.findall(r"[a-z0-9'_()]{3,}", text.lower()))


def test_each_fact_of_a_save_is_told_in_one_place() -> None:
    told = Counter(
        arg.value
        for file in MODULES
        for call in calls(file, "saving")
        for arg in ast.walk(call.args[0])
        if isinstance(arg, ast.Constant)
    )
    assert told == Counter(FACTS.keys())


@pytest.mark.parametrize("form", ["network", "bridge", "vlan"])
def test_what_a_draft_is_told_is_a_rules_or_of_the_answer_or_of_the_save(form: FormName) -> None:
    """An answer that can't be taken is an error and has no code; what a rule finds has its severities."""
    notes = [*draft_of(form).notes]
    assert notes
    for note in notes:
        assert note.code in RULES or note.level == "error" or note.level in set(FACTS.values())


def draft_of(form: FormName) -> Draft:
    """A draft with all sorts of notes."""
    if form == "network":
        before = sources(Asked("", "", ""))
        return open_form(form, "web", before).draft(Answers({"address": "192.168.1.255/24", "mac": "none"}))
    host: HostState = read(interfaces=changing(vlan("em0.10", 10, "em0"))).state
    subject = "bridge0" if form == "bridge" else "em0.10"
    return open_form(form, subject, Sources(host, {}, RCCONF)).draft(
        Answers({"address": "192.168.1.10/24", "mtu": "x"})
    )
