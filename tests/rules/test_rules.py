"""What holds for every rule."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from jailtui.rules.finding import RULES, SEVERITIES, Kind, Subject
from jailtui.rules.registry import MODULES, judge
from tests.support.contexts import context

HERE = Path(__file__).parent


@pytest.mark.parametrize("code", RULES)
def test_a_rule_has_a_stable_code_a_line_and_a_paragraph_that_cites_only_what_operators_have(code: str) -> None:
    rule = RULES[code]
    assert re.fullmatch(r"[A-Z]+(-[A-Z]+)+", code)
    assert rule.severity in SEVERITIES
    assert rule.title
    assert not rule.title.endswith(".")
    assert len(rule.explanation) > 120
    assert rule.explanation.endswith(".")
    assert not re.search(r"FREEBSD\.md|USERS\.md|[Rr]ecord(ed|ing)|\.jsonl", rule.judge.__doc__ or ""), code


@pytest.mark.parametrize("code", RULES)
def test_a_rule_is_tested(code: str) -> None:
    texts = [path.read_text() for path in HERE.glob("test_*.py") if path.name != Path(__file__).name]
    assert any(f'"{code}"' in text for text in texts)


def test_an_empty_host_has_no_findings() -> None:
    assert judge(context()) == ()


def test_rules_stand_in_the_order_of_their_modules_whoever_imports_whom() -> None:
    places = [MODULES.index(rule.judge.__module__.rpartition(".")[2]) for rule in RULES.values()]
    assert places == sorted(places)


def test_subject_is_called_by_its_kind_where_its_name_does_not_say_it() -> None:
    kinds: tuple[Kind, ...] = ("jail", "epair", "bridge", "vlan", "interface", "file", "host")
    assert [str(Subject(kind, "k", "n")) for kind in kinds] == [
        "jail n", "epair n", "bridge n", "vlan n", "interface n", "n", "n",
    ]  # fmt: skip


@pytest.mark.parametrize("code", RULES)
def test_commands_of_an_explanation_name_no_interface_or_jail_of_somebody(code: str) -> None:
    """It is printed for every jail: pasted, a command with the names of another one would destroy."""
    quoted = re.findall(r"`([^`]*)`", RULES[code].explanation)
    assert [text for text in quoted if re.search(r"\b(epair|bridge|em|vlan)\d|-vnet (?!\$name|JAIL)", text)] == []
