"""The operator's config file, `$XDG_CONFIG_HOME/jailtui/config.yaml`, and where files of ours live."""

from __future__ import annotations

import difflib
import os
from dataclasses import dataclass, field
from pathlib import Path

INTERVAL = (0.2, 3600.0)
"""Seconds between refreshes that can be kept to, and a person still waits for."""


THEMES = ("dark", "light")


class ConfigError(Exception):
    """The config file can't be used. The text names the file and line of every problem."""


@dataclass(frozen=True)
class Config:
    """What the operator chose. `interval` and `step_limit` are seconds, `keys` maps a command's id to a key."""

    host: str | None = None
    ssh_config: str | None = None
    become: str | None = None
    interval: float = 2.0
    step_limit: float = 600.0
    at_once: int = 4
    backups: int = 5
    theme: str = "dark"
    ascii: bool = False
    slow_link: bool = False
    keys: dict[str, str] = field(default_factory=dict)


def state_home() -> Path:
    """Where state goes: `$XDG_STATE_HOME/jailtui` (XDG Base Directory Specification)."""
    return Path(os.environ.get("XDG_STATE_HOME") or Path.home() / ".local" / "state") / "jailtui"


def config_file() -> Path:
    """Where the config file is looked for."""
    return Path(os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config") / "jailtui" / "config.yaml"


def load(path: Path | None = None) -> Config:
    """Read the config file; without one, and without a `path` asked for, the defaults.

    Raises ConfigError with all problems at once.
    """
    file = path or config_file()
    if path is None and not file.is_file():
        return Config()
    import yaml  # only where there is a file: the screen starts sooner without
    from pydantic import TypeAdapter, ValidationError

    try:
        text = file.read_text(encoding="utf-8")
        told = yaml.safe_load(text)
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"{file}: {getattr(error, 'strerror', None) or error}") from error
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f" line {mark.line + 1}" if mark else ""
        raise ConfigError(f"{file}{where}: {getattr(error, 'problem', None) or 'no YAML'}") from error
    if told is None:
        return Config()
    if not isinstance(told, dict):
        raise ConfigError(f"{file}: it must be a list of `name: value` lines")
    known = list(Config.__dataclass_fields__)
    problems = [unknown_key(str(key), known) for key in told if key not in known]
    try:
        config = TypeAdapter(Config).validate_python({key: told[key] for key in told if key in known})
    except ValidationError as error:
        problems += [(str(one["loc"][0]), one["msg"]) for one in error.errors()]
    else:
        problems += out_of_range(config)
    if problems:
        raise ConfigError("\n".join(f"{file} line {line_of(text, key)}: {key}: {what}" for key, what in problems))
    return config


def unknown_key(key: str, known: list[str]) -> tuple[str, str]:
    near = difflib.get_close_matches(key, known, 1)
    return key, f"unknown; did you mean {near[0]}?" if near else f"unknown; known are {', '.join(known)}"


def out_of_range(config: Config) -> list[tuple[str, str]]:
    """Values of the right kind that make no sense."""
    found = []
    least, most = INTERVAL
    if not least <= config.interval <= most:
        found.append(("interval", f"{least:g} to {most:g} seconds"))
    if config.theme not in THEMES:
        found.append(("theme", " or ".join(THEMES)))
    if config.become not in (None, "doas", "sudo"):
        found.append(("become", "doas or sudo"))
    if not 1 <= config.backups <= 1000:
        found.append(("backups", "1 to 1000"))
    if not 1 <= config.at_once <= 32:
        found.append(("at_once", "1 to 32"))
    if not 0 < config.step_limit <= 86400:
        found.append(("step_limit", "more than 0 seconds, at most a day"))
    return found


def line_of(text: str, key: str) -> int:
    """The line a top-level key stands on."""
    lines = enumerate(text.splitlines(), start=1)
    return next((number for number, line in lines if line.lstrip("'\"").startswith(key)), 1)
