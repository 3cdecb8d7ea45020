"""Captures as files."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jailtui.exchange import Capture, Garbled, Section, Step, Unreachable
from jailtui.host.collect import FileHost, dump, load
from jailtui.host.secrets import without_secrets
from tests.support.large_hosts import large_host


def test_file_gives_the_capture_back(tmp_path: Path) -> None:
    file = tmp_path / "nas.json"
    file.write_text(dump(large_host(3)))
    assert load(file) == large_host(3)


@settings(deadline=None)
@given(st.text(st.characters(exclude_categories=[])))
def test_any_text_survives(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    folder = tmp_path_factory.getbasetemp()
    capture = Capture("nas", 1.5, (Section("ifconfig", 0, text.replace("=", "")),), {})
    file = folder / "jailtui-collect-test.json"
    file.write_text(dump(capture))
    assert load(file).sections[0].out == without_secrets(capture.sections[0].out)


def test_file_host_is_read_only(tmp_path: Path) -> None:
    file = tmp_path / "nas.json"
    file.write_text(dump(large_host(1)))
    host = FileHost(file)
    assert host.capture().host == "nas"
    assert "collect" in host.read_only
    assert host.execute(Step(("ifconfig",)), print).rc is None


@pytest.mark.parametrize("text", ["", "[]", "{}", "\x00", '{"sections": 3}', "[" * 100_000])
def test_other_files_are_refused_with_a_sentence(tmp_path: Path, text: str) -> None:
    file = tmp_path / "other.json"
    file.write_text(text)
    with pytest.raises(Garbled, match=r"other\.json (was not written by `jailtui collect`|is not JSON)"):
        load(file)


def changed(folder: Path, **keys: object) -> Path:
    """A collected file with other values for these keys of the object."""
    file = folder / "nas.json"
    file.write_text(json.dumps(json.loads(dump(large_host(1))) | keys))
    return file


def test_file_of_the_first_format_is_read(tmp_path: Path) -> None:
    content = json.loads(dump(large_host(1))) | {"format": "jailtui capture 1"}
    del content["program"]
    file = tmp_path / "nas.json"
    file.write_text(json.dumps(content))
    assert load(file) == large_host(1)


def test_file_of_a_newer_format_is_refused_with_both_numbers(tmp_path: Path) -> None:
    with pytest.raises(Garbled, match=r"nas\.json has format 3; this version of jailtui reads formats up to 2"):
        load(changed(tmp_path, format=3, sections="of another kind"))


@pytest.mark.parametrize(
    ("keys", "message"),
    [
        ({"format": "jailtui capture 9"}, "format: Input should be a valid integer"),
        ({"format": 0}, "format: Input should be greater than or equal to 1"),
        ({"taken_at": "now"}, "taken_at: Input should be a valid number"),
        *(({"taken_at": when}, "taken_at: ") for when in (float("nan"), 1e300, float("-inf"))),
        ({"facts": {"uid": 0}}, "facts.uid: Input should be a valid string"),
        ({"sections": 3}, "sections: Input should be a valid list"),
        ({"sections": [{"name": "jls", "rc": "0", "out": ""}]}, "sections[0].rc: Input should be a valid integer"),
        ({"sections": [{"name": "jls", "rc": 0}]}, "sections[0].out: Field required"),
        ({"sections": [{"name": "jls", "rc": 0, "out": ""}, None]}, "sections[1]: "),
    ],
)
def test_wrong_value_is_refused_with_its_place(tmp_path: Path, keys: dict[str, object], message: str) -> None:
    file = changed(tmp_path, **keys)
    with pytest.raises(Garbled) as caught:
        load(file)
    assert str(caught.value).startswith(f"{file}: {message}")


def test_missing_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(Unreachable, match="No such file"):
        load(tmp_path / "none.json")
