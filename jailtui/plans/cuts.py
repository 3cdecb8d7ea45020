"""What in a plan may cut the ssh session by which the operator came in. The one judge of that, for every plan."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from jailtui.exchange import Refusal
from jailtui.model.commands import starts, stops
from jailtui.net import plain_ip
from jailtui.rules.members import loses_link

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from jailtui.exchange import Argv, Step
    from jailtui.model.sessions import SshSession
    from jailtui.model.state import HostState, Jail
    from jailtui.plans.plan import Plan

HARMLESS = ("up", "description", "descr", "-description", "-descr")
"""Words of ifconfig that cut nothing."""
CARRYING = ("ether", "vlan", "bridge", "lagg", "wg", "tun", "tap", "other")
"""The kinds of interfaces that may carry a session while it is not known which do."""
CHANGES = ("address", "mtu", "mac", "name")
"""The effects of hooks that change an interface of the host."""
ADDRESSES = ("ip4.addr", "ip6.addr")
MEMBERSHIP = ("addm", "deletem")
NAMED = 3
"""Clients that a sentence names."""
WAY = "\0"
"""Where a sentence names the sessions."""


def with_cuts(plan: Plan, state: HostState) -> Plan:
    """The plan with what in it may cut the session, and the host's own name, which the operator then types."""
    judge = Judge(state)
    plan = without_drops(plan, state)
    steps = [step for task in plan.tasks for step in task.steps if not step.rescues]
    reasons = tuple(dict.fromkeys(reason for step in steps for reason in judge.reasons(step)))
    return plan._replace(cuts=reasons, hostname=state.facts.hostname or state.facts.name)


def without_drops(plan: Plan, state: HostState) -> Plan:
    """The plan without tasks that drop a connection of sshd, or one that may be: those are refused."""
    reasons = {task.key: why for task in plan.tasks for step in task.steps if (why := why_kept(step.argv, state))}
    refused = (Refusal(task.key, task.subject, reasons[task.key]) for task in plan.tasks if task.key in reasons)
    tasks = tuple(task for task in plan.tasks if task.key not in reasons)
    return plan._replace(tasks=tasks, refused=(*plan.refused, *refused)) if reasons else plan


def why_kept(argv: Argv, state: HostState) -> str:
    """Why a `tcpdrop` on the host must not run; "" for any other command."""
    if argv[:1] != ("tcpdrop",):
        return ""
    if state.way_in.unknown:
        return f"whether it drops your ssh session is not known: {state.way_in.unknown}"
    if len(argv) != len(("tcpdrop", "LADDR", "LPORT", "FADDR", "FPORT")) or not (argv[2] + argv[4]).isdecimal():
        return "it would drop every connection, ssh sessions too"
    ends = (argv[1], int(argv[2]), argv[3], int(argv[4]))
    return f"it would drop the ssh session from {argv[3]}" if state.way_in.has(ends) else ""


class Pairs(NamedTuple):
    """A bridge that carries a session by these NICs, which lose their link with its first or last pair."""

    bridge: str
    nics: tuple[str, ...]
    members: set[str]


class Judge:
    """Judges the steps of one plan, in their order. What is not known may cut."""

    def __init__(self, state: HostState) -> None:
        self._state = state
        self._host = {each.name: each for each in state.interfaces if each.jid is None}
        way_in = state.way_in
        self._unknown = way_in.unknown
        self._sessions = way_in.sessions
        self._interfaces, self._bridges, self._jails = way_in.interfaces, way_in.bridges, way_in.jails
        if way_in.unknown:
            self._interfaces = frozenset(each.name for each in self._host.values() if each.kind in CARRYING)
            self._bridges = frozenset(bridge.name for bridge in state.bridges)
            self._jails = frozenset(jail.name for jail in state.jails if jail.running)
        self._joined = {pairs.bridge: pairs for pairs in self._flapping()}
        self._running = {jail.name for jail in state.jails if jail.running}

    def _flapping(self) -> Iterator[Pairs]:
        release = self._state.facts.release.partition(".")[0]
        major = int(release) if release.isdecimal() else 0
        for bridge in self._state.bridges:
            nics = tuple(
                name
                for name in bridge.nics
                if name in self._interfaces and name in self._host and loses_link(self._host[name], major)
            )
            if nics and bridge.name in self._bridges:
                members = {name for name in bridge.members if name in self._host and self._host[name].kind == "epair"}
                yield Pairs(bridge.name, nics, members)

    def reasons(self, step: Step) -> Iterator[str]:
        """The reasons why the step may cut the session, as sentences."""
        if step.file is not None:
            return
        argv = step.argv
        stopped, started = self._stopped(argv), self._state.jail(starts(argv))
        if stopped is not None:
            yield from self._stop(stopped, set())
        if started is not None:
            yield from self._start(started, set())
        if stopped or started:
            return
        if argv[:1] == ("jail",) and "-m" in argv:
            yield from self._modify(argv[argv.index("-m") + 1 :])
        else:
            yield from self._command(argv)

    def _stopped(self, argv: Argv) -> Jail | None:
        """The jail that the command stops or removes, by name or jid."""
        name = stops(argv) or (argv[-1] if argv[:1] == ("jail",) and argv[-2:-1] == ("-R",) else "")
        return next((jail for jail in self._state.jails if name and name in (jail.name, str(jail.jid))), None)

    # Jails.

    def _stop(self, jail: Jail, seen: set[str]) -> Iterator[str]:
        """The stop of a jail, and of those that depend on it."""
        if jail.name in seen or jail.name not in self._running:
            return
        seen.add(jail.name)
        self._running.discard(jail.name)
        for other in self._state.jails:
            if other.configured is not None and jail.name in other.configured.depend:
                yield from self._stop(other, seen)
        if jail.name in self._jails:
            yield self._sentence(f"This stops {jail.name}, through which {WAY} leads", "jails", jail.name)
        view = jail.configured.view if jail.configured is not None else None
        for removal in view.removals if view is not None else ():
            if removal.at_stop and removal.name in self._interfaces | self._bridges:
                yield self._carries(f"{removal.hook} of {jail.name} takes away {removal.name}", removal.name)
        if not jail.vnet and jail.configured is not None:
            yield from self._address(jail)
        yield from self._doubts(jail, "stop")
        for pair in self._state.epairs:
            if jail.name in (pair.owner, pair.a.jail, pair.b.jail):
                yield from self._leave({name for name in (pair.a.name, pair.b.name) if name})

    def _address(self, jail: Jail) -> Iterator[str]:
        """jail(8) takes the addresses of a jail without vnet from the host when it stops."""
        own = {plain_ip(address.address) for address in jail.addresses}
        params = dict(jail.configured.params) if jail.configured is not None else {}
        placed = "interface" in params or any("|" in value for key in ADDRESSES for value in params.get(key, ()))
        for session in self._sessions if placed else ():
            if plain_ip(session.address) in own:
                text = f"This stops {jail.name}, and jail(8) removes {session.address}"
                yield f"{text}, which {phrase([session])} uses."

    def _modify(self, words: Argv) -> Iterator[str]:
        """`jail -m PARAMETER...` changes the addresses of a running jail without vnet at once (FREEBSD.md 2.2)."""
        names = {word.partition("=")[2] for word in words if word.startswith(("jid=", "name="))}
        jail = next((jail for jail in self._state.jails if names & {jail.name, str(jail.jid)}), None)
        if jail is None or not any(word.partition("=")[0].rstrip("+") in ADDRESSES for word in words):
            return
        text = f"This changes the addresses of {jail.name}"
        if jail.name in self._jails:
            yield self._sentence(f"{text}, through which {WAY} leads", "jails", jail.name)
        own = {plain_ip(address.address) for address in jail.addresses}
        for session in self._sessions:
            used = next((end for end in (session.address, session.client) if plain_ip(end) in own), None)
            if used is not None:
                yield f"{text}, and {phrase([session])} uses {used}."

    def _start(self, jail: Jail, seen: set[str]) -> Iterator[str]:
        """The start of a jail, and of those that it depends on."""
        if jail.name in seen or jail.name in self._running or jail.configured is None:
            return
        seen.add(jail.name)
        self._running.add(jail.name)
        for name in jail.configured.depend:
            if (other := self._state.jail(name)) is not None:
                yield from self._start(other, seen)
        view = jail.configured.view
        for effect in view.effects:
            if effect.kind == "moved" and effect.value in self._interfaces | self._bridges:
                yield self._carries(f"The start of {jail.name} moves {effect.value} into it", effect.value)
            elif effect.kind in CHANGES and not effect.inside and effect.interface in self._interfaces | self._bridges:
                yield self._carries(f"{effect.hook} of {jail.name} changes {effect.interface}", effect.interface)
        yield from self._doubts(jail, "start")
        for link in view.links:
            if link.bridge and (end := link.host_end or link.pair):
                yield from self._join(link.bridge, end)

    def _doubts(self, jail: Jail, moment: str) -> Iterator[str]:
        """Hooks that were not understood and name what carries a session."""
        if jail.configured is None:
            return
        for name in filter(jail.configured.view.doubts, sorted(self._interfaces)):
            yield self._carries(f"A hook of {jail.name} that is not understood names {name} (at its {moment})", name)

    # Commands.

    def _command(self, argv: Argv) -> Iterator[str]:
        place, words = placed(argv)
        if place:
            jail = next((jail for jail in self._state.jails if place in (jail.name, str(jail.jid))), None)
            if jail is not None and jail.name in self._jails and words[:1] in (("ifconfig",), ("route",)):
                text = f"This changes the network of {jail.name}, through which {WAY} leads"
                yield self._sentence(text, "jails", jail.name)
        elif words[:1] == ("ifconfig",) and len(words) > 1:
            yield from self._ifconfig(words[1], words[2:])
        elif words[:1] == ("route",) and (self._sessions or self._unknown):
            yield self._sentence(f"This changes a route of the host, which {WAY} may take")
        elif words[:1] == ("service",) and words[1:2] in (("netif",), ("routing",)):
            yield from self._service(words)

    def _service(self, words: Argv) -> Iterator[str]:
        """`service netif restart [NAME...]`, which takes clones and the default route along."""
        names = [name for name in words[3:] if name in self._interfaces | self._bridges]
        for name in names:
            yield self._carries(f"This sets up {name} anew", name)
        if len(words) <= len(("service", "netif", "restart")) and (self._sessions or self._unknown):
            yield self._sentence(f"This sets up the whole network of the host anew, and with it {WAY}")

    def _ifconfig(self, name: str, words: Sequence[str]) -> Iterator[str]:
        if words[:1] and words[0] in MEMBERSHIP:
            for word, member in zip(words[::2], words[1::2], strict=False):
                yield from self._member(name, word, member)
            return
        if name in self._interfaces | self._bridges and (not words or words[0] not in HARMLESS):
            yield self._carries(f"This changes {name}", name)
        elif words[:1] == ("destroy",):
            pair = next((each for each in self._state.epairs if name in (each.a.name, each.b.name)), None)
            yield from self._leave({name} if pair is None else {end for end in (pair.a.name, pair.b.name) if end})

    def _member(self, bridge: str, word: str, member: str) -> Iterator[str]:
        """`addm MEMBER` or `deletem MEMBER` of a bridge."""
        verb = "adds {} to {}" if word == "addm" else "takes {} out of {}"
        kind = self._host[member].kind if member in self._host else "epair"
        if member in self._interfaces | self._bridges:
            yield self._carries(f"This {verb.format(member, bridge)}", member)
        elif bridge in self._bridges and kind != "epair":
            yield self._carries(f"This {verb.format(member, bridge)}", bridge)
        elif word == "addm":
            yield from self._join(bridge, member)
        else:
            yield from self._leave({member}, bridge)

    # The first and the last pair of a bridge.

    def _join(self, bridge: str, end: str) -> Iterator[str]:
        pairs = self._joined.get(bridge)
        if pairs is None or end in pairs.members:
            return
        if not pairs.members:
            yield self._flap(pairs, f"{end} is the first pair in {bridge}")
        pairs.members.add(end)

    def _leave(self, ends: set[str], bridge: str = "") -> Iterator[str]:
        for pairs in self._joined.values():
            if bridge in ("", pairs.bridge) and (left := pairs.members & ends):
                pairs.members.difference_update(left)
                if not pairs.members:
                    yield self._flap(pairs, f"{' and '.join(sorted(left))} is the last pair in {pairs.bridge}")

    def _flap(self, pairs: Pairs, text: str) -> str:
        nics = " and ".join(pairs.nics)
        return self._carries(f"{text}: {nics} then loses its link for about a second", pairs.nics[0], "and it")

    # Sentences.

    def _carries(self, text: str, name: str, which: str = "which") -> str:
        return self._sentence(f"{text}, {which} carries {WAY}", "carriers", name)

    def _sentence(self, text: str, part: str = "", name: str = "") -> str:
        """The text with the sessions in place of WAY: those that have the name among their carriers or jails."""
        if self._unknown:
            return f"{text.replace(WAY, 'perhaps your ssh session')}; that is not known: {self._unknown}."
        sessions = [session for session in self._sessions if not part or name in getattr(session, part)]
        return f"{text.replace(WAY, phrase(sessions))}."


def phrase(sessions: Sequence[SshSession]) -> str:
    """The sessions for a sentence: `your ssh session from 192.168.1.20`."""
    own = [session for session in sessions if session.own]
    if own:
        return f"your ssh session from {own[0].client}"
    clients = list(dict.fromkeys(session.client for session in sessions))
    more = [f"{len(clients) - NAMED} more"] if len(clients) > NAMED else []
    return f"the ssh session{'s' if len(sessions) > 1 else ''} from {' and '.join((*clients[:NAMED], *more))}"


def placed(argv: Argv) -> tuple[str, Argv]:
    """The jail in which a command of the network acts, "" for the host, and the command without that."""
    if argv[:1] == ("jexec",):
        rest = argv[2:] if argv[1:2] != ("-l",) else argv[3:]
        return argv[len(argv) - len(rest) - 1], rest
    if argv[1:2] == ("-j",) and len(argv) > len(("ifconfig", "-j", "JAIL")):
        return argv[2], (argv[0], *argv[3:])
    return "", argv
