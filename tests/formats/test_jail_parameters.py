"""Reading `sysctl -d security.jail.param` and `devfs rule showsets`."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jailtui.formats import devfs, sysctl
from jailtui.formats.errors import FormatError
from tests.support.refused import read_or_refused
from tests.support.shared_material import RELEASES, recordings


def recorded(release: str, *words: str) -> list[str]:
    return [line["stdout"] for line in recordings(release) if line.get("argv") == list(words) and line.get("stdout")]


@pytest.mark.parametrize(("release", "booleans"), [("13.2", 15), ("14.2", 16), ("15.1", 22)])
def test_recorded_parameters(release: str, booleans: int) -> None:
    texts = recorded(release, "sysctl", "-d", "security.jail.param")
    assert len(texts) >= 2
    told = sysctl.parse_descriptions(texts[0])

    assert told["allow.mount"] == "Jail may mount/unmount jail-friendly file systems in general"
    assert told["sysvshm"] == "SYSV shared memory"
    assert told["children.max"] == "Maximum number of child jails"
    assert not {"allow", "children", "cpuset", ""} & told.keys()
    assert sum(name.startswith("allow.") for name in told) == booleans
    assert ("allow.nfsd" in told) == (release != "13.2")


@pytest.mark.parametrize("release", RELEASES)
def test_recorded_rulesets(release: str) -> None:
    found = {devfs.parse(text) for text in recorded(release, "devfs", "rule", "showsets")}
    assert found == {frozenset({1, 2, 3, 4, 5}), frozenset({1, 2, 3, 4, 5, 11})}


def test_no_text_means_nothing() -> None:
    assert sysctl.parse_descriptions("") == {}
    assert devfs.parse("") == frozenset()


@pytest.mark.parametrize("text", ["sysctl: no", "security.jail.param.vnet", "security.jail.parameter.x: y"])
def test_text_that_describes_no_parameter_is_refused(text: str) -> None:
    with pytest.raises(FormatError, match="describes no jail parameter"):
        sysctl.parse_descriptions(text)


@pytest.mark.parametrize("text", ["4\nfive\n", "-1", "²", "9" * 400])
def test_text_that_is_no_list_of_numbers_is_refused(text: str) -> None:
    with pytest.raises(FormatError, match="not a ruleset number"):
        devfs.parse(text)


LINES = st.sampled_from((f"{sysctl.ROOT}.vnet: Virtual network stack", "4")) | st.text(max_size=8)


@given(st.lists(LINES, max_size=3).map("\n".join))
def test_any_text_gives_an_answer_or_a_format_error(text: str) -> None:
    lines = text.splitlines()
    described = read_or_refused(sysctl.parse_descriptions, text)
    assert described is None or all(line.startswith(sysctl.ROOT) for line in lines if line)
    numbers = read_or_refused(devfs.parse, text)
    assert numbers is None or numbers == set(map(int, lines))
