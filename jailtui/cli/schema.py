"""`jailtui schema`: the JSON Schema of what jailtui reads and writes as data."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from jailtui.cli.exits import Exit
from jailtui.cli.verb import CommandVerb

if TYPE_CHECKING:
    import argparse

    from jailtui.cli.verb import Arguments
    from jailtui.preferences import Config

NAMES = {
    "config": "the configuration file",
    "show": "what show --json prints",
    "doctor": "what doctor --json prints",
    "form": "what conf FORM --json prints without FIELD=VALUE",
    "draft": "what conf FORM --json prints with FIELD=VALUE",
    "collected": "a file written by collect",
    "audit": "a line of the audit log",
}


def options(to: argparse.ArgumentParser) -> None:
    """The words of `schema`."""
    to.add_argument("name", choices=NAMES, help="; ".join(f"{name}: {text}" for name, text in NAMES.items()))


def run(arguments: Arguments, _config: Config) -> int:
    """Print it."""
    print(json.dumps(schema(arguments.name), indent=2))
    return Exit.OK


def schema(name: str) -> dict[str, Any]:
    """The JSON Schema (2020-12) of that name: of what is read as it may be written, of what is printed as it is."""
    from pydantic import TypeAdapter

    from jailtui.cli import documents
    from jailtui.host.auditline import AuditLine
    from jailtui.host.collected import CollectedFile
    from jailtui.preferences import Config

    models: dict[str, type] = {
        "config": Config,
        "show": documents.ShowDocument,
        "doctor": documents.DoctorDocument,
        "form": documents.FormDocument,
        "draft": documents.DraftDocument,
        "collected": CollectedFile,
        "audit": AuditLine,
    }
    read = name in ("config", "collected")
    made = TypeAdapter(models[name]).json_schema(mode="validation" if read else "serialization")
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **made}


VERBS = {"schema": CommandVerb(options, run, configured=False)}
