"""Hooks of the table run by the embedded host's jail(8) and the real sh: a start fails where the table says so."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.hooks.table import ROWS, Row, conf
from tests.support import host_commands
from tests.support.form_hosts import MAIN, Embedded

if TYPE_CHECKING:
    from pathlib import Path

RUN = [
    row
    for row in ROWS
    if row.verdict in ("blocks", "cleared")
    and any(sign in row.text for sign in ("-n epair7", "; main", "env X=Y", "sh -c", "{ ", "if !", "n=7", "up || true"))
]


@pytest.mark.parametrize("row", RUN, ids=[row.text for row in RUN])
def test_a_start_finds_the_pair_as_the_table_says(row: Row, tmp_path: Path) -> None:
    host = Embedded(tmp_path, {MAIN: conf(row).encode()}, bridges=["bridge0"], folders=["/jails/web"])
    host.ask("ifconfig", "epair7", "create")
    done = host_commands.ask(f"{host.environment['PATH']}/jail", ("-c", "web"), host.environment)
    assert (done.returncode != 0) == (row.verdict == "blocks"), done.stdout + done.stderr
