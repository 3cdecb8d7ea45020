"""Which tool a configured jail is of, by where it lives and how its interfaces are called (FREEBSD.md 10)."""

from __future__ import annotations

from jailtui.findings.ground import Ground
from jailtui.findings.jailwords import MANAGERS
from jailtui.model.owners import by_name
from jailtui.settings.world import JailSettings


def manager_of(ground: Ground, jail: JailSettings) -> str:
    """The tool that made the jail, "" for one that was written by hand as far as can be told."""
    for folder in (*jail.view.path.lower().split("/"), *jail.file.split("/")):
        if folder in MANAGERS:
            return MANAGERS[folder]
    if jail.name.startswith("ioc-"):
        return "iocage"
    for link in jail.view.links:
        if tool := by_name(link.given):
            return tool
    return next((pair.manager for pair in ground.pairs.get(jail.name, ()) if pair.manager), "")
