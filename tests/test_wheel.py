"""The wheel, installed into an empty environment and run from `/`, far from the checkout."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import venv
from importlib import metadata
from pathlib import Path

from packaging.requirements import Requirement

from jailtui import man
from tests.support.pseudo_terminal import Screen

ROOT = Path(__file__).parent.parent


def run(*words: str | Path, cwd: str | Path = "/") -> str:
    environ = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    done = subprocess.run(
        [str(word) for word in words], cwd=cwd, env=environ, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def required(of: metadata.Distribution, *extras: str) -> dict[str, metadata.Distribution]:
    """What it says that it needs, and what that needs, by the name of each; here, in a version that it allows."""
    needed: dict[str, metadata.Distribution] = {}
    for text in of.requires or ():
        requirement = Requirement(text)
        if requirement.marker is None or any(requirement.marker.evaluate({"extra": each}) for each in ("", *extras)):
            here = metadata.distribution(requirement.name)
            assert requirement.specifier.contains(here.version, prereleases=True), (text, here.version)
            needed |= {requirement.name.lower(): here} | required(here, *requirement.extras)
    return needed


def link(of: metadata.Distribution, folder: Path) -> None:
    """Put its packages and modules into a folder as they are here: to unpack and to compile them takes long."""
    for name in {path.parts[0] for path in of.files or ()} - {"..", "__pycache__"}:
        (folder / name).symlink_to(str(of.locate_file(name)))


def test_wheel_works_outside_the_checkout(tmp_path: Path) -> None:
    run(sys.executable, "-m", "pip", "wheel", "-q", "--no-deps", "-w", tmp_path, ROOT, cwd=tmp_path)
    (wheel,) = tmp_path.glob("jailtui-*.whl")
    home = tmp_path / "env"
    venv.create(home)
    run(sys.executable, "-m", "pip", "--python", home, "install", "-q", "--no-compile", "--no-deps", wheel)
    (packages,) = home.glob("lib/python3*/site-packages")
    assert sorted(file.name for file in packages.iterdir() if file.suffix != ".dist-info") == ["jailtui"]
    (own,) = metadata.distributions(path=[str(packages)])
    needed = required(own)
    assert {"textual", "pydantic", "plumbum", "pyyaml", "rich"} <= needed.keys()
    for distribution in needed.values():
        link(distribution, packages)
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
