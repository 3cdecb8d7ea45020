"""Hosts made of values: states that never existed on any machine, and a `Backend` over them."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from jailtui.config.view import Configured
from jailtui.exchange import HostError, PlanMark, Refusal, Result, Step, Task, Verb
from jailtui.host.steprun import KeptStep
from jailtui.jailconf import HostConfig
from jailtui.model.commands import By
from jailtui.model.state import (
    Address,
    Bridge,
    End,
    Epair,
    Hop,
    HostFacts,
    HostState,
    Interface,
    Jail,
    JailState,
    Vlan,
    Where,
)
from jailtui.plans.cuts import with_cuts
from jailtui.plans.guard import Armed, Guard, WaysBack
from jailtui.plans.plan import Plan
from jailtui.plans.run import Outcome, RunEvent, run_plan
from jailtui.plans.verdict import Verdict, verdicts
from jailtui.rules.finding import Finding, Kind, Severity, Subject
from jailtui.snapshot import Snapshot


def vnet_jail(
    name: str, jid: int | None, number: int, bridge: str = "bridge0", address: str = "", vlan: str = "", **other: object
) -> Jail:
    """A VNET jail with one pair, running when it has a jid."""
    address = address or f"192.168.1.{number % 250}"
    pair = f"epair{number}"
    nic = (Hop("nic", "em0"), *((Hop("vlan", vlan),) if vlan else ()))
    jail = Jail(
        key=name,
        name=name,
        jid=jid,
        state=JailState.STOPPED if jid is None else JailState.RUNNING,
        vnet=True,
        path=f"/jails/{name}",
        addresses=() if jid is None else (Address(address, 24),),
        interfaces=(Interface(f"{pair}b", "epair", jid=jid, up=True, mtu=1500),) if jid is not None else (),
        epairs=(pair,),
        bridges=(bridge,),
        vlans=(vlan,) if vlan else (),
        configured=Configured("/etc/jail.conf", (("vnet", ()),), True, addresses=(f"{address}/24",)),
        chains=(
            ((*nic, Hop("bridge", bridge), Hop("epair-a", f"{pair}a"), Hop("epair-b", f"{pair}b"), Hop("jail", name)),)
            if jid is not None
            else ()
        ),
    )
    return jail._replace(**other)  # type: ignore[arg-type]


def used_pair(number: int, jail: str, jid: int, bridge: str = "bridge0") -> Epair:
    """A pair whose end b is in its jail."""
    name = f"epair{number}"
    return Epair(
        name,
        name,
        End(f"{name}a", Where.HOST, bridge=bridge, up=True, mtu=1500, ether=f"02:00:00:00:{number % 256:02x}:0a"),
        End(f"{name}b", Where.JAIL, jail=jail, jid=jid, up=True, mtu=1500, ether=f"02:00:00:00:{number % 256:02x}:0b"),
        paired_by="mac",
        orphan=False,
        why=f"end b is in {jail}",
        owner=jail,
    )


def left_pair(number: int, owner: str | None, bridge: str | None, why: str) -> Epair:
    """An orphan with both ends on the host."""
    name = f"epair{number}"
    return Epair(
        name,
        name,
        End(f"{name}a", Where.HOST, bridge=bridge, up=True, ether=f"02:00:00:00:{number % 256:02x}:0a"),
        End(f"{name}b", Where.HOST, ether=f"02:00:00:00:{number % 256:02x}:0b"),
        paired_by="name",
        orphan=True,
        why=why,
        owner=owner,
    )


def home() -> HostState:
    """The network of SCREENS.md: ten jails, three orphans, one of them held by a dying jail."""
    running = (
        vnet_jail("web", 4, 154),
        vnet_jail("db", 5, 155),
        vnet_jail("dns", 6, 2, "br10", "192.168.10.2", "em0.10"),
        vnet_jail("proxy", 7, 3, "br20", "192.168.20.2", "em0.20"),
        vnet_jail("vpn", 8, 4, "br30", "192.168.30.2", "em0.30"),
        vnet_jail("lease", 9, 5, dhcp=True, address="192.168.1.87"),
    )
    legacy = Jail(
        "legacy", "legacy", 10, JailState.RUNNING, False, "/jails/legacy", addresses=(Address("192.168.1.60"),)
    )
    lost = (Hop("bridge", "bridge0"), Hop("epair-a", "epair7a"), Hop("epair-b", "", False, "lost with jail 3"))
    old = Jail(
        "old#3",
        "old",
        3,
        JailState.DYING,
        True,
        "/jails/old",
        interfaces=None,
        epairs=("epair7",),
        bridges=("bridge0",),
        chains=(lost,),
    )
    broken = vnet_jail("broken", None, 161)._replace(state=JailState.FAILED)
    held = Epair(
        "epair7",
        "epair7",
        End("epair7a", Where.HOST, bridge="bridge0", up=True),
        End(None, Where.LOST, jail="old", jid=3),
        paired_by="none",
        orphan=True,
        why="end b went down with jail 3, which is dying",
        owner="old",
    )
    pairs = tuple(used_pair(int(jail.epairs[0][5:]), jail.name, jail.jid or 0, jail.bridges[0]) for jail in running)
    bridges = (
        Bridge(
            "bridge0",
            ("em0", "epair154a", "epair155a", "epair5a", "epair7a"),
            (Address("192.168.1.10", 24),),
            True,
            1500,
            ("em0",),
            persistent=True,
        ),
        Bridge("br10", ("em0.10", "epair2a"), up=True, mtu=1500, vlans=("em0.10",), jails=("dns",), persistent=True),
        Bridge("br20", ("em0.20", "epair3a"), up=True, mtu=1500, vlans=("em0.20",), jails=("proxy",), persistent=True),
        Bridge(
            "br30",
            ("em0.30", "epair4a"),
            up=True,
            mtu=1500,
            vlans=("em0.30",),
            jails=("vpn",),
            persistent=False,
        ),
    )
    vlans = tuple(
        Vlan(f"em0.{tag}", tag, "em0", f"br{tag}", (jail,), up=True, mtu=1500, persistent=True)
        for tag, jail in ((10, "dns"), (20, "proxy"), (30, "vpn"))
    )
    interfaces = (
        Interface("em0", "ether", up=True, mtu=1500, status="active"),
        Interface("bridge0", "bridge", up=True, mtu=1500),
        Interface("epair154a", "epair", up=True, mtu=1500),
        *(Interface(f"em0.{tag}", "vlan", up=True, mtu=1500, tag=tag, parent="em0") for tag in (10, 20, 30)),
    )
    return HostState(
        HostFacts("nas", "nas.home.arpa", "15.1-RELEASE", "root", 0),
        (*running, vnet_jail("mail", None, 160), old, legacy, broken),
        (
            *pairs,
            held,
            left_pair(161, "broken", "bridge0", "broken does not run; its start failed"),
            left_pair(9, None, None, "no jail mentions it"),
        ),
        bridges,
        vlans,
        interfaces,
    )


def odd(kind: Kind, key: str, severity: Severity, text: str) -> Finding:
    """A finding of a rule that there is not."""
    return Finding("ODD", severity, Subject(kind, key, key.partition("#")[0]), text)


AT_HOME = (
    odd("jail", "old#3", "error", "Dying since its removal: epair7b is held with it."),
    odd("jail", "broken", "error", "It does not run, but its pair epair161 still stands."),
    odd("jail", "db", "warning", "192.168.1.155 is also the address of mail."),
    odd("bridge", "br30", "warning", "br30 is not in rc.conf: gone after a boot."),
)
"""What is wrong with the network of `home`."""


def many(count: int) -> HostState:
    """A host of that many running VNET jails."""
    jails = tuple(vnet_jail(f"jail{number}", number, number) for number in range(1, count + 1))
    return HostState(
        HostFacts("big", "big", "15.1-RELEASE", "root", 0),
        jails,
        tuple(used_pair(jail.jid or 0, jail.name, jail.jid or 0) for jail in jails),
        (Bridge("bridge0", tuple(f"{jail.epairs[0]}a" for jail in jails), up=True, mtu=1500),),
    )


def with_jail(host: HostState, key: str, /, **changes: object) -> HostState:
    """`host` with fields of one jail changed."""
    jails = tuple(one._replace(**changes) if one.key == key else one for one in host.jails)  # type: ignore[arg-type]
    return host._replace(jails=jails)


class ValueSnapshot(Snapshot):
    """A state without files, in which `judge` finds what is wrong."""

    def __init__(self, state: HostState, judge: Callable[[HostState], tuple[Finding, ...]] = lambda _: ()) -> None:
        super().__init__(state, HostConfig((), {}, ()))
        self._judge = judge

    @cached_property
    def findings(self) -> tuple[Finding, ...]:
        return self._judge(self.state)


def no_ways() -> WaysBack:
    raise HostError("This host has no ways back.")


@dataclass
class ValueHost:
    """A whole host as a value: reads give `state`, plans are made of it, runs change it by `effects`.

    Its rules find what is in `found`, as far as its subject is still there.

    `failing` makes reads raise. `hold` (an event) stops reads, `hold_run` the first step of every task, until set.
    A task whose key is in `leaves` ends well and changes nothing: what `service jail start` does on failure.
    """

    state: HostState
    name: str = "nas"
    read_only: str | None = None
    audit: None = None
    failing: HostError | None = None
    leaves: frozenset[str] = frozenset()
    fails: frozenset[str] = frozenset()
    hold: threading.Event | None = None
    hold_run: threading.Event | None = None
    reads: int = 0
    ran: list[tuple[str, ...]] = field(default_factory=list)
    reading: threading.Event = field(default_factory=threading.Event)
    output: str = "epair154a\n"
    found: tuple[Finding, ...] = AT_HOME
    offers: tuple[Task, ...] = ()
    guard: Guard = field(default_factory=lambda: Guard(no_ways, 60, elsewhere=False))
    longest_step: tuple[str, tuple[str, ...]] | None = None
    in_view: tuple[int, ...] = ()
    stopped: list[str] = field(default_factory=list)
    kept: tuple[KeptStep, ...] = ()
    left: bool = False
    on_cut: Callable[[bool], None] = lambda cut: None

    @property
    def armed(self) -> Armed | None:
        return self.guard.armed

    def steps(self) -> tuple[KeptStep, ...]:
        return self.kept

    def leave_steps(self) -> None:
        self.left = True

    def watch_line(self, on_cut: Callable[[bool], None], *, watched: bool = False) -> None:
        self.on_cut = on_cut

    def stop_step(self, identity: str) -> str:
        self.stopped.append(identity)
        return ""

    reads_load: bool = False
    asked_at: float = float("-inf")

    def glance(self) -> Snapshot:
        return self.read()

    def jails_changed(self, state: HostState) -> bool:
        return True

    def listen(self, stopped: threading.Event, listening: Callable[[], None], stir: Callable[[], None]) -> None:
        raise HostError("A value announces nothing.")

    def read(self) -> Snapshot:
        self.reads += 1
        self.reading.set()
        state = self.state
        if self.hold is not None:
            self.hold.wait(10)
        if self.failing is not None:
            raise self.failing
        return ValueSnapshot(state, self.findings)

    def findings(self, state: HostState) -> tuple[Finding, ...]:
        rows = {
            *(("jail", jail.key) for jail in state.jails),
            *(("epair", pair.key) for pair in state.epairs),
            *(("bridge", bridge.name) for bridge in state.bridges),
        }
        return tuple(finding for finding in self.found if (finding.subject.kind, finding.subject.key) in rows)

    def examine(self) -> Snapshot:
        return self.read()

    def _remedies(self, state: HostState, keys: Sequence[str]) -> Plan:
        made = [one.task for finding in self.findings(state) for one in finding.remedies if one.task.steps]
        left = (Refusal(key, key.split("\n")[0], "it is gone") for key in keys if key not in {one.key for one in made})
        return Plan(Verb.REMEDY, self.name, tuple(one for one in made if one.key in keys), tuple(left))

    def plan(self, verb: Verb, snapshot: Snapshot, keys: Sequence[str], by: By = "manager") -> Plan:
        state = snapshot.state
        if verb is Verb.REMEDY:
            return self._remedies(state, keys)
        offers = tuple(one for one in self.offers if one.key not in keys) if verb is Verb.START else ()
        tasks = [one for one in self.offers if one.key in keys]
        refused: list[Refusal] = []
        for key in keys:
            jail = state.jail(key)
            pairs = [pair for pair in state.epairs if pair.key == key or (jail is not None and pair.owner == jail.name)]
            if verb is Verb.RECLAIM:
                tasks += [reclaim(pair.key, pair.a.bridge, f"{pair.name}a") for pair in pairs]
            elif jail is not None and verb is Verb.START and jail.running:
                refused.append(Refusal(key, jail.name, "already running"))
            elif jail is not None:
                tasks.append(jail_task(verb, jail))
        return with_cuts(Plan(verb, self.name, tuple(tasks), tuple(refused), offers=offers), state)

    def taken_back(self, plan: Plan) -> Plan:
        return plan

    def note_refusal(self, mark: PlanMark, reasons: Sequence[str]) -> str:
        return ""

    def run(
        self, plan: Plan, report: Callable[[RunEvent], None], cancelled: Callable[[], bool]
    ) -> Mapping[str, Outcome]:
        def execute(step: Step, out: Callable[[str], None]) -> Result:
            if self.hold_run is not None:
                self.hold_run.wait(10)
            self.ran.append(step.argv)
            out(self.output)
            return Result(step.argv, 1 if step.argv[-1] in self.fails else 0, self.output)

        def heard(event: RunEvent) -> None:
            if event.kind == "task-ended" and event.text == "done" and event.key not in self.leaves:
                verb = next(plan.verb_of(task) for task in plan.tasks if task.key == event.key)
                self.state = effect(self.state, verb, event.key)
            report(event)

        return run_plan(plan, execute, heard, cancelled, at_once=1)

    def verdict(
        self, plan: Plan, outcomes: Mapping[str, Outcome], before: Snapshot, after: Snapshot
    ) -> tuple[Verdict, ...]:
        return verdicts(plan, outcomes, before.state, after.state)


def jail_task(verb: Verb, jail: Jail) -> Task:
    stop = Step(("jail", "-f", "/etc/jail.conf", "-r", jail.name), why="runs its stop hooks")
    start = Step(("jail", "-f", "/etc/jail.conf", "-c", jail.name), why="creates it and its pair")
    steps = {Verb.START: (start,), Verb.STOP: (stop,), Verb.RESTART: (stop, start)}[verb]
    breaks = "" if verb is Verb.START else f"what runs in {jail.name}"
    return Task(
        jail.key, jail.name, steps, why=f"asked for {jail.name}", breaks=breaks, undo=f"the opposite for {jail.name}"
    )


def reclaim(key: str, bridge: str | None, end: str) -> Task:
    out = (Step(("ifconfig", bridge, "deletem", end), why=f"out of {bridge}"),) if bridge else ()
    return Task(
        key,
        key,
        (*out, Step(("ifconfig", end, "destroy"), why="destroys both ends")),
        why="an orphan",
        breaks="nothing",
    )


def effect(state: HostState, verb: Verb, key: str) -> HostState:
    """What a verb does to that key; a remedy always takes away the pair that it is about."""
    if verb is Verb.REMEDY:
        key = key.rpartition("\n")[2]
    if verb in (Verb.RECLAIM, Verb.REMEDY):
        return state._replace(epairs=tuple(pair for pair in state.epairs if pair.key != key))
    if verb is Verb.STOP:
        return with_jail(state, key, jid=None, state=JailState.STOPPED, chains=(), addresses=())
    jid = max(jail.jid or 0 for jail in state.jails) + 1
    return with_jail(state, key, jid=jid, state=JailState.RUNNING)
