"""rctl(8): what is accounted to a jail (telemetry/seven-jails/87 to /96, telemetry/racct-off/04)."""

from __future__ import annotations

from jailtui.simhost.kernel import busy
from jailtui.simhost.tools import processes, sysctl

TYPE_CHECKING = False
if TYPE_CHECKING:
    from jailtui.simhost.call import Call

RESOURCES = (
    "cputime datasize stacksize coredumpsize memoryuse memorylocked maxproc openfiles vmemoryuse pseudoterminals "
    "swapuse nthr msgqqueued msgqsize nmsgq nsem nsemop nshm shmsize wallclock pcpu readbps writebps readiops writeiops"
).split()
OFF = "RACCT/RCTL present, but disabled; enable using kern.racct.enable=1 tunable"


def main(call: Call) -> int:
    """`rctl -u jail:NAME`; zeros for a jail that there is not, and for a jid."""
    with call.transaction(write=False) as kernel:
        if sysctl.values(kernel, jailed=False, vnet=False)["kern.racct.enable"] != "1":
            return call.fail(OFF)
        if len(call.args) != len(("-u", "subject")) or call.args[0] != "-u":
            return call.fail("usage: rctl [ -h ] [filter | -u subject]")
        subject = call.args[1]
        name = subject.removeprefix("jail:")
        if not call.privileged or not name or name == subject:
            why = "Invalid argument" if call.privileged else "Operation not permitted"
            return call.fail(f"failed to show resource consumption for '{subject}': {why}")
        jid = next((jail.jid for jail in kernel.jails.values() if jail.name == name and not jail.dying), 0)
        running = [each for each in processes.processes(kernel) if jid and each[1] == jid]
        amounts = dict.fromkeys(RESOURCES, 0)
        if running:
            amounts["cputime"] = int(busy.processor_seconds(kernel, jid))
            amounts["memoryuse"] = busy.memory(kernel, jid) * 1024
            amounts["maxproc"] = amounts["nthr"] = len(running)
            amounts["pcpu"] = int(busy.share(kernel, jid))
    for resource, amount in amounts.items():
        call.out(f"{resource}={amount}\n")
    return 0
