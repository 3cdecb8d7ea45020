"""mdo(1): a command run as root, if a rule of mac_do(4) lets the caller. Source: recordings found/mdo."""

from __future__ import annotations

import os
import sys

from jailtui.simhost.call import Call
from jailtui.simhost.tools import hooks, kld
from jailtui.simhost.tools.identity import uid

USAGE = "usage: mdo [-u username] [-i] [--] [command [args]]"


def main(call: Call) -> int:
    """`mdo -u root COMMAND...`: the environment stays the caller's."""
    if call.args[:2] != ["-u", "root"] or not call.args[2:] or call.args[2].startswith("-"):
        call.err(USAGE + "\n")
        return 1
    if not call.privileged and not permitted(call):
        return call.fail("setcred(): Operation not permitted")
    if hooks.MARK in call.environ and (why := hooks.refusal(call.args[2:], f"{call.root}/bin")):
        return call.fail(why, 126)
    hook = hooks.marked(call.args[2:]) if hooks.MARK in call.environ else {}
    sys.stdout.flush()
    try:
        os.execvpe(call.args[2], call.args[2:], {**call.environ, **hook, "JAILTUI_SIM_USER": "root"})
    except OSError as error:
        return call.fail(f"exec: {error.strerror}")


def permitted(call: Call) -> bool:
    """Whether the module is loaded and has a rule from the caller's uid to uid 0."""
    with call.transaction(write=False) as kernel:
        settings = kernel.extra.get("sysctl", {})
        assert isinstance(settings, dict)
        rules = str(settings.get("security.mac.do.rules", "")) if kld.MAC_DO in kld.loaded(kernel) else ""
    return any(rule.split(",")[0].strip() == f"uid={uid(call.user)}>uid=0" for rule in rules.split(";"))
