"""Captures as files."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jailtui.exchange import Capture, Garbled, Section, Step, Unreachable
from jailtui.host.collect import FileHost, dump, load, without_secrets
from tests.support.large_hosts import large_host

EMPTY = '{"format": "jailtui capture 1", "host": "nas", "facts": {}, "sections": []'

KEY = "aGVsbG8gd29ybGQgaGVsbG8gd29ybGQgaGVsbG8gd28="


def test_file_gives_the_capture_back(tmp_path: Path) -> None:
    file = tmp_path / "nas.json"
    file.write_text(dump(large_host(3)))
    assert load(file) == large_host(3)


@given(st.text(st.characters(exclude_categories=[])))
def test_any_text_survives(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    folder = tmp_path_factory.getbasetemp()
    capture = Capture("nas", 1.5, (Section("ifconfig", 0, text.replace("=", "")),), {})
    file = folder / "jailtui-collect-test.json"
    file.write_text(dump(capture))
    assert load(file).sections[0].out == without_secrets(capture.sections[0].out)


@pytest.mark.parametrize(
    "text",
    [
        f'exec.poststart="wg set wg0 private-key {KEY}"',
        f"peer {KEY} allowed-ips 10.0.0.0/8",
        'wpa_psk="hunter2"',
        "PGPASSWORD=hunter2 psql",
        "db_password: hunter2",
        "--token hunter2",
        "api_key='hunter2'",
    ],
)
def test_secrets_are_left_out(text: str) -> None:
    kept = without_secrets(text)
    assert KEY not in kept
    assert "hunter2" not in kept


def test_what_is_no_secret_stays() -> None:
    text = large_host(2).sections
    assert [without_secrets(one.out) for one in text] == [one.out for one in text]


def test_file_host_is_read_only(tmp_path: Path) -> None:
    file = tmp_path / "nas.json"
    file.write_text(dump(large_host(1)))
    host = FileHost(file)
    assert host.capture().host == "nas"
    assert "collect" in host.read_only
    assert host.execute(Step(("ifconfig",)), print).rc is None


@pytest.mark.parametrize(
    "text",
    [
        *("", "[]", "{}", '{"format": "jailtui capture 1"}', "\x00", '{"format": 1, "sections": 3}', "[" * 100_000),
        *(f'{EMPTY}, "taken_at": {when}}}' for when in ("NaN", "1e300", "-Infinity")),
    ],
)
def test_other_files_are_refused_with_a_sentence(tmp_path: Path, text: str) -> None:
    file = tmp_path / "other.json"
    file.write_text(text)
    with pytest.raises(Garbled, match=r"other\.json"):
        load(file)


def test_missing_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(Unreachable, match="No such file"):
        load(tmp_path / "none.json")
