"""sysctl(8), for the names that a console or a hook uses: reading by name or subtree, and setting some.

Sources: recordings ifconfig/clean, ifconfig/bridge, probe/capabilities, dying/fast-finwait2, found/mdo.
"""

from __future__ import annotations

from jailtui.simhost.call import Call
from jailtui.simhost.kernel.state import Kernel
from jailtui.simhost.tools import kld, sysctl_params

SETTABLE = {
    "net.inet.ip.forwarding": "0",
    "net.inet6.ip6.forwarding": "0",
    "net.inet.tcp.fast_finwait2_recycle": "0",
    "net.inet.tcp.finwait2_timeout": "60000",
    "net.inet.tcp.msl": "30000",
    "net.inet.tcp.nolocaltimewait": "0",
}

MAC_DO = {"security.mac.do.rules": "", "security.mac.do.print_parse_error": "1", "security.mac.do.enabled": "1"}
"""Of mac_do(4), while its module is loaded (found/mdo/02)."""


def main(call: Call) -> int:
    """`sysctl [-adnNq] NAME[=VALUE]...`: the number of names that failed, 1 for a refused value."""
    letters = "".join(word[1:] for word in call.args if word.startswith("-"))
    words = [word for word in call.args if not word.startswith("-")]
    if not words and "a" not in letters:
        return call.fail("usage: sysctl [-bdeFhilNnoqTtWx] [ -B <bufsize> ] [-f filename] name[=value] ...")
    failed = 0
    for word in words or [""]:
        name, equals, value = word.partition("=")
        failed += change(call, name, value) if equals else show(call, name, letters)
    return failed


def values(kernel: Kernel, jailed: bool, vnet: bool) -> dict[str, str]:
    """The value of each name that there is now."""
    release = kernel.release
    changed = kernel.extra.setdefault("sysctl", {})
    assert isinstance(changed, dict)
    known = {
        "kern.ostype": "FreeBSD",
        "kern.osrelease": release.uname,
        "kern.osreldate": str(release.osreldate),
        "kern.hostname": kernel.hostname,
        "kern.features.vimage": "1",
        "kern.racct.enable": "1",
        "kern.securelevel": "-1",
        "security.bsd.see_other_uids": "1",
        "security.bsd.see_jail_proc": "1",
        "security.jail.jailed": str(int(jailed)),
        "security.jail.vnet": str(int(vnet)),
    }
    if "bridge" in kernel.modules:
        known |= {f"net.link.bridge.{key}": value for key, value in release.bridge_sysctls}
    if "epair" in kernel.modules and release.fixed_macs:
        known["net.link.epair.ether_gen_addr"] = "1"
    if kld.MAC_DO in kld.loaded(kernel):
        known |= MAC_DO
    known |= SETTABLE
    return {name: str(changed.get(name, value)) for name, value in known.items()}


def show(call: Call, name: str, letters: str) -> int:
    """Print a name or all below it; 1 if there is none."""
    with call.transaction(write=False) as kernel:
        jail = kernel.jails.get(call.jid)
        known = values(kernel, jail is not None, jail is not None and jail.own_vnet)
        params = sysctl_params.matching(kernel, name)
    chosen = [(key, value) for key, value in known.items() if not name or key == name or key.startswith(name + ".")]
    if not chosen and not params:
        return call.fail(f"unknown oid '{name}'")
    for key, value in chosen:
        call.out(line(key, value, "Jail parameter", letters))
    for key, value, text in params:
        if value or "d" in letters or ("N" in letters and key != sysctl_params.ROOT):
            call.out(line(key, value, text, letters))
    return 0


def line(key: str, value: str, text: str, letters: str) -> str:
    """The line of a name: alone, with its description, or with its value, as the options say."""
    if "N" in letters:
        return f"{key}\n"
    if "d" in letters:
        return f"{key}: {text}\n"
    return f"{value}\n" if "n" in letters else f"{key}: {value}\n"


def change(call: Call, name: str, value: str) -> int:
    """Set one value, as root on the host; 1 if that is refused."""
    with call.transaction(write=True) as kernel:
        known = values(kernel, call.jid != 0, False)
        if name not in known:
            return call.fail(f"unknown oid '{name}'")
        old = known[name]
        if not call.privileged or (call.jid and not name.startswith("net.inet.ip.")):
            call.out(f"{name}: {old}\n")
            return call.fail(f"{name}={value}: Operation not permitted")
        settings = kernel.extra.setdefault("sysctl", {})
        assert isinstance(settings, dict)
        settings[name] = value
        call.out(f"{name}: {old} -> {value}\n")
    return 0
