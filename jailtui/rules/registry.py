"""All rules: importing this fills `finding.RULES`, module by module, rule by rule in the order of the text."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from jailtui.jailconf.parse import collections_paused
from jailtui.model.owners import maker
from jailtui.rules.finding import RULES, SEVERITIES, Finding, Subject
from jailtui.rules.jailwords import manager
from jailtui.rules.precedence import most_severe

if TYPE_CHECKING:
    from collections.abc import Collection

    from jailtui.rules.context import Context

MODULES = (
    "epairs",
    "epairlinks",
    "jails",
    "jailroots",
    "jailfiles",
    "jailboot",
    "addresses",
    "names",
    "twice",
    "interfaces",
    "forged",
    "bridges",
    "members",
    "vlans",
    "configuration",
    "privileges",
    "conftext",
    "drift",
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
    """The findings of all rules (or those of `codes`), worst first, else in the order of the rules.

    Of findings with one cause the most severe. A rule is left out if a part of the host that it needs was not read.
    """
    with collections_paused():
        chosen = (rule for rule in RULES.values() if codes is None or rule.code in codes)
        usable = [rule for rule in chosen if not context.state.unknown(*rule.parts)]
        unique = {(finding.identity, finding.text): finding for rule in usable for finding in rule.judge(context)}
        findings = most_severe(unique.values())
        owners = {subject: _owner(context, subject) for subject in {finding.subject for finding in findings}}
        standing = [finding.complete(owners[finding.subject]) for finding in findings]
        del context, unique, findings  # what is not kept is gone before the collector looks at all that is new
        return tuple(sorted(standing, key=lambda finding: SEVERITIES.index(finding.severity)))


def _owner(context: Context, subject: Subject) -> str:
    """The manager of a jail, pair, bridge, VLAN or NIC, by its own marks and not by its neighbours'; "" for none."""
    if subject.kind == "epair":
        return context.pair_managers.get(subject.key, "")
    if subject.kind in ("bridge", "vlan", "interface"):
        interface = context.host.get(subject.key)
        return (maker(interface) or "") if interface is not None else ""
    jail = context.jails.get(subject.key) or context.settings.get(subject.name) if subject.kind == "jail" else None
    return manager(context, jail) if jail is not None else ""
