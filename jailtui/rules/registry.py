"""All rules: importing this fills `finding.RULES`, module by module, rule by rule in the order of the text."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from jailtui.rules.finding import RULES, SEVERITIES, Finding
from jailtui.rules.precedence import gravest

if TYPE_CHECKING:
    from collections.abc import Collection

    from jailtui.rules.context import Context

MODULES = (
    "epairs",
    "epairlinks",
    "jails",
    "jailfiles",
    "jailboot",
    "addresses",
    "twice",
    "interfaces",
    "bridges",
    "members",
    "vlans",
    "configuration",
    "privileges",
    "conftext",
    "drift",
    "driftlinks",
    "driftjails",
    "drifthost",
)

for _name in MODULES:
    import_module(f"jailtui.rules.{_name}")

_PLACES = {f"{__package__}.{name}": place for place, name in enumerate(MODULES)}
_in_order = sorted(RULES.values(), key=lambda rule: _PLACES[rule.judge.__module__])  # modules import one another
RULES.clear()
RULES.update((rule.code, rule) for rule in _in_order)


def judge(context: Context, codes: Collection[str] | None = None) -> tuple[Finding, ...]:
    """What all rules (or those of `codes`) find, worst first, else in the order of the rules.

    Each finding once, and of those with one cause the gravest."""
    chosen = [rule for rule in RULES.values() if codes is None or rule.code in codes]
    unique = {(finding.identity, finding.text): finding for rule in chosen for finding in rule.judge(context)}
    standing = [finding.complete() for finding in gravest(unique.values())]
    return tuple(sorted(standing, key=lambda finding: SEVERITIES.index(finding.severity)))
