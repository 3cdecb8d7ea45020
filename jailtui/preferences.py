"""The configuration file, `$XDG_CONFIG_HOME/jailtui/config.yaml`, and the directory for the state of jailtui."""

from __future__ import annotations

import difflib
import os
from collections.abc import Iterator
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any, Literal, get_args, get_origin, get_type_hints

INTERVAL = (0.2, 3600.0)
"""The shortest and the longest interval between refreshes, in seconds."""
THEMES = ("dark", "light")


class ConfigError(Exception):
    """The configuration file can't be used. The text names the file and line of every problem."""


def key(default: Any, about: str, least: float | None = None, most: float | None = None) -> Any:
    """A key of the file: its default, its description in the manual and the schema, its smallest and largest value."""
    limits = {} if least is None else {"json_schema_extra": {"minimum": least, "maximum": most}}
    return field(default=default, metadata={"description": about, **limits})


@dataclass(frozen=True)
class Config:
    """The configuration file. `keys` maps the identifiers of commands to keys."""

    __pydantic_config__ = {"extra": "forbid"}

    host: str | None = key(None, "as --host")
    ssh_config: str | None = key(None, "as --ssh-config")
    become: Literal["doas", "sudo", "mdo"] | None = key(None, "as --become")
    read_only: bool = key(False, "as --read-only")
    interval: float = key(2.0, "seconds between refreshes", *INTERVAL)
    load_interval: float | None = key(
        None, "seconds between readings of the jails' load; by default 5, with slow_link 15", 1, 3600
    )
    step_limit: float = key(600.0, "seconds a command is waited for; then it is left to finish", 0.1, 86400)
    way_back: float = key(60.0, "seconds until the host undoes a plan that may cut your session, if not kept", 1, 86400)
    at_once: int = key(4, "jails started or stopped at a time", 1, 32)
    backups: int = key(5, "previous texts kept of a file that was saved", 1, 1000)
    audit: Literal["required"] | None = key(None, "required: nothing is done that the audit log can't hold")
    theme: Literal["dark", "light"] = key("dark", "colours of the screen")
    ascii: bool | None = key(None, "true: as --ascii; false: as --unicode; neither: by TERM and the locale")
    colour: bool | None = key(None, "true: as --colour; false: no colours; neither: by TERM, the locale and NO_COLOR")
    slow_link: bool = key(False, "no animation, fewer frames")
    ignore: list[str | dict[str, str]] = field(
        default_factory=list,
        metadata={"description": "problems to hide: a rule's code, or {code: CODE, jail: NAME} for one jail"},
    )
    conf_files: list[str] = field(
        default_factory=list,
        metadata={
            "description": "more files that define jails, each by itself as with jail -f: absolute paths, or glob(3)"
            " patterns of them; Bastille's are read without being listed"
        },
    )
    keys: dict[str, str] = field(
        default_factory=dict, metadata={"description": "other keys for commands, by their identifiers"}
    )


def state_home() -> Path:
    """The directory for state: `$XDG_STATE_HOME/jailtui` (XDG Base Directory Specification)."""
    return Path(os.environ.get("XDG_STATE_HOME") or Path.home() / ".local" / "state") / "jailtui"


def config_file() -> Path:
    """The path of the configuration file, by the XDG Base Directory Specification."""
    return Path(os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config") / "jailtui" / "config.yaml"


def load(path: Path | None = None) -> Config:
    """Read the configuration file at `path`, or at its usual path, where it may be missing.

    Raises ConfigError with all problems at once.
    """
    file = path or config_file()
    if path is None and not file.is_file():
        return Config()
    import yaml  # only where there is a file: the screen starts sooner without

    try:
        text = file.read_text(encoding="utf-8")
        content = yaml.safe_load(text)
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"{file}: {getattr(error, 'strerror', None) or error}") from error
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f" line {mark.line + 1}" if mark else ""
        raise ConfigError(f"{file}{where}: {getattr(error, 'problem', None) or 'not YAML'}") from error
    if content is None:
        return Config()
    if not isinstance(content, dict):
        raise ConfigError(f"{file}: must consist of `name: value` lines")
    kinds = get_type_hints(Config)
    known = {name: value for name, value in content.items() if name in kinds}
    problems = [unknown_key(str(name), list(kinds)) for name in content if name not in kinds]
    config = Config()
    if all(fits(value, kinds[name]) for name, value in known.items()):
        config = Config(**known)
    else:
        from pydantic import TypeAdapter, ValidationError

        try:
            config = TypeAdapter(Config).validate_python(known)
        except ValidationError as error:
            problems += [(str(fault["loc"][0]), fault["msg"]) for fault in error.errors()]
    problems += [*out_of_range(config), *malformed(config)]
    if problems:
        lines = (f"{file} line {line_of(text, name)}: {name}: {problem}" for name, problem in problems)
        raise ConfigError("\n".join(lines))
    return config


def fits(value: object, kind: Any) -> bool:
    """Whether a value has an annotation's type as it is. For other values pydantic is imported, which takes time."""
    arguments = get_args(kind)
    if get_origin(kind) is dict:
        return isinstance(value, dict) and all(fits(word, arguments[0]) for pair in value.items() for word in pair)
    if get_origin(kind) is list:
        return isinstance(value, list) and all(fits(item, arguments[0]) for item in value)
    if get_origin(kind) is Literal:
        return value in arguments
    if arguments:
        return any(fits(value, argument) for argument in arguments)
    return type(value) in ((int, float) if kind is float else (kind,))


def unknown_key(key: str, known: list[str]) -> tuple[str, str]:
    near = difflib.get_close_matches(key, known, 1)
    return key, f"unknown; did you mean {near[0]}?" if near else f"unknown; known are {', '.join(known)}"


def out_of_range(config: Config) -> Iterator[tuple[str, str]]:
    """Numbers that are too small or too large, as (key, which numbers are allowed)."""
    for key_field in fields(Config):
        limits = key_field.metadata.get("json_schema_extra", {})
        value = getattr(config, key_field.name)
        if limits and value is not None and not limits["minimum"] <= value <= limits["maximum"]:
            allowed = f"{limits['minimum']:g} to {limits['maximum']:g}"
            yield key_field.name, f"must be {allowed} ({key_field.metadata['description']})"


def malformed(config: Config) -> Iterator[tuple[str, str]]:
    """Entries of `ignore` that are neither a code nor a code with a jail, and files of `conf_files` without an
    absolute path, as (key, the problem)."""
    for entry in config.ignore:
        if isinstance(entry, dict) and ("code" not in entry or entry.keys() - {"code", "jail"}):
            yield "ignore", f"{entry} is not of the form {{code: CODE, jail: NAME}}"
    for path in config.conf_files:
        if not path.startswith("/") or "\0" in path:
            yield "conf_files", f"{path!r} is not an absolute path"


def line_of(text: str, key: str) -> int:
    """The number of the line with a top-level key."""
    lines = enumerate(text.splitlines(), start=1)
    return next((number for number, line in lines if line.lstrip("'\"").startswith(key)), 1)
