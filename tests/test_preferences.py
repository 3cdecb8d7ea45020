"""The config file: what it may hold, and what is said of what it may not."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from jailtui.preferences import Config, ConfigError, load


def write(folder: Path, text: str) -> Path:
    file = folder / "config.yaml"
    file.write_text(text)
    return file


def test_no_file_means_the_defaults(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    assert load() == Config()
    assert load().backups == 5


def test_file_that_was_asked_for_must_be_there(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="No such file"):
        load(tmp_path / "none.yaml")


def test_empty_file_means_the_defaults(tmp_path: Path) -> None:
    assert load(write(tmp_path, "# nothing\n")) == Config()


def test_valid_file_is_read_without_pydantic(tmp_path: Path) -> None:
    file = write(
        tmp_path,
        "host: nas\ninterval: 2\ntheme: light\nslow_link: true\nignore: [A, {code: B}]\nkeys:\n  jail.start: f5\n",
    )
    code = (
        "import sys, pathlib, jailtui.preferences as p; print(p.load(pathlib.Path(sys.argv[1]))); print(*sys.modules)"
    )
    config, modules = subprocess.run(
        [sys.executable, "-c", code, str(file)], capture_output=True, text=True, check=True
    ).stdout.splitlines()
    read = Config(
        "nas", interval=2, theme="light", slow_link=True, ignore=["A", {"code": "B"}], keys={"jail.start": "f5"}
    )
    assert config == str(read)
    assert "pydantic" not in modules.split()


def test_value_that_means_the_same_is_converted(tmp_path: Path) -> None:
    assert load(write(tmp_path, "interval: '3'\nat_once: 2.0\n")) == Config(interval=3.0, at_once=2)


def test_all_problems_come_at_once_with_line_key_and_the_nearest_known_key(tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as caught:
        load(write(tmp_path, "# mine\nintervall: 3\nat_once: many\nkeys: [1]\n"))
    lines = str(caught.value).splitlines()
    assert len(lines) == 3
    assert "line 2: intervall: unknown; did you mean interval?" in lines[0]
    assert "line 3: at_once" in lines[1]
    assert "line 4: keys" in lines[2]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("interval: 0.01\n", "0.2 to 3600"),
        ("interval: .nan\n", "0.2 to 3600"),
        ("interval: .inf\n", "0.2 to 3600"),
        ("step_limit: .inf\n", "0.1 to 86400"),
        ("become: su\n", "'doas', 'sudo' or 'mdo'"),
        ("theme: drak\n", "'dark' or 'light'"),
        ("at_once: 0\n", "1 to 32"),
        ("backups: 0\n", "1 to 1000"),
        ("ignore: CONF-CREATE\n", "line 1: ignore: .*list"),
        ("ignore: [{jail: web}]\n", "line 1: ignore: .*{code: CODE, jail: NAME}"),
        ("ignore: [{code: CONF-CREATE, jial: web}]\n", "{code: CODE, jail: NAME}"),
        ("step_limit: -1\n", "seconds a command is waited for"),
        ("- a\n- b\n", "name: value"),
        ("a: [\n", "line 2"),
        ("\x00", "config.yaml"),
    ],
)
def test_value_that_makes_no_sense_is_told(tmp_path: Path, text: str, told: str) -> None:
    with pytest.raises(ConfigError, match=told):
        load(write(tmp_path, text))


def test_interval_of_the_load_has_limits_where_it_is_given(tmp_path: Path) -> None:
    assert load(write(tmp_path, "load_interval: 3\n")).load_interval == 3
    assert load(write(tmp_path, "slow_link: true\n")).load_interval is None
    with pytest.raises(ConfigError, match=r"load_interval: must be 1 to 3600"):
        load(write(tmp_path, "load_interval: 0\n"))
