"""kldload(8), kldunload(8), kldstat(8), pfctl(8): only mac_do(4) can be unloaded; all other modules but pf are always
loaded.

Sources: recordings found/mdo, probe/capabilities, look-inside/pf/01. State: kernel.extra["klds"], the names of loaded
modules.
"""

from __future__ import annotations

from jailtui.simhost.call import Call
from jailtui.simhost.kernel.state import Kernel

MAC_DO = "mac_do"
PF = "pf"
"""It is never loaded."""


def main(call: Call) -> int:
    if call.name == "pfctl":  # pf is not loaded (path/healthy/28)
        return call.fail("/dev/pf: No such file or directory")
    name = call.args[-1] if call.args else ""
    if call.name == "kldstat":
        with call.transaction(write=False) as kernel:
            return int(name == PF or (name == MAC_DO and MAC_DO not in loaded(kernel)))
    if call.jid or not call.privileged:
        return call.fail(f"can't {call.name.removeprefix('kld')} {name}: Operation not permitted")
    return change(call) if name == MAC_DO else 0


def loaded(kernel: Kernel) -> list[str]:
    """mac_do(4) if it is loaded; the list itself, to be changed in place."""
    return kernel.extra.setdefault("klds", [])  # type: ignore[return-value]


def change(call: Call) -> int:
    """Load or unload mac_do; unloading drops its settings."""
    with call.transaction(write=True) as kernel:
        if not kernel.release.mac_do:
            return call.fail(f"can't load {MAC_DO}: No such file or directory")
        known, settings = loaded(kernel), kernel.extra.setdefault("sysctl", {})
        assert isinstance(settings, dict)
        if call.name == "kldload" and MAC_DO not in known:
            known.append(MAC_DO)
        elif call.name == "kldunload" and MAC_DO in known:
            known.remove(MAC_DO)
            settings.pop("security.mac.do.rules", None)
    return 0
