"""What holds for every rule."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from jailtui.rules.finding import RULES, SEVERITIES, published
from jailtui.rules.registry import MODULES, judge
from tests.support.contexts import context

HERE = Path(__file__).parent


@pytest.mark.parametrize("code", RULES)
def test_a_rule_has_a_stable_code_a_line_and_a_paragraph_for_people_without_our_papers(code: str) -> None:
    rule = RULES[code]
    assert re.fullmatch(r"[A-Z]+(-[A-Z]+)+", code)
    assert rule.severity in SEVERITIES
    assert rule.title
    assert not rule.title.endswith(".")
    assert len(rule.explanation) > 120
    assert rule.explanation.endswith(".")
    assert not re.search(r"FREEBSD\.md|USERS\.md|(?i:recorded:)|\(\s|\(\)|  ", rule.explanation), rule.explanation


@pytest.mark.parametrize("code", RULES)
def test_a_rule_is_tested(code: str) -> None:
    texts = [path.read_text() for path in HERE.glob("test_*.py") if path.name != Path(__file__).name]
    assert any(f'"{code}"' in text for text in texts)


def test_the_house_s_papers_are_left_out_of_what_is_published_and_manual_pages_stay() -> None:
    assert published("Broken. Source: FREEBSD.md 2.4, 3.4; recorded: a/b.") == "Broken."
    assert published("It is a guess. Recorded: inside/network/30, a/b.") == "It is a guess."
    assert published("Look (FREEBSD.md 8, 10). Then act (3.5, 0a).") == "Look. Then act."
    assert published("See (rc.conf(5), FREEBSD.md 8).\n    Do.") == "See (rc.conf(5)). Do."
    assert published("Off (USERS.md 12, ifconfig(8)).") == "Off (ifconfig(8))."


def test_an_empty_host_has_no_findings() -> None:
    assert judge(context()) == ()


def test_rules_stand_in_the_order_of_their_modules_whoever_imports_whom() -> None:
    places = [MODULES.index(rule.judge.__module__.rpartition(".")[2]) for rule in RULES.values()]
    assert places == sorted(places)
