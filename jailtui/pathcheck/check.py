"""The path check: asks hop by hop what is between a jail and the network, and says what is broken first.

Everything that is known without a packet is judged first, the host's interfaces before the jail's, since what breaks
there looks the same from inside. Packets are sent only if no earlier fault cuts the path. Verdicts follow from the
output of commands alone; what could not be asked is unknown.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from jailtui.model.tables import RESOLV_CONF
from jailtui.model.tunnels import is_tunnel, tunnels
from jailtui.pathcheck import answers, gateway, inside, outside, tunnel
from jailtui.pathcheck.beyond import PathTarget, forwarding
from jailtui.pathcheck.hops import NOT_ASKED, HopName, PathFault, PathReport, Question, Reply
from jailtui.pathcheck.line import line_of
from jailtui.pathcheck.record import SILENT, Checking
from jailtui.pathcheck.twins import twins
from jailtui.pathcheck.wording import TWINS_GOOD, bridge_text, inner_text, out_text, own_text, way_text
from jailtui.rules.finding import Evidence

if TYPE_CHECKING:
    from jailtui.pathcheck.answers import PathRoute
    from jailtui.pathcheck.line import PathLine


class PathCheck(Checking):
    """The whole check of one jail."""

    _tables: tuple[Reply, Reply] = (NOT_ASKED, NOT_ASKED)
    """The MACs behind the members of the bridge, before and after the ping to the gateway."""
    _direct = False
    """Whether the target is in a net of the jail's own, so that no gateway is needed."""

    def run(self) -> PathReport:
        if self.jail.jid is None or not self.jail.running:
            self._stopped()
        elif self.jail.vnet is False:
            from jailtui.pathcheck.shared import shared

            shared(self)
        else:
            self._vnet()
        if not self._declared:
            self.declare(SILENT)
        return self.report()

    def _stopped(self) -> None:
        """A jail that is not running: what needs neither a packet nor the jail."""
        from jailtui.pathcheck.stopped import stopped

        stopped(self)

    def _vnet(self) -> None:
        asked = self._routes()
        first, answer = self._read_before() or asked["default"]
        route = default = answers.route(answer)
        default_source = first.line
        if "far" in asked:
            read, far = self._read_tunnel(), answers.route(asked["far"][1])
            if read is not None:
                route = read
            elif far.interface:
                route = far
                first, answer = asked["far"]
        to_target = answers.route(asked["target"][1]) if "target" in asked else route
        self.line = line_of(self.state, self.jail, route.interface if to_target.refused else to_target.interface)
        self.family = self._family()
        if self.line.inner is not None and is_tunnel(self.line.inner):
            self.carried = tunnel.carrier(self, default, default_source)
        values = answers.variables(asked["variables"][1])
        if self.target is None and self.family == "inet" and self.line.own("inet6"):
            self.via6 = answers.route(asked["inet6"][1]).gateway
        self._direct = self._is_direct(to_target)
        self._static(first, answer, route, to_target)
        self._sizes_and_packets(route, to_target, values)

    def _read_before(self) -> tuple[Question, Reply] | None:
        """The default route by the reading, as of a collected file, in place of an answer."""
        if not self.unasked or self.jail.gateways is None:
            return None
        gateway = next((each for each in self.jail.gateways if (":" in each) is (self.family == "inet6")), "")
        own = self.line.inner.name if self.line.inner is not None else ""
        name = next(iter(self.jail.default_over or ()), own)
        text = f"    gateway: {gateway}\n  interface: {name}\n" if gateway else "route has not been found"
        return self.in_stack(("netstat", "-rnW")), Reply(0 if gateway else 1, text)

    def _read_tunnel(self) -> answers.PathRoute | None:
        """The halves of a default route through a tunnel by the reading, where nothing can be asked."""
        over = (self.jail.default_over or ())[1:] if self.unasked else ()
        return next((answers.PathRoute(each.name) for each in tunnels(self.jail) if each.name in over), None)

    def _routes(self) -> dict[str, tuple[Question, Reply]]:
        """The routes of the jail, and the variables of the host's kernel."""
        target = self.target
        questions = {
            "default": self.in_stack(answers.default_route(self.family)),
            "variables": Question(("sysctl", *answers.PFIL, *answers.FORWARDING.values())),
            "inet6": self.in_stack(answers.default_route("inet6")),
        }
        if target is not None and not target.named:
            questions["target"] = self.in_stack(answers.route_to(target.host))
        elif far := tunnel.far_route(self.jail, self.family):
            questions["far"] = self.in_stack(far)
        replies = self.ask(tuple(questions.values()))
        return {name: (questions[name], reply) for name, reply in zip(questions, replies, strict=True)}

    def _static(self, asked: Question, answer: Reply, route: PathRoute, to_target: PathRoute) -> None:
        """The hops that need no packet, in their order."""
        line, findings, via = self.line, self.findings, route.gateway
        if self.jail.interfaces is None:
            self.say("end in the jail", "unknown", f"the interfaces of {self.jail.name} could not be read")
        else:
            self.settle("end in the jail", list(outside.gone(line, findings)), inner_text(line))
        if self.carried is None:
            self._of_the_host(line, self._next(to_target, via))
        else:
            tunnel.settle(self, self.carried)
            if self.carried.line is not None:
                self._of_the_host(self.carried.line, self.carried.gateway)
        if line.inner is not None:
            faults = list(inside.settings(line, self.family, findings, via or route.interface))
            own = ", ".join(map(str, line.own(self.family)))
            self.settle("settings", faults, f"{line.inner.name} is up, {own}")
        leads = "an own net" if self._direct else via or route.interface
        faults = list(inside.route(line, self.family, findings, asked, answer, leads))
        if to_target.refused and self.target is not None:
            faults.append(self._refused(to_target))
        if line.inner is not None or faults:
            text = way_text(line.inner, route.interface or to_target.interface, via)
            if any(fault.verdict in WITHOUT_ROUTE for fault in self.faults):
                self.say("default route", "skipped", "not checked: without a valid address there is none")
            elif not (faults or route.interface or self._direct or answers.no_route(answer)):
                self.say("default route", "unknown", f"{asked.line}: {answer.last}")
            else:
                evidence = [Evidence(asked.line, f"interface: {route.interface}, gateway: {via}")] if via else ()
                self.settle("default route", faults, text, evidence)

    def _of_the_host(self, line: PathLine, via: str) -> None:
        """The host's end, the bridge and the way out of a cable; `via` is who comes next."""
        findings = self.findings
        if line.outer is None:
            if line.inner is not None and line.pair is None:
                self.say("end on the host", "ok", own_text(line.inner))
            elif self.jail.interfaces is not None and line.inner is not None:
                self.say("end on the host", "unknown", f"the other end of {line.inner.name} was not found")
            return
        self.settle("end on the host", list(outside.host_end(line, findings)), f"{line.outer.name} is up")
        self.settle("bridge", list(outside.bridge(line, findings)), bridge_text(line))
        if line.bridge is not None:
            self.settle("way out", list(outside.way_out(line, findings, via)), out_text(line))

    def _next(self, to_target: PathRoute, via: str) -> str:
        """The next hop: the target on a network of the jail, else the gateway."""
        if self.target is not None and self._direct:
            return self.target.host
        return to_target.gateway or via

    def _is_direct(self, to_target: PathRoute) -> bool:
        address = self.target is not None and not self.target.named
        return address and bool(to_target.interface) and not to_target.gateway and not to_target.refused

    def _refused(self, route: PathRoute) -> PathFault:
        assert self.target is not None
        question = self.in_stack(answers.route_to(self.target.host))
        text = f"A route of {self.jail.name} refuses packets to {self.target.host}."
        evidence = [Evidence(question.line, f"interface: {route.interface}, flags REJECT or BLACKHOLE")]
        return PathFault.of("default route", "routed-reject", self.jail, text, evidence)

    def _sizes_and_packets(self, route: PathRoute, to_target: PathRoute, values: dict[str, str]) -> None:
        """The packet size, then the hops that need a packet."""
        line, target = self.line, self.target
        next_hop = self._next(to_target, route.gateway)
        self.via = next_hop
        if self.unasked and not self.cut:
            self.settle("packet size", list(inside.packet_size(line)), "no smaller MTU on this host")
            self.say("gateway", "unknown", f"not asked: {self.unasked}")
            return
        if line.inner is None or self.cut or not (next_hop or to_target.interface):
            sizes = list(inside.packet_size(line))
            if sizes:
                self.settle("packet size", sizes, "")
            self._resolver_alone()
            self.skip("gateway", *self._last_hops())
            return
        self._announce(next_hop)
        if not next_hop:
            self.say("gateway", "skipped", f"{to_target.interface} has none")
            self._outer_gateway(values)
            if target is not None:
                self._target(target, "", routed=False, has_route=True)
        elif self._gateway(next_hop, values):
            self._after_gateway(next_hop, route, values)
        elif self.cut or target is None or self._direct:
            self.skip(*(name for name in self._last_hops() if name not in {hop.hop for hop in self.hops}))
        else:
            self._target(target, next_hop, routed=False, has_route=True)

    def _last_hops(self) -> tuple[HopName, ...]:
        """The hops of the target, if there is one."""
        if self.target is None:
            return ()
        return ("name", "target") if self.target.named else ("target",)

    def _resolver_alone(self) -> None:
        """The faults of /etc/resolv.conf where no look-up can be made."""
        from jailtui.pathcheck.beyond import PROBLEMS, resolver

        if self.target is None or not self.target.named or self.line.inner is None:
            return
        question = Question(RESOLV_CONF, self.jail.jid)
        (file,) = self.ask((question,))
        word = resolver(
            self.line, file, has_route=not any(each.hop == "default route" for each in self.faults), late=False
        )
        if file.rc is not None and word in ("dns-no-resolv", "dns-garbage", "dns-no-route"):
            text = f"{self.jail.name} can't look up names: {PROBLEMS[word]}."
            self.faults.append(PathFault.of("name", word, self.jail, text, [Evidence(question.line, file.last)]))

    def _announce(self, next_hop: str) -> None:
        target = self.target
        packets = [f"a ping to {next_hop}", "one of full size"] if next_hop else []
        packets += [f"a ping to {self.via6}"] if self.via6 else []
        if target is not None and target.named:
            packets.append(f"a look-up of {target.host}")
        if target is not None and target.host != next_hop:
            packets.append(f"a connection to {target.text}" if target.port else f"a ping to {target.host}")
        outer = self.carried.gateway if self.carried is not None else ""
        packets += [f"a ping to {outer}"] if outer and not next_hop else []
        asked = next_hop if self.carried is None else outer
        silent = f"; if {next_hop} is silent, one to {outer}" if outer and next_hop else ""
        silent += f"; if {asked} is silent, one from the host and one to the host" if asked else ""
        self.declare(f"sends {', '.join(packets)}{silent}" if packets else SILENT)

    def _gateway(self, next_hop: str, values: dict[str, str]) -> bool:
        """Whether the gateway answers; on a network of the jail, the target in its place."""
        hop: HopName = "target" if self._direct and self.target and not self.target.port else "gateway"
        ping = gateway.pinged(self.line, next_hop, self.ask, filtered=sees_bridges(values))
        self._tables = ping.tables
        fault = gateway.wrong_entry(self.line, ping)
        if fault is None and not answers.answered(ping.answer):
            fault, unclear = gateway.judged(self.line, ping, self.ask, self.findings, values)
            if fault is None:
                self.say(hop, "unknown", f"{unclear}.", ping.evidence)
                self._outer_gateway(values)
                if answers.silent(ping.answer) and not self.faults:
                    tunnel.handshake(self)
                self._duplicates()
                return False
            fault = gateway.off(fault, self.jail, next_hop) if self._direct else fault
        self.settle(hop, [fault._replace(hop=hop)] if fault else [], f"{next_hop} answers", ping.evidence[:1])
        return fault is None

    def _after_gateway(self, next_hop: str, route: PathRoute, values: dict[str, str]) -> None:
        line, target, jid = self.line, self.target, self.jail.jid
        assert line.inner is not None
        full = Question(answers.ping(next_hop, line.inner.mtu), jid)
        (sized,) = self.ask((full,))
        self._size(full, sized)
        self._duplicates()
        if self.via6:
            self._other_gateway("IPv6 gateway", line, self.via6, values)
        on_host = not self._direct and any(each.jid is None for each in line.holders(next_hop))
        if on_host:
            self.settle("routing", list(forwarding(line, next_hop, values)), "the host is the gateway and forwards")
        if target is not None:
            self._target(target, next_hop, routed=on_host, has_route=bool(route.gateway))

    def _duplicates(self) -> None:
        statistics = self.in_stack(("netstat", "-s", "-p", "arp"))
        (seen,) = self.ask((statistics,))
        faults = list(twins(self.line, self.findings, statistics, seen, self._tables))
        self.settle("duplicates", faults, TWINS_GOOD)

    def _outer_gateway(self, values: dict[str, str]) -> None:
        """The gateway on the cable that carries a tunnel, where nothing answers through the tunnel itself."""
        if self.carried is not None and self.carried.line is not None and self.carried.gateway:
            good = "; it leads to the other end of the tunnel"
            self._other_gateway("outer gateway", self.carried.line, self.carried.gateway, values, good)

    def _other_gateway(
        self, hop: HopName, line: PathLine, address: str, values: dict[str, str], good: str = ""
    ) -> None:
        """A gateway beside the one that comes next, as the IPv6 gateway of a jail that has IPv4, too."""
        ping = gateway.pinged(line, address, self.ask, filtered=sees_bridges(values))
        fault, unclear = None, ""
        if not answers.answered(ping.answer):
            fault, unclear = gateway.judged(line, ping, self.ask, self.findings, values)
        if unclear and fault is None:
            self.say(hop, "unknown", f"{unclear}.", ping.evidence)
        else:
            faults = [fault._replace(hop=hop)] if fault else []
            self.settle(hop, faults, f"{address} answers{good}", ping.evidence[:1])

    def _size(self, question: Question, answer: Reply) -> None:
        faults = list(inside.packet_size(self.line))
        mtu = self.line.inner.mtu if self.line.inner is not None else 0
        evidence = [Evidence(question.line, answers.summary(answer))]
        if faults:
            faults = [
                fault._replace(finding=fault.finding._replace(evidence=(*fault.finding.evidence, *evidence)))
                for fault in faults
            ]
            self.settle("packet size", faults, "")
        elif answers.silent(answer):
            text = f"Packets of {mtu} bytes get no answer, short ones do: the MTU is smaller somewhere on the way."
            self.settle(
                "packet size",
                [PathFault.of("packet size", "mtu-on-the-way", self.jail, text, evidence, cuts=False)],
                "",
            )
        elif answers.answered(answer):
            self.say("packet size", "ok", f"{mtu} bytes get through", evidence)
        else:
            self.say("packet size", "unknown", f"not known: {answers.summary(answer)}", evidence)

    def _target(self, target: PathTarget, next_hop: str, *, routed: bool, has_route: bool) -> None:
        address = self.look_up(target, has_route=has_route) if target.named else target.host
        if not address:
            self.skip("target")
            return
        if address == next_hop and not target.port:
            if not self._direct:
                self.say("target", "ok", f"{address} answers")
            return
        self.reach(target, address, routed=routed)


def sees_bridges(values: dict[str, str]) -> bool:
    """Whether what goes over a bridge is handed to pf."""
    return any(values.get(name) == "1" for name in answers.PFIL)


WITHOUT_ROUTE = ("no-address", "wrong-net", "wrong-mask", "ipv6-disabled", "ipv6-only-linklocal")
"""Faults of an address that lose the default route too."""
