"""What README.md promises: commands that the parser takes, targets of make, files that are there."""

from __future__ import annotations

import re
import shlex
import tomllib
from pathlib import Path

import pytest

from jailtui import man
from jailtui.cli.main import VERBS, parsed
from jailtui.ui.commands import COMMANDS

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
SHELL = [line for block in re.findall(r"```sh\n(.*?)```", README, re.S) for line in block.splitlines()]
WORDS = re.findall(r"`([^`\n]+)`", re.sub(r"```.*?```", "", README, flags=re.S))


def test_it_is_short() -> None:
    assert len(README.splitlines()) <= 120


@pytest.mark.parametrize("line", [line for line in [*SHELL, *WORDS] if line.startswith("jailtui ")])
def test_command_is_one_that_the_program_takes(line: str) -> None:
    words = shlex.split(line, comments=True)[1:]
    if words != ["schema"]:  # which one is left to the reader
        parsed(words)


def test_target_of_make_exists() -> None:
    targets = set(re.findall(r"(?m)^([\w-]+):", (ROOT / "Makefile").read_text(encoding="utf-8")))
    named = set(re.findall(r"\bmake ([\w-]+)", " ".join([*SHELL, *WORDS])))
    assert {"demo", "test", "lint"} <= named <= targets


def test_pictures_and_links_lead_to_files() -> None:
    for path in re.findall(r"\]\(([^)]+)\)", README):
        assert (ROOT / path).is_file(), path


def test_verbs_and_keys_are_those_of_the_program() -> None:
    listed = README.partition("is also a verb:")[2].partition(".")[0]
    assert set(re.findall(r"`(\w+)`", listed)) < set(VERBS)
    keys = {command.id: command.key for command in COMMANDS}
    used = {"form.network": "e", "form.permissions": "p", "file.undo": "u", "view.doctor": "d"}
    assert {name: keys[name] for name in used} == used
    assert all(f"`{key}`" in README for key in used.values())


def test_what_is_to_be_installed_is_what_the_program_needs() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    needed = {re.split(r"\W", name)[0].lower() for name in project["dependencies"]}
    packages = re.findall(r"py311-([a-z]+)", next(line for line in SHELL if line.startswith("pkg install")))
    assert set(packages) == needed
    assert f"Python {project['requires-python'].removeprefix('>=')} or newer" in README


def test_topic_of_the_manual_that_it_names_exists() -> None:
    assert man.text("keys")
