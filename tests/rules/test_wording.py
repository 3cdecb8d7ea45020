"""How findings and their remedies are worded, on the embedded host of each release."""

from __future__ import annotations

import pytest

from jailtui.cli.hosts import Choice, open_host
from jailtui.preferences import Config
from jailtui.rules.finding import Finding
from tests.support.releases import RELEASES


@pytest.fixture(scope="module", params=RELEASES)
def found(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[Finding, ...]:
    """What is wrong with the home network."""
    folder = tmp_path_factory.mktemp("wording")
    with pytest.MonkeyPatch.context() as monkeypatch:
        monkeypatch.setenv("XDG_STATE_HOME", str(folder / "state"))
        host = open_host(Choice(host="demo", demo_dir=folder / "demo", demo_release=request.param), Config())
        return host.examine().findings


def test_a_finding_is_a_sentence_and_so_is_what_a_remedy_does(found: tuple[Finding, ...]) -> None:
    assert len(found) > 10
    for one in found:
        assert one.text.endswith("."), one.text
        for remedy in one.remedies:
            assert remedy.task.label[0].isupper(), remedy.task.label
            assert not remedy.task.label.endswith("."), remedy.task.label
            assert not remedy.task.why or (remedy.task.why[0].isupper() and remedy.task.why.endswith(".")), (
                remedy.task.why
            )


def test_what_breaks_and_the_way_back_are_clauses_behind_their_label(found: tuple[Finding, ...]) -> None:
    told = [text for one in found for remedy in one.remedies for text in (remedy.task.breaks, remedy.task.undo) if text]
    assert told
    assert [text for text in told if text.endswith(".") or text[0].isupper()] == []
