"""An embedded host on which a jail is stopped."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

from jailtui.simhost.setup import prepare


def stopped(folder: Path, jail: str) -> None:
    """Make the embedded host in `folder`, and stop that jail."""
    environment = {**os.environ, **prepare(folder)}
    subprocess.run(("jail", "-r", jail), env=environment, check=True, capture_output=True)
