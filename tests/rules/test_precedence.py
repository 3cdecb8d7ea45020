"""Of findings with one cause the graver stands: which, what it says of the other, and where both stand."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from jailtui.exchange import Step
from jailtui.rules.finding import RULES, Evidence, Finding, Remedy, Severity, Subject, cause
from jailtui.rules.precedence import COVERS, most_severe
from jailtui.rules.registry import judge
from tests.support.contexts import context
from tests.support.epair_hosts import BRIDGES, WEB, near, on_host, pair
from tests.support.jail_hosts import inside, running, template

if TYPE_CHECKING:
    from jailtui.rules.context import Context

B = near("epair154b", bridge=None, up=False)
OUT = inside("epair154b", 4, up=False)


def finding(code: str, severity: Severity = "error", key: str = "web", **more: Any) -> Finding:
    return Finding(code, severity, Subject("jail", key, key), f"{code} of {key}.")._replace(**more)


def codes(made: Context, *wanted: str) -> list[str]:
    """The codes of all findings, or of those that are `wanted`."""
    return [one.code for one in judge(made) if not wanted or one.code in wanted]


def test_every_code_of_the_table_is_a_rule_and_none_covers_itself() -> None:
    assert {*COVERS, *(code for below in COVERS.values() for code in below)} <= RULES.keys()
    for code, below in COVERS.items():
        assert not any(code in COVERS.get(other, ()) for other in (code, *below)), code


def test_graver_stands_with_the_sentence_and_the_remedy_of_the_other() -> None:
    same, other = (Step(("ifconfig", name, "destroy")) for name in ("epair1a", "epair2a"))
    over = finding("JAIL-HALF-STARTED", remedies=(Remedy.of("Destroy it", (same,)),))
    under = finding(
        "ADDR-NONE", remedies=(Remedy.of("Again", (same,)), Remedy.of("Another", (other,)), Remedy.of("Wait"))
    )
    (one,) = most_severe([under, over])
    assert one.evidence == (Evidence("ADDR-NONE", "ADDR-NONE of web."),)
    assert [it.task.label for it in one.remedies] == ["Destroy it", "Another"]


def test_chain_of_three_ends_in_the_gravest() -> None:
    (one,) = most_severe([finding("DRIFT-ADDRESS", "warning"), finding("ADDR-NONE"), finding("JAIL-HALF-STARTED")])
    assert one.code == "JAIL-HALF-STARTED"
    assert [it.source for it in one.evidence] == ["ADDR-NONE", "DRIFT-ADDRESS"]


@pytest.mark.parametrize(
    "over",
    [
        finding("JAIL-HALF-STARTED", key="mail"),
        finding("JAIL-HALF-STARTED", "note"),
        finding("JAIL-DYING"),
        finding("JAIL-HALF-STARTED", causes=(cause("epair", "web"),)),
    ],
    ids=["another jail", "less severe", "another code", "another cause"],
)
def test_both_stand_where_the_cause_is_not_one_or_the_other_is_graver(over: Finding) -> None:
    under = finding("ADDR-NONE", "warning")
    assert most_severe([over, under]) == [over, under]


def test_one_with_several_causes_is_covered_only_where_all_are() -> None:
    under = finding("EPAIR-NOBODY", "warning", causes=(cause("epair", "a"), cause("epair", "b")))
    half = finding("EPAIR-IN-THE-WAY", causes=(cause("epair", "a"),))
    assert most_severe([half, under]) == [half, under]
    assert [one.code for one in most_severe([half._replace(causes=under.causes), under])] == ["EPAIR-IN-THE-WAY"]


def left(owner: str | None, text: str) -> Context:
    it = pair(near(), B, orphan=True, why="web does not run", owner=owner)
    return context(text, epairs=(it,), interfaces=on_host(it), bridges=BRIDGES)


@pytest.mark.parametrize(("owner", "other"), [("web", "EPAIR-FAILED-START"), (None, "EPAIR-NOBODY")])
def test_pair_in_the_way_is_told_once(owner: str | None, other: str) -> None:
    (one,) = [it for it in judge(left(owner, WEB)) if it.code.startswith("EPAIR-")]
    assert (one.code, one.evidence[-1].source) == ("EPAIR-IN-THE-WAY", other)
    assert [it.code for it in judge(left(owner, ""), {other, "EPAIR-NOBODY"})] == ["EPAIR-NOBODY"]


def test_pair_of_a_jail_whose_hooks_clear_it_is_only_left_over() -> None:
    assert codes(left("web", template("web")), "EPAIR-FAILED-START", "EPAIR-IN-THE-WAY") == ["EPAIR-FAILED-START"]


def test_half_started_jail_is_told_once_with_its_pair_and_route() -> None:
    jail = running(template("web"), "web", 4, gateways=())
    out = pair(near(), B, orphan=False, why="web runs")
    made = context(
        template("web"),
        running=[jail],
        epairs=(out,),
        bridges=BRIDGES,
        interfaces=(*on_host(out), *(jail.interfaces or ())),
    )
    one, *others = judge(made)
    assert one.code == "JAIL-HALF-STARTED"
    assert others == []
    assert "EPAIR-OUTSIDE" in [it.source for it in one.evidence]
    assert "Move epair154b into web again" in [it.task.label for it in one.remedies]


def test_interface_that_a_move_left_bare_is_told_once() -> None:
    jail = running(template("web"), "web", 4, OUT, gateways=())
    (one,) = judge(context(template("web"), running=[jail], bridges=BRIDGES))
    assert one.code == "JAIL-HALF-STARTED"
    assert {"ADDR-NONE", "DRIFT-GATEWAY", "DRIFT-ADDRESS"} <= {it.source for it in one.evidence}


def test_jail_with_one_interface_of_two_loses_its_route_with_the_other() -> None:
    second = inside("jail9", 4, "10.0.0.9/24")
    jail = running(template("web"), "web", 4, second, gateways=())
    made = context(template("web"), running=[jail], interfaces=on_host(pair(near(), B)))
    assert codes(made, "JAIL-HALF-STARTED", "ADDR-NO-ROUTE") == ["JAIL-HALF-STARTED"]
    assert [one.code for one in judge(made, {"ADDR-NO-ROUTE"})] == ["ADDR-NO-ROUTE"]


@pytest.mark.parametrize("gateways", [(), ("192.168.1.254",)])
def test_gateway_outside_every_network_is_the_reason_that_the_route_differs(gateways: tuple[str, ...]) -> None:
    text = template("web", **{'gateway = "192.168.1.1"': 'gateway = "10.99.0.1"'})
    jail = running(text, "web", 4, inside("epair154b", 4, "192.168.1.154/24"), gateways=gateways)
    made = context(text, running=[jail])
    (one,) = [it for it in judge(made) if it.code in ("ADDR-GATEWAY", "DRIFT-GATEWAY", "ADDR-NO-ROUTE")]
    assert (one.code, "DRIFT-GATEWAY" in [it.source for it in one.evidence]) == ("ADDR-GATEWAY", True)
    assert [(way.form, way.task.steps) for way in one.remedies] == [(("network", "web", "gateway"), ())]
