"""The state of a path check, and the steps that it takes for jails of all kinds."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from jailtui.pathcheck import answers
from jailtui.pathcheck.beyond import beyond, looked_up, reached
from jailtui.pathcheck.hops import Ask, Course, HopName, PathFault, PathHop, PathReport, Question, Result
from jailtui.pathcheck.line import line_of
from jailtui.pathcheck.wording import nodes
from jailtui.rules.finding import Evidence
from jailtui.rules.jailwords import in_vnet

if TYPE_CHECKING:
    from jailtui.exchange import Argv
    from jailtui.model.state import HostState, Jail
    from jailtui.pathcheck.beyond import PathTarget
    from jailtui.pathcheck.line import Carrier
    from jailtui.rules.finding import Finding

Show = Callable[[PathHop], None]
Announce = Callable[[Course], None]
"""Takes what is sent, and the cable, before anything is sent."""
SILENT = "sends nothing"
DECISIVE: tuple[HopName, ...] = ("end in the jail", "bridge", "default route", "gateway", "name", "target")
"""Hops without which it is not known whether the path is good; the tunnel is one where nothing answers beyond it."""


def ignore(news: object) -> None:
    """Where nobody watches the check."""


@dataclass(eq=False)
class Checking:
    """A check of one jail. `announce` gets what it sends, first; `show` each hop when it is known.

    `unasked` is why nothing can be asked, as of a collected file; what the reading tells is judged all the same. `via`
    is the gateway, or who else comes next, and `via6` the IPv6 gateway where it is asked, too. `denied`: the jail may
    not open raw sockets. `carried` is what carries the tunnel, if the path goes through one.
    """

    state: HostState
    findings: Sequence[Finding]
    jail: Jail
    target: PathTarget | None
    ask: Ask
    show: Show = ignore
    announce: Announce = ignore
    unasked: str = ""

    def __post_init__(self) -> None:
        self.hops: list[PathHop] = []
        self.faults: list[PathFault] = []
        self.sends = SILENT
        self.via = self.via6 = ""
        self.denied = False
        self.carried: Carrier | None = None
        self._declared = False
        self.line = line_of(self.state, self.jail)
        self.family = self._family()

    def declare(self, sends: str) -> None:
        """Announce what is sent, then show the hops that are known."""
        self.sends = sends
        self._declared = True
        self.announce(Course(sends, nodes(self.line, self.via, self.target, self.carried)))
        for hop in self.hops:
            self.show(hop)

    def report(self) -> PathReport:
        verdict = self.faults[0].verdict if self.faults else "ok"
        proven = any(hop.result == "ok" for hop in self.hops if hop.hop in ("gateway", "target"))
        decisive = DECISIVE if proven else (*DECISIVE, "tunnel")
        if verdict == "ok" and any(hop.result == "unknown" for hop in self.hops if hop.hop in decisive):
            verdict = "raw-denied" if self.denied else "unknown"
        target = self.target.text if self.target else ""
        return PathReport(self.jail.name, target, self.sends, tuple(self.hops), verdict, tuple(self.faults))

    def _family(self) -> str:
        """IPv6 for a target or a jail that has nothing else."""
        if self.target is not None and not self.target.named:
            return "inet6" if ":" in self.target.host else "inet"
        configured = self.jail.configured
        wanted = configured.addresses if configured else ()
        v4 = self.line.own("inet") or any(":" not in each for each in wanted)
        return "inet6" if self.line.own("inet6") and not v4 else "inet"

    def in_stack(self, argv: Argv) -> Question:
        """The question about the jail's network stack: by the host's own tool where it has -j."""
        words = in_vnet(self.state, self.jail.jid, argv[0], *argv[1:])
        return Question(argv, self.jail.jid) if words[0] == "jexec" else Question(words)

    def say(self, hop: HopName, result: Result, text: str, evidence: Sequence[Evidence] = ()) -> None:
        """A hop without a fault."""
        self._add(PathHop(hop, result, text, tuple(evidence)))

    def settle(self, hop: HopName, faults: Sequence[PathFault], good: str, evidence: Sequence[Evidence] = ()) -> None:
        """A hop that has been judged: broken by its first fault, else as `good` says."""
        self.faults += faults
        if faults:
            first = faults[0].finding
            self._add(PathHop(hop, "broken", first.text, first.evidence, first.remedies))
        else:
            self._add(PathHop(hop, "ok", good, tuple(evidence)))

    def look_up(self, target: PathTarget, *, has_route: bool) -> str:
        """The hop of a target that is a name: its address, or "" if the jail does not find it."""
        name = looked_up(self.line, target, self.ask, has_route=has_route)
        if name.address or name.fault is not None:
            self.settle("name", [name.fault] if name.fault else [], f"{target.host} is {name.address}")
        else:
            self.say("name", "unknown", f"{target.host} could not be looked up", name.evidence)
        return name.address

    def reach(self, target: PathTarget, address: str, *, routed: bool) -> None:
        """The hop of the target, by one packet to its address."""
        fault, answer, question = beyond(self.line, target, address, self.ask, routed=routed)
        evidence = [Evidence(question.line, answers.summary(answer))]
        if fault is not None or reached(question, answer):
            self.settle("target", [fault] if fault else [], f"{target.text} answers", evidence)
        elif answers.denied(answer):
            self.denied = True
            text = f"{self.jail.name} may not ping ({answers.summary(answer)}): give {target.host}:PORT"
            self.say("target", "unknown", text, evidence)
        else:
            self.say("target", "unknown", f"could not be asked: {answers.summary(answer)}", evidence)

    def _add(self, hop: PathHop) -> None:
        self.hops.append(hop)
        if self._declared:
            self.show(hop)

    @property
    def cut(self) -> bool:
        """Whether a fault lets no packet through."""
        return any(fault.cuts for fault in self.faults)

    def skip(self, *names: HopName) -> None:
        why = "an earlier hop is broken" if self.faults else "an earlier hop is unknown"
        for name in names:
            self.say(name, "skipped", f"not asked: {why}")
