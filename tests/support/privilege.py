"""Stand-ins for doas(1) and sudo(8) that a test puts on the PATH of an embedded host: alice may become root by both.

They behave as the real ones do: only `-n` keeps them from asking, words that begin with a hyphen are options, and the
environment is not handed on but for what a rule keeps (`keepenv`, `env_keep`): here what makes the embedded host.
mdo(1) is a command of the embedded host itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

KEPT = ("PATH", "LC_ALL", "JAILTUI_ROOT", "JAILTUI_SIM")
STAND_IN = """#!/bin/sh
ask="{name}: {asks}"
case $1 in
-n) shift ;;
-*) echo "usage: {name} [-n] command [arg ...]" >&2; exit 1 ;;
*) echo "$ask" >&2; exit 1 ;;
esac
case $1 in -*) echo "usage: {name} [-n] command [arg ...]" >&2; exit 1 ;; esac
if [ "$JAILTUI_SIM_USER" != alice ] || [ -e {folder}/asks ]; then echo "$ask" >&2; exit 1; fi
exec /usr/bin/env -i {kept} HOME=/root USER=root JAILTUI_SIM_USER=root "$@"
"""
ASKS = {"doas": "Authentication required", "sudo": "a password is required"}


def standing_in(folder: Path, environment: Mapping[str, str]) -> dict[str, str]:
    """Put doas and sudo into `folder`; the environment of alice with them on PATH. A file `asks` there: they ask."""
    folder.mkdir()
    kept = " ".join(f'{name}="${name}"' for name in KEPT)
    for name, asks in ASKS.items():
        command = folder / name
        command.write_text(STAND_IN.format(name=name, asks=asks, folder=folder, kept=kept))
        command.chmod(0o755)
    return {**environment, "PATH": f"{environment['PATH']}:{folder}"}
