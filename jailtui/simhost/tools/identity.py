"""uname(1), id(1), whoami(1), hostname(1), logger(1)."""

from __future__ import annotations

from jailtui.simhost.call import Call
from jailtui.simhost.kernel import jail_params

UIDS = {"root": 0, "alice": 1001, "bob": 1002}
"""Users of the recordings' machine (recordings/README.md); any other user has the uid of alice."""


def main(call: Call) -> int:
    return {"uname": uname, "id": identity, "whoami": whoami, "hostname": hostname, "logger": logger}[call.name](call)


def uname(call: Call) -> int:
    """`uname [-amnprsvUK]`: the fields in uname's own order."""
    letters = "".join(word[1:] for word in call.args if word.startswith("-")) or "s"
    with call.transaction(write=False) as kernel:
        release = kernel.release
        host = host_name(call)
    fields = {
        "s": "FreeBSD",
        "n": host,
        "r": release.uname,
        "v": f"FreeBSD {release.uname} GENERIC",
        "m": "amd64",
        "p": "amd64",
        "i": "GENERIC",
        "K": str(release.osreldate),
        "U": str(release.osreldate),
    }
    wanted = "snrvm" if "a" in letters else letters
    call.out(" ".join(text for letter, text in fields.items() if letter in wanted) + "\n")
    return 0


def identity(call: Call) -> int:
    """`id [-u|-g] [-n]`."""
    number = uid(call.user)
    group = "wheel" if call.privileged else call.user
    letters = "".join(word[1:] for word in call.args if word.startswith("-"))
    if "u" in letters:
        call.out(f"{call.user if 'n' in letters else number}\n")
    elif "g" in letters or "G" in letters:
        call.out(f"{group if 'n' in letters else number}\n")
    else:
        more = ",5(operator)" if call.privileged else ""
        call.out(f"uid={number}({call.user}) gid={number}({group}) groups={number}({group}){more}\n")
    return 0


def uid(user: str) -> int:
    return UIDS.get(user, UIDS["alice"])


def whoami(call: Call) -> int:
    call.out(call.user + "\n")
    return 0


def hostname(call: Call) -> int:
    """`hostname [NAME]`: the host's name, or the jail's, which its root may set to any bytes (found/hostname)."""
    if not call.args:
        call.out(host_name(call) + "\n")
        return 0
    with call.transaction(write=True) as kernel:
        jail = kernel.jails.get(call.jid)
        if not call.privileged or (jail is not None and not jail_params.value(kernel, jail, "allow.set_hostname")):
            return call.fail("sethostname: Operation not permitted")
        if jail is None:
            kernel.hostname = call.args[0]
        else:
            jail.params["host.hostname"] = call.args[0]
    return 0


def host_name(call: Call) -> str:
    """The name of the host, or of the jail the command runs in (its host.hostname)."""
    with call.transaction(write=False) as kernel:
        jail = kernel.jails.get(call.jid)
        return kernel.hostname if jail is None else str(jail.params.get("host.hostname") or "")


def logger(_call: Call) -> int:
    """Nothing is logged."""
    return 0
