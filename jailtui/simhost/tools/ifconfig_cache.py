"""A refresh asks each jail for its interfaces: the first question renders the answers of all of them."""

from __future__ import annotations

from jailtui.simhost.kernel import store
from jailtui.simhost.tools import ifconfig_doubles as doubles

TYPE_CHECKING = False
if TYPE_CHECKING:
    from jailtui.simhost.call import Call
    from jailtui.simhost.kernel.state import Kernel
    from jailtui.simhost.tools.ifconfig_options import IfconfigOptions


def remember(call: Call, kernel: Kernel, options: IfconfigOptions, answer: str) -> None:
    """Keep `answer`; for a jail's `-j J -a[D]` or `jexec J ifconfig -a`, keep that of every jail."""
    if not call.privileged:
        return
    known: dict[tuple[str, ...], str] = {}
    plain_style = options.style.family == "" and not options.style.formats and not options.style.supported
    if not plain_style or options.group is not None or options.not_group is not None or options.up or options.down:
        return
    if not call.jid and not options.jail:
        known[("ifconfig", *call.args)] = answer
    else:
        form = tuple(call.args[2:]) if options.jail else tuple(call.args)
        for jail in kernel.jails.values():
            if jail.own_vnet and not jail.dying:
                rendered = "".join(doubles.stanzas(kernel, kernel.listed(jail.vnet), options.style))
                words = ("-j", str(jail.jid), *form) if options.jail else (str(jail.jid), "ifconfig", *form)
                known[("ifconfig" if options.jail else "jexec", *words)] = rendered
    store.remember(call.root, kernel.generation, known)
