"""The path beyond the gateway: forwarding on the host, names, and the target; rows 20 to 22 and 25 of NOTES-2 b."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from jailtui.exchange import Argv, Step
from jailtui.formats import resolv
from jailtui.formats.traffic import count
from jailtui.model.tables import RESOLV_CONF
from jailtui.net import is_ip
from jailtui.pathcheck import answers
from jailtui.pathcheck.hops import LONGEST, Ask, PathFault, Question, Reply
from jailtui.pathcheck.line import covers
from jailtui.rules.finding import Evidence, Remedy

if TYPE_CHECKING:
    from jailtui.pathcheck.line import PathLine

NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,252}")
PORT = re.compile(r"(?:\[([^\]]+)\]|([^:]+)):([0-9]{1,5})")
MOST_PORT = 65535
CONNECT_FAILED = re.compile(r"^nc: connect to .* failed: ", re.MULTILINE)
NO_TARGET = "{} is not a target: give an address or a name, with :PORT for a TCP port."
NOT_FOUND = 2
"""getent(1) has this exit status where it finds no such name."""
NO_RESOLV = re.compile(r"^cat: /etc/resolv\.conf: No such file or directory", re.MULTILINE)
STATISTICS = {"inet": ("netstat", "-s", "-p", "ip"), "inet6": ("netstat", "-s", "-p", "ip6")}
PROBLEMS = {
    "dns-no-resolv": "it has no /etc/resolv.conf",
    "dns-garbage": "its /etc/resolv.conf has no name server's address",
    "dns-refused": "its name server, which is on its own network, refuses",
    "dns-no-route": "it has no route to its name server",
    "dns-not-in-net": "its name server, beyond the gateway, refuses or does not know the name",
    "dns-nobody": "its name server does not answer",
}


class PathTarget(NamedTuple):
    """The target of a check: an address or a name, with or without a port."""

    text: str
    host: str
    port: int | None = None

    @classmethod
    def parsed(cls, text: str) -> PathTarget | None:
        """The target in what an operator typed; None if there is none in it."""
        match = None if is_ip(text) else PORT.fullmatch(text)
        host, port = (match[1] or match[2], int(match[3])) if match else (text, None)
        address = "/" not in host and is_ip(host)
        if not (address or NAME.fullmatch(host)) or not (port is None or 0 < port <= MOST_PORT):
            return None
        return cls(text, host, port)

    @property
    def named(self) -> bool:
        return not is_ip(self.host)


def forwarding(line: PathLine, gateway: str, values: dict[str, str]) -> Iterator[PathFault]:
    """Row 20, without a packet: whether the host, where it is the gateway, forwards at all."""
    family = "inet6" if ":" in gateway else "inet"
    variable = answers.FORWARDING[family]
    if values.get(variable) != "0":
        return
    step = Step(("sysctl", f"{variable}=1"), "forward", undo=("sysctl", f"{variable}=0"))
    remedy = Remedy.of("Turn on forwarding until the next boot", (step,), undo=" ".join(step.undo or ()))
    text = f"The host is the gateway, {gateway}, but does not forward packets."
    yield PathFault.of(
        "routing", "routed-forwarding0", line.jail, text, [Evidence(f"sysctl {variable}", "0")], [remedy]
    )


def reaching(target: PathTarget, address: str) -> Argv:
    """The one packet that is sent to the target: to its port if there is one."""
    return ("nc", "-zv", "-w", "2", address, str(target.port)) if target.port else answers.ping(address)


def reached(question: Question, answer: Reply) -> bool:
    return answer.rc == 0 if question.argv[0] == "nc" else answers.answered(answer)


def unanswered(question: Question, answer: Reply) -> bool:
    """Whether the packet was sent and not answered, or refused. A program that the jail lacks shows neither."""
    if question.argv[0] == "nc":
        return not answer.late and CONNECT_FAILED.search(answer.text) is not None
    return answers.silent(answer)


def beyond(
    line: PathLine, target: PathTarget, address: str, ask: Ask, *, routed: bool
) -> tuple[PathFault | None, Reply, Question]:
    """Row 21 and the target: the fault, if it did not answer, with the answer; without either it is unknown."""
    question = Question(reaching(target, address), line.jail.jid)
    statistics = Question(STATISTICS["inet6" if ":" in address else "inet"])
    around = (statistics,) if routed else ()
    replies = ask((*around, question, *around))
    answer = replies[len(around)]
    if not unanswered(question, answer):
        return None, answer, question
    evidence = [Evidence(question.line, answers.summary(answer))]
    where = f"{address} port {target.port}" if target.port else address
    good = "the path to it is good as far as the gateway"
    if "Connection refused" in answer.text:
        verdict = "target-refused"
        text = f"{where} refuses the connection, or a firewall before it does; {good}."
    elif routed and (fact := forwarded(statistics, replies[0], replies[-1])):
        evidence.append(fact)
        verdict = "routed-forwarding1"
        text = f"The host forwards to {address}, but no answer comes back: NAT or a route back is missing."
    else:
        verdict, text = "target-silent", f"{where} does not answer; {good}."
    return PathFault.of("target", verdict, line.jail, text, evidence), answer, question


def forwarded(statistics: Question, before: Reply, after: Reply) -> Evidence | None:
    """The fact that the host forwarded packets between two answers; None if it did not, or did not say."""
    first, last = (count(reply.text, "packets forwarded") for reply in (before, after))
    if first is None or last is None or last <= first:
        return None
    return Evidence(statistics.line, f"packets forwarded: {first}, then {last}")


class LookUp(NamedTuple):
    """The result of a look-up: an address, or the fault that prevents one; neither if that is unknown."""

    address: str
    fault: PathFault | None
    evidence: tuple[Evidence, ...]


def looked_up(line: PathLine, target: PathTarget, ask: Ask, *, has_route: bool) -> LookUp:
    """Row 22: the address of a name, or why the jail can't look it up."""
    question = Question(("getent", "hosts", target.host), line.jail.jid)
    conf = Question(RESOLV_CONF, line.jail.jid)
    answer, file = ask((question, conf))
    address = answer.text.split(None, 1)[0] if answer.text.split() else ""
    if answer.rc == 0 and is_ip(address):
        return LookUp(address, None, (Evidence(question.line, address),))
    content = file.last if file.rc != 0 else "; ".join(file.text.split("\n")[:3]).strip("; ")[:LONGEST] or "empty"
    evidence = (Evidence(question.line, answer.last), Evidence(conf.line, content))
    word = resolver(line, file, has_route=has_route, late=answer.late)
    if not word or not (answer.late or answer.rc == NOT_FOUND):
        return LookUp("", None, evidence)
    text = f"{line.jail.name} can't look up {target.host}: {PROBLEMS[word]}."
    return LookUp("", PathFault.of("name", word, line.jail, text, evidence), evidence)


def resolver(line: PathLine, file: Reply, *, has_route: bool, late: bool) -> str:
    """The verdict on failed look-ups, by /etc/resolv.conf and whether the answer was late; "" if it was not read."""
    if file.rc != 0:
        return "dns-no-resolv" if not file.late and NO_RESOLV.search(file.text) else ""
    servers = resolv.name_servers(file.text)
    if not servers:
        return "dns-garbage"
    if late:
        return "dns-nobody"
    own = (*line.own("inet"), *line.own("inet6"))
    if any(covers(each, servers[0]) for each in own):
        return "dns-refused"
    return "dns-not-in-net" if has_route else "dns-no-route"
