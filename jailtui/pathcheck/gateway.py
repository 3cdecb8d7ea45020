"""Verdicts on the gateway, by its answers and the tables around it: rows 12 to 16 and 24 of NOTES-2 b."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

from jailtui.exchange import Step, shell_line
from jailtui.formats import neighbours
from jailtui.formats.traffic import Traffic, traffic
from jailtui.model.tunnels import is_tunnel
from jailtui.pathcheck import answers
from jailtui.pathcheck.hops import NOT_ASKED, Ask, PathFault, Question, Reply
from jailtui.pathcheck.outside import cures
from jailtui.rules.finding import Evidence, Finding, Remedy

if TYPE_CHECKING:
    from jailtui.formats.neighbours import Neighbour
    from jailtui.model.state import Jail
    from jailtui.pathcheck.line import PathLine

BLOCKED = re.compile(r"^(block (?:return|drop|[a-z]).*)\n +\[ Evaluations: \d+ +Packets: ([1-9]\d*) ", re.MULTILINE)
RULES_OF_PF = ("pfctl", "-sr", "-v")
STATE_OF_PF = ("pfctl", "-si")


class Pinged(NamedTuple):
    """One ping from the jail, and what was read around it: `rules` are those of the host's pf.

    `entry` is the jail's entry for the address among its `entries`, `tables` the MACs behind the members of the bridge
    before and after, `traffic` the counters of the host's end, then of what leads out, before and after.
    """

    question: Question
    answer: Reply
    asked: Question
    entries: Reply
    entry: Neighbour | None
    host_entry: Neighbour | None
    tables: tuple[Reply, Reply]
    traffic: tuple[tuple[str, Traffic | None, Traffic | None], ...]
    rules: tuple[Reply, Reply]

    @property
    def evidence(self) -> tuple[Evidence, ...]:
        seen = "no entry" if self.entry is None else self.entry.mac or "(incomplete)"
        return (
            Evidence(self.question.line, answers.summary(self.answer)),
            Evidence(self.asked.line, f"{self.question.argv[-1]} at {seen}"),
            *self._growth(),
        )

    def _growth(self) -> Iterator[Evidence]:
        """How the counters grew that could be read both times."""
        for name, before, after in self.traffic:
            if before is not None and after is not None:
                yield Evidence(shell_line(answers.counters(name)), moved(before, after))


def moved(before: Traffic, after: Traffic) -> str:
    """How the counters of an interface grew."""
    received, sent, lost = (new - old for new, old in zip(after, before, strict=True))
    return f"received {received}, sent {sent}{f', lost {lost}' if lost else ''} meanwhile"


def pinged(line: PathLine, address: str, ask: Ask, *, filtered: bool = False) -> Pinged:
    """Ping `address` from the jail once, with what is read on the host before and after; if the host's pf sees what
    goes over its bridges (`filtered`), also its rules.
    """
    question = Question(answers.ping(address), line.jail.jid)
    table = Question(answers.table(address), line.jail.jid)
    names = [each.name for each in (line.outer, *line.out) if each is not None]
    around = [Question(answers.counters(name)) for name in names]
    if line.bridge is not None:
        around.append(Question(("ifconfig", line.bridge.name, "addr")))
    around = ([Question(RULES_OF_PF)] if filtered else []) + around
    host = Question(answers.table(address))
    replies = ask((*around, question, table, host, *around))
    before, after = replies[: len(around)], replies[len(around) + 3 :]
    answer, entries, host_entries = replies[len(around) :][:3]
    counters = zip(names, before[filtered:], after[filtered:], strict=False)
    return Pinged(
        question,
        answer,
        table,
        entries,
        answers.neighbour(entries, address),
        answers.neighbour(host_entries, address),
        (before[-1], after[-1]) if line.bridge is not None else (NOT_ASKED, NOT_ASKED),
        tuple((name, traffic(earlier.text), traffic(later.text)) for name, earlier, later in counters),
        (before[0], after[0]) if filtered else (NOT_ASKED, NOT_ASKED),
    )


def judged(
    line: PathLine, ping: Pinged, ask: Ask, findings: Sequence[Finding], values: dict[str, str]
) -> tuple[PathFault | None, str]:
    """The fault that keeps the gateway from answering; without one, why it is unknown."""
    text = ping.answer.text
    address = ping.question.argv[-1]
    if "Permission denied" in text:
        why = f"A firewall in {line.jail.name} drops what it sends: {answers.summary(ping.answer)}."
        return PathFault.of("gateway", "pf-inside-block", line.jail, why, ping.evidence), ""
    if not answers.silent(ping.answer):
        return None, f"{address} could not be pinged: {answers.summary(ping.answer)}"
    if line.inner is not None and is_tunnel(line.inner):
        return None, f"{address} does not answer through the tunnel {line.inner.name}; some peers never answer ping"
    if ping.entry is None and ping.entries.rc != 0:
        return None, f"{address} does not answer, and {ping.asked.line} shows nothing: {ping.entries.last}"
    if ping.entry is not None and ping.entry.mac and not ping.entry.fixed:
        fault = _filtered(line, ping, ask, values)
        return fault, f"{address} has a MAC, but does not answer ping; some gateways never do"
    if ":" in address:
        return _nobody6(line, ping), ""
    return _nobody(line, ping, ask, findings), ""


def off(fault: PathFault, jail: Jail, address: str) -> PathFault:
    """The fault that no machine has an address, where that is the target and no gateway."""
    if fault.verdict not in ("gateway-nobody", "uplink-dead", "vlan-wrong-tag", "ipv6-gateway-nobody"):
        return fault
    text = f"{address}, on a network of {jail.name}, does not answer: it is off, or has another address."
    return PathFault.of("target", "target-silent", jail, text, fault.finding.evidence)


def wrong_entry(line: PathLine, ping: Pinged) -> PathFault | None:
    """The fault that the jail has a permanent entry for the gateway, whose MAC is nowhere on its bridge."""
    mine, address = ping.entry, ping.question.argv[-1]
    if mine is None or not mine.fixed or not mine.mac or line.bridge is None or ping.tables[1].rc != 0:
        return None
    present = {mac for mac, _ in neighbours.learned(ping.tables[1].text)}
    present |= {mac for each in line.state.interfaces for mac in (each.mac, each.ether) if mac}
    if mine.mac in present:
        return None
    command = "ndp" if ":" in address else "arp"
    evidence = [
        Evidence(ping.asked.line, f"{address} at {mine.mac} permanent"),
        Evidence(f"ifconfig {line.bridge.name} addr", f"no {mine.mac}"),
    ]
    true = ping.host_entry.mac if ping.host_entry is not None else None
    if true and true != mine.mac:
        evidence.append(Evidence(f"{command} -an", f"{address} at {true}"))
    text = f"{line.jail.name} has a permanent entry for {address}, and its MAC {mine.mac} is nowhere on the bridge."
    return PathFault.of(
        "gateway", "static-arp-wrong", line.jail, text, evidence, [deleting(line, command, address, mine.mac)]
    )


def deleting(line: PathLine, command: str, address: str, mac: str) -> Remedy:
    """The remedy that deletes an entry in the jail, which has no tool with -j."""
    words = ("jexec", str(line.jail.jid), command)
    step = Step((*words, "-d", address), "ARP or NDP finds it anew", undo=(*words, "-s", address, mac))
    return Remedy.of(f"Delete the entry of {address}", (step,), undo=shell_line(step.undo or ()))


def _filtered(line: PathLine, ping: Pinged, ask: Ask, values: dict[str, str]) -> PathFault | None:
    """Rows 14 and 15: whether the host's pf drops what the jail sends."""
    member, bridge = (values.get(name, "") for name in answers.PFIL)
    before, after = (dict(BLOCKED.findall(reply.text)) for reply in ping.rules)
    grown = next((rule for rule in after if int(after[rule]) > int(before.get(rule, 0))), None)
    if grown is None:
        return None
    (state,) = ask((Question(STATE_OF_PF),))
    if not state.text.startswith("Status: Enabled"):
        return None
    returns = grown.startswith("block return")
    word = "pf-block-return" if returns else f"pf-block-member{member}-bridge{bridge}"
    text = f"pf on the host drops what {line.jail.name} sends: the bridge hands it to pf."
    evidence = [
        *ping.evidence[:2],
        Evidence("pfctl -sr -v", f"{grown}: packets {before.get(grown, 0)}, then {after[grown]}"),
        Evidence(f"sysctl {' '.join(answers.PFIL)}", f"{member}, {bridge}"),
    ]
    return PathFault.of("gateway", word, line.jail, text, evidence)


def _nobody(line: PathLine, ping: Pinged, ask: Ask, findings: Sequence[Finding]) -> PathFault:
    """Row 16: no machine that the jail reaches has the gateway's address."""
    jail, address = line.jail, ping.question.argv[-1]
    vlan = next((member for member in line.out if member.kind == "vlan"), None)
    near = next((each.address for _, each in line.near("inet")), "")
    if vlan is not None and not near:
        return _wrong_tag(line, ping, vlan.name, vlan.tag)
    near_question = Question(answers.ping(near or address), jail.jid if near else None)
    host_question = Question(answers.ping(address))
    near_answer, host_answer = ask((near_question, host_question))
    near_evidence = Evidence(near_question.line, answers.summary(near_answer))
    host_evidence = Evidence(host_question.line, answers.summary(host_answer))
    remedies = [*cures(findings, ("DRIFT-GATEWAY",), jail.key)]
    if jail.configured is not None:
        remedies.append(Remedy.of(f"Set the gateway of {jail.name}", form=("network", jail.name, "gateway")))
    if near and answers.answered(near_answer):
        text = f"No machine answers at {address}, though {near} of the host does: the gateway is wrong, or off."
        evidence = (*ping.evidence[:2], near_evidence, host_evidence)
        return PathFault.of("gateway", "gateway-nobody", jail, text, evidence, remedies)
    if answers.answered(host_answer):
        text = f"{address} answers the host, but not {jail.name}: what it sends is lost on the host."
        return PathFault.of("gateway", "lost-on-the-host", jail, text, (*ping.evidence, host_evidence))
    text = f"{address} does not answer the host, either: the path beyond this host is broken."
    return PathFault.of("gateway", "uplink-dead", jail, text, (*ping.evidence, host_evidence))


def _wrong_tag(line: PathLine, ping: Pinged, name: str, tag: int | None) -> PathFault:
    """What the VLAN sends is not answered: the switch's port has another tag, or none."""
    address = ping.question.argv[-1]
    evidence = ping.evidence
    peer = next((each for each in line.holders(address) if each.jid is not None), None)
    if peer is not None and peer.kind != "vlan":
        evidence = (
            *evidence,
            Evidence(shell_line(("jexec", str(peer.jid), "ifconfig", peer.name)), f"{address}, no VLAN"),
        )
        text = f"{address} is on {peer.name} without a tag, and {name} sends with tag {tag}."
        return PathFault.of("gateway", "vlan-peer-untagged", line.jail, text, evidence)
    reason = "the gateway is off, or the other side uses another tag, or none"
    if peer is not None:
        reason = f"the other side uses tag {peer.tag}"
    text = f"{name} sends with tag {tag}, and nothing comes back: {reason}."
    parent = next((member.parent for member in line.out if member.name == name), None)
    switch = Remedy.of(f"Have the other side of {parent} use tag {tag}", why="on the switch or the router, by hand")
    remedies = [switch]
    if line.jail.configured is not None:
        remedies.append(
            Remedy.of(f"Put {line.jail.name} into another VLAN", form=("network", line.jail.name, "bridge"))
        )
    return PathFault.of("gateway", "vlan-wrong-tag", line.jail, text, evidence, remedies)


def _nobody6(line: PathLine, ping: Pinged) -> PathFault:
    """Row 24. On a member of the bridge an IPv6 address of the host can't be found by jails."""
    address = ping.question.argv[-1]
    holder = next((each for each in line.holders(address) if each.jid is None), None)
    if holder is not None and holder in line.out:
        text = f"{address} is the host's, on {holder.name}, a member of {line.bridge.name if line.bridge else ''}: "
        text += "jails can't find it there; on the bridge they can."
        evidence = (*ping.evidence, Evidence(f"ifconfig {holder.name}", f"inet6 {address}"))
        return PathFault.of("gateway", "ipv6-ok-to-host", line.jail, text, evidence)
    text = f"No machine answers at {address}: the IPv6 gateway is wrong, or off."
    form = Remedy.of(f"Set the IPv6 gateway of {line.jail.name}", form=("network", line.jail.name, "gateway6"))
    return PathFault.of("gateway", "ipv6-gateway-nobody", line.jail, text, ping.evidence, [form])
