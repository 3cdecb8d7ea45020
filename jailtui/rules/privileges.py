"""Rules about permissions and limits in a jail's file that are refused or have unexpected effects."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jailtui.config.permission_lines import value_of
from jailtui.config.permission_table import ALLOW, DENY, MOUNT, TABLE
from jailtui.rules.finding import Finding, Remedy, Severity, rule
from jailtui.rules.jailwords import about, written

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jailtui.config.world import JailSettings
    from jailtui.rules.context import Context

PERMISSIONS = {permission.key: permission for permission in TABLE}
CHOICES = ("enforce_statfs", "sysvmsg", "sysvsem", "sysvshm")
LIMITS = {
    "children.max": (0, 2**31 - 1, "a number from 0 to 2147483647"),
    "securelevel": (-(2**31), 2**31 - 1, "a number from -1 to 3"),
    "devfs_ruleset": (0, 65535, "a number from 0 to 65535 and no name"),
}
"""The parameters that are numbers: the least and the greatest that the kernel accepts, and this as a phrase."""
INHERITED = ("children.max", "enforce_statfs")


def value(jail: JailSettings, key: str) -> str:
    """The value of a permission after a start: as written, or its default."""
    permission = PERMISSIONS[key]
    stated = value_of(permission, jail.jail.get(key))
    return permission.default if stated == permission.unset else stated


def allowed(jail: JailSettings, key: str) -> bool:
    return value(jail, key) == ALLOW


def number(text: str) -> int | None:
    """A number in ASCII digits with an optional minus sign; None for other texts."""
    digits = text.removeprefix("-")
    return int(text) if digits.isascii() and digits.isdecimal() and len(digits) < 11 else None


def finding(jail: JailSettings, key: str, text: str) -> Finding:
    """A finding about the parameter `key`, with a remedy that opens its field."""
    remedy = Remedy.of(f"Change {key}", form=("permissions", jail.name, key))
    return Finding.of(about(jail), text, [written(jail, key)], [remedy])


@rule("CONF-VALUE", "error", "Value that a parameter does not take", preflight=True, drafts=True, parts=())
def wrong_value(context: Context) -> Iterator[Finding]:
    """A parameter of the jail has a value that the kernel does not take: children.max, securelevel and devfs_ruleset
    are numbers, enforce_statfs is 0, 1 or 2, and each of the System V parameters is disable, new or inherit. The jail
    is not created (jail(8)).
    """
    for jail in context.setting(*LIMITS, *CHOICES):
        for key in (*LIMITS, *CHOICES):
            if key not in jail.params:
                continue
            text = value(jail, key)
            if key in LIMITS:
                least, most, words = LIMITS[key]
                amount = number(text)
                wrong = amount is None or not least <= amount <= most
            else:
                words = f"one of {', '.join(filter(None, PERMISSIONS[key].choices))}"
                wrong = text not in PERMISSIONS[key].choices
            if wrong:
                yield finding(
                    jail,
                    key,
                    f"{key} of {jail.name} is {text or 'empty'}: it has to be {words}, or the jail does not start.",
                )


@rule("CONF-SECURELEVEL", "error", "securelevel below that of the host", preflight=True, drafts=True)
def securelevel(context: Context) -> Iterator[Finding]:
    """The jail's securelevel is lower than the host's. A system can only raise it, and a jail starts with at least the
    host's: the kernel refuses the jail (jail(8), security(7)). Reported only where the host's level was read.
    """
    lowest = number(dict(context.state.sysctls or ()).get("kern.securelevel", ""))
    for jail in context.setting("securelevel") if lowest is not None else ():
        level = number(value(jail, "securelevel"))
        if level is not None and lowest is not None and level < lowest:
            text = f"{jail.name} can't be started: the host's securelevel is {lowest}, and no jail's can be lower."
            yield finding(jail, "securelevel", text)


@rule("CONF-CHILD", "error", "Jail in a jail with more than its parent has", preflight=True, drafts=True)
def child(context: Context) -> Iterator[Finding]:
    """The jail is inside another and sets a permission that the other does not have, a larger children.max or a smaller
    enforce_statfs. A jail has at most what the one around it has, so the kernel refuses it (jail(8), children.max).
    """
    # Recorded: jail-errors/children.
    for jail in context.judged:
        around = context.settings.get(jail.name.rpartition(".")[0])
        for key in jail.params if around is not None else ():
            if around is not None and key in PERMISSIONS and exceeds(key, value(jail, key), value(around, key)):
                limit = "denied" if key.startswith("allow.") else value(around, key)
                text = f"{jail.name} can't be started: {key} is {limit} for {around.name}, the jail around it."
                yield finding(jail, key, text)


def exceeds(key: str, inner: str, outer: str) -> bool:
    """Whether a jail may not have the value `inner` if the jail around it has `outer`."""
    if key.startswith("allow."):
        return inner == ALLOW and outer != ALLOW
    amount, limit = number(inner), number(outer)
    if key not in INHERITED or amount is None or limit is None:
        return False
    return amount > limit if key == "children.max" else amount < limit


@rule("CONF-NO-ROOT", "warning", "Root without privileges", drafts=True)
def no_root(context: Context) -> Iterator[Finding]:
    """The jail's file denies allow.suser: root in the jail has no privileges. Most services can't be started then, nor
    does /etc/rc work (jail(8)).
    """
    for jail in context.setting("allow.suser", "allow.nosuser"):
        if value(jail, "allow.suser") == DENY:
            text = f"Root in {jail.name} has no privileges: allow.suser is denied."
            yield finding(jail, "allow.suser", text)


@rule("CONF-NO-DEV", "note", "No /dev where it is needed", drafts=True)
def no_dev(context: Context) -> Iterator[Finding]:
    """Something that the jail may do takes a /dev that it does not have. zfs(8) in a jail opens /dev/zfs, so
    allow.mount.zfs takes mount.devfs. Jails in the jail (children.max) have their /dev mounted from inside, which takes
    allow.mount, allow.mount.devfs and an enforce_statfs of 0 or 1.
    """
    for jail in context.setting(f"{MOUNT}.zfs", "children.max"):
        if jail.flag(f"{MOUNT}.zfs") and not allowed(jail, "mount.devfs"):
            text = f"{jail.name} may mount ZFS, but has no /dev/zfs: mount.devfs is not set."
            yield _lacks(jail, f"{MOUNT}.zfs", text, ["mount.devfs"], "warning")
        inner = number(value(jail, "children.max")) if "children.max" in jail.params else None
        lacking = [key for key in (MOUNT, f"{MOUNT}.devfs") if not allowed(jail, key)] if inner else []
        if lacking:
            text = f"Jails in {jail.name} get no /dev: {jail.name} does not set {' and '.join(lacking)}."
            yield _lacks(jail, "children.max", text, lacking)


def _lacks(jail: JailSettings, key: str, text: str, lacking: list[str], severity: Severity | None = None) -> Finding:
    """The finding about a permission that needs others; the remedy opens the first of these."""
    remedy = Remedy.of(f"Set {' and '.join(lacking)}", form=("permissions", jail.name, lacking[0]))
    at = [written(jail, key)]
    return Finding.of(about(jail), text, at, [remedy], severity=severity, fields=(("permissions", key),))
