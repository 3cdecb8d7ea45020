"""The parts of a path check: questions, replies, hops, faults and the report."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Literal, NamedTuple

from jailtui.exchange import NO_ANSWER, TIMED_OUT, Argv, shell_line
from jailtui.rules.finding import Evidence, Finding, Remedy, Subject

if TYPE_CHECKING:
    from jailtui.exchange import Section
    from jailtui.model.state import Jail

HopName = Literal[
    "end in the jail",
    "tunnel",
    "end on the host",
    "bridge",
    "way out",
    "settings",
    "default route",
    "gateway",
    "outer gateway",
    "handshake",
    "packet size",
    "duplicates",
    "IPv6 gateway",
    "routing",
    "name",
    "target",
]
HOPS: tuple[HopName, ...] = HopName.__args__  # type: ignore[attr-defined]
"""The hops in the order in which they are asked: the host's interfaces first, as what breaks there looks the same
from inside (NOTES-2 b)."""
Verdict = str
"""The name of what is broken, `ok`, `raw-denied` (the jail may not ping), or `unknown`."""
VERDICTS = (
    "interface-gone a-down a-in-no-bridge a-in-other-bridge bridge-down bridge-missing vlanfilter-no-untagged "
    "vlanfilter-wrong-vlan nic-not-member nic-down nic-no-carrier vlan-if-down vlan-parent-down vlan-no-parent "
    "b-down no-address wrong-net wrong-mask arp-off lo0-down ipv6-disabled ipv6-only-linklocal no-default-route "
    "gateway-not-in-net ipv6-no-route routed-reject pf-inside-block pf-block-memberN-bridgeN pf-block-return "
    "static-arp-wrong gateway-nobody vlan-wrong-tag vlan-peer-untagged lost-on-the-host uplink-dead "
    "ipv6-gateway-nobody ipv6-ok-to-host mtu-b-N mtu-bridge-N mtu-on-the-way duplicate-ip duplicate-mac "
    "routed-forwarding0 routed-forwarding1 dns-no-resolv dns-garbage dns-nobody dns-refused dns-no-route "
    "dns-not-in-net tunnel-no-handshake target-refused target-silent"
).split()
"""The verdicts on faults, N for a number."""
LONGEST = 200
"""Characters of a line that are shown: a jail's own program may have printed it."""


class Question(NamedTuple):
    """A command on the host, or with `jid` in that jail, that changes nothing. `tool -j` is used where there is one."""

    argv: Argv
    jid: int | None = None

    @property
    def line(self) -> str:
        """The command as an operator types it."""
        return shell_line(self.argv if self.jid is None else ("jexec", str(self.jid), *self.argv))


class Reply(NamedTuple):
    """What a command printed, its complaints too, and its exit status; None if it could not be asked."""

    rc: int | None
    text: str = ""

    @property
    def late(self) -> bool:
        """Whether timeout(1) has ended the command."""
        return self.rc in TIMED_OUT

    @property
    def last(self) -> str:
        """Its last line that is not blank, as evidence."""
        if self.late:
            return NO_ANSWER
        lines = [line.strip() for line in self.text.splitlines() if line.strip()]
        return lines[-1][:LONGEST] if lines else "nothing"


NOT_ASKED = Reply(None)
Ask = Callable[[Sequence[Question]], Sequence[Reply]]
"""Asks the questions in this order, one after the other."""


def asking(each: Callable[[Sequence[tuple[Argv, int | None]]], Sequence[Section]], *, unless: str) -> Ask:
    """Asks a host by `each`, which gives a section for each command; `unless` says why it can't be asked, or "".

    What a command prints and what it complains of is one text: in a jail the two come as one.
    """

    def ask(questions: Sequence[Question]) -> Sequence[Reply]:
        if unless:
            return [Reply(None, unless)] * len(questions)
        sections = each([(question.argv, question.jid) for question in questions])
        return [answer_of(section) for section in sections]

    return ask


def answer_of(section: Section) -> Reply:
    """The reply in a section."""
    if section.unanswered and not section.late:
        return Reply(None, section.unanswered)
    return Reply(section.rc, "\n".join(filter(None, (section.out, section.err))))


PLAIN = frozenset(re.sub(r"\d+", "N", verdict) for verdict in VERDICTS)


class PathFault(NamedTuple):
    """Something that is broken at a hop. `cuts`: no packet gets past it."""

    hop: HopName
    verdict: Verdict
    finding: Finding
    cuts: bool = True

    @classmethod
    def of(
        cls,
        hop: HopName,
        verdict: Verdict,
        jail: Jail,
        text: str,
        evidence: Sequence[Evidence] = (),
        remedies: Sequence[Remedy] = (),
        *,
        cuts: bool = True,
    ) -> PathFault:
        assert re.sub(r"\d+", "N", verdict) in PLAIN, verdict
        finding = Finding.of(Subject("jail", jail.key, jail.name), text, evidence, remedies, severity="error")
        own = finding._replace(code=verdict.upper()).complete()
        ways = tuple(way if way.task.key else new for way, new in zip(remedies, own.remedies, strict=True))
        return cls(hop, verdict, own._replace(remedies=ways), cuts)  # those of the doctor keep their keys

    @property
    def text(self) -> str:
        return self.finding.text


Result = Literal["ok", "broken", "unknown", "skipped"]


class PathHop(NamedTuple):
    """One part of the path, and its state."""

    hop: HopName
    result: Result
    text: str
    evidence: tuple[Evidence, ...] = ()
    remedies: tuple[Remedy, ...] = ()


class PathNode(NamedTuple):
    """A place on the drawn cable, and the hops that are about it. `pair`: it is joined to the one before by a pair."""

    name: str
    hops: tuple[HopName, ...]
    pair: bool = False


class Course(NamedTuple):
    """What the check looks at: the packets that it sends, as a phrase, and the cable from the jail to its target."""

    sends: str
    nodes: tuple[PathNode, ...] = ()


class PathReport(NamedTuple):
    """The whole check. `sends` says which packets it sent, `also` are the faults beside the first broken hop's."""

    jail: str
    target: str
    sends: str
    hops: tuple[PathHop, ...]
    verdict: Verdict
    faults: tuple[PathFault, ...] = ()

    @property
    def broken(self) -> HopName | None:
        return next((hop.hop for hop in self.hops if hop.result == "broken"), None)

    @property
    def first(self) -> PathFault | None:
        return self.faults[0] if self.faults else None

    @property
    def summary(self) -> str:
        """The sentence about a path on which nothing is broken."""
        if self.verdict != "ok":
            why = "The jail may not ping, so the" if self.verdict == "raw-denied" else "The"
            return f"{why} path is not known: see ? above."
        whole = not any(hop.result == "skipped" for hop in self.hops)
        return "The path is good." if whole else "Everything that could be checked is good."

    @property
    def also(self) -> tuple[PathFault, ...]:
        return self.faults[1:]
