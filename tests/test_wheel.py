"""The wheel, installed into an empty environment and run from `/`, far from the checkout."""

from __future__ import annotations

import importlib.metadata
import json
import os
import subprocess
import sys
import venv
from pathlib import Path

from jailtui import man
from tests.support.pseudo_terminal import Screen

ROOT = Path(__file__).parent.parent
RUNTIME = ("textual", "pydantic", "plumbum", "PyYAML")


def run(*words: str | Path, cwd: str | Path = "/") -> str:
    environ = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    done = subprocess.run(
        [str(word) for word in words], cwd=cwd, env=environ, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_wheel_works_outside_the_checkout(tmp_path: Path) -> None:
    run(sys.executable, "-m", "pip", "wheel", "-q", "--no-deps", "-w", tmp_path, ROOT, cwd=tmp_path)
    (wheel,) = tmp_path.glob("jailtui-*.whl")
    home = tmp_path / "env"
    venv.create(home)
    versions = tmp_path / "versions.txt"
    versions.write_text("".join(f"{name}=={importlib.metadata.version(name)}\n" for name in RUNTIME))
    run(sys.executable, "-m", "pip", "--python", home, "install", "-q", "--no-compile", "-c", versions, wheel)
    jailtui = home / "bin" / "jailtui"

    assert (home / "share" / "man" / "man8" / "jailtui.8").read_bytes() == man.PAGE.read_bytes()
    told = json.loads(run(jailtui, "show", "--json", "--host", "demo", "--demo-dir", tmp_path / "demo"))
    assert "web" in {jail["name"] for jail in told["jails"]}

    environ = {"PATH": os.environ["PATH"], "HOME": str(tmp_path), "LANG": "C.UTF-8"}
    screen = Screen((str(jailtui), "demo", "--demo-dir", str(tmp_path / "demo")), environ, cwd="/")
    try:
        screen.shows("1 Jails", "web", "3 orphans")
        screen.send("q")
        assert screen.ended() == 0
    finally:
        screen.close()
