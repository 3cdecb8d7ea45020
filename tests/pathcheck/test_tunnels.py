"""The path of a jail whose default route goes through a tunnel: what carries it, and where that is broken."""

from __future__ import annotations

from collections.abc import Sequence

from jailtui.pathcheck.check import PathCheck
from jailtui.pathcheck.hops import PathReport, Question, Reply
from jailtui.ui.glyphs import UNICODE
from jailtui.ui.pathlines import PathShown, path_lines
from tests.support.path_replay import JAIL, JID, Key, World, asker, snapshot, world

WG0 = "wg0: flags=10080c1<UP,RUNNING,NOARP,MULTICAST,LOWER_UP> metric 0 mtu 1420\n"
WG0 += "\tinet 10.8.0.2 netmask 0xffffff00\n\tgroups: wg\n"
TUN3 = "tun3: flags=8051<UP,POINTOPOINT,RUNNING,MULTICAST> metric 0 mtu 1500\n"
TUN3 += "\tinet 10.9.0.2 --> 10.9.0.1 netmask 0xffffff00\n\tgroups: tun\n"
PEER, GATEWAY = "203.0.113.5", "192.168.1.1"
PEERS = "wg show wg0 endpoints"
SILENCE = Reply(2, "\n--- ping statistics ---\n1 packets transmitted, 0 packets received, 100.0% packet loss\n")


def get(address: str) -> str:
    return f"route -n get {address}"


def ping(address: str) -> str:
    return f"ping -n -c 1 -t 1 {address}"


def way(interface: str, gateway: str = "") -> Reply:
    by = f"    gateway: {gateway}\n" if gateway else ""
    return Reply(0, f"   route to: x\n{by}  interface: {interface}\n      flags: <UP,DONE,STATIC>\n")


def endpoints(*peers: str) -> Reply:
    return Reply(0, "".join(f"{'x' * 43}=\t{peer}:51820\n" for peer in peers))


def host(scenario: str, tunnel: str, answers: dict[str, Reply]) -> World:
    """The host of that scenario, with a tunnel in the jail and these answers there."""
    it = world("15.1", scenario)
    inside: dict[Key, list[Reply]] = {(JAIL, tuple(words.split(" "))): [reply] for words, reply in answers.items()}
    return it._replace(
        answers={**it.answers, (JAIL, ("ifconfig",)): [Reply(0, it.text(JAIL, "ifconfig") + tunnel)], **inside}
    )


def by_wg(scenario: str = "healthy", tunnel: str = WG0, answers: dict[str, Reply] | None = None) -> World:
    """Its default route is wg0, whose peer is reached by the gateway of the cable."""
    told = {PEERS: endpoints(PEER), get(PEER): way("epair154b", GATEWAY)}
    return host(scenario, tunnel, {get("default"): way("wg0"), **told, **(answers or {})})


def checked(it: World, over: tuple[str, ...] | None = None, sent: list[Question] | None = None) -> PathReport:
    """The report; `over` are the interfaces of default routes by the reading."""
    picture = snapshot(it)
    jail = picture.state.jail(JAIL)
    assert jail is not None
    return PathCheck(picture.state, (), jail._replace(default_over=over), None, asker(it, sent)).run()


def texts(report: PathReport) -> dict[str, str]:
    return {hop.hop: f"{hop.result}: {hop.text}" for hop in report.hops}


def test_tunnel_without_a_gateway_is_followed_to_the_gateway_of_the_cable_that_carries_it() -> None:
    sent: list[Question] = []
    report = checked(by_wg(), sent=sent)
    assert report.verdict == "ok"
    told = texts(report)
    assert told["default route"] == "ok: through the tunnel wg0"
    assert told["settings"] == "ok: wg0 is up, 10.8.0.2/24"
    carries = f"wg0, a wg tunnel; epair154b carries it by {GATEWAY}: the route to its peer {PEER}"
    assert told["tunnel"] == f"ok: {carries}"
    assert (told["end on the host"], told["way out"]) == ("ok: epair154a is up", "ok: em0 up")
    assert told["outer gateway"] == f"ok: {GATEWAY} answers; it leads to the other end of the tunnel"
    assert report.sends == f"sends a ping to {GATEWAY}; if {GATEWAY} is silent, one from the host and one to the host"
    assert {question.argv[-1] for question in sent if question.argv[0] == "ping"} == {GATEWAY}


def test_break_of_the_cable_that_carries_the_tunnel_is_the_verdict_and_stands_on_it() -> None:
    report = checked(by_wg("a-down"))
    assert (report.verdict, report.broken, report.sends) == ("a-down", "end on the host", "sends nothing")
    it = snapshot(by_wg("a-down"))
    jail = it.state.jail(JAIL)
    assert jail is not None
    courses: list[object] = []
    report = PathCheck(it.state, (), jail, None, asker(by_wg("a-down")), announce=courses.append).run()
    drawn = [line.text.strip() for line in path_lines(PathShown(courses[0], report.hops, report), UNICODE, 120)]  # type: ignore[arg-type]
    assert "my-vnet-jail ── wg0 ── epair154b ═✗═ epair154a ── bridge0 ── em0 ── 192.168.1.1" in drawn


def test_tunnel_that_is_down_and_a_carrier_that_is_down_are_told_apart() -> None:
    down = checked(by_wg(tunnel=WG0.replace("UP,", "")))
    assert (down.verdict, down.broken) == ("b-down", "settings")
    assert down.faults[0].text == "wg0, the tunnel in my-vnet-jail, is down."
    carrier = checked(by_wg("b-down"))
    assert (carrier.verdict, carrier.broken) == ("b-down", "tunnel")
    assert carrier.faults[0].text == "epair154b, the end in my-vnet-jail, is down."


def test_silence_through_the_tunnel_is_explained_by_the_gateway_that_carries_it() -> None:
    silent = {get("default"): way("wg0", "10.8.0.1"), ping("10.8.0.1"): SILENCE}
    good = checked(by_wg(answers=silent))
    assert (good.verdict, good.broken) == ("unknown", None)
    assert good.sends.endswith(
        f"; if 10.8.0.1 is silent, one to {GATEWAY}; if {GATEWAY} is silent, one from the host and one to the host"
    )
    assert texts(good)["outer gateway"].startswith("ok: ")
    silent[get(PEER)] = way("epair154b", "192.168.1.77")
    bad = checked(by_wg("gateway-nobody", answers=silent))
    assert (bad.verdict, bad.broken) == ("gateway-nobody", "outer gateway")


def test_silent_tunnel_without_a_handshake_is_broken_and_one_with_a_late_one_is_unknown() -> None:
    silent = {get("default"): way("wg0", "10.8.0.1"), ping("10.8.0.1"): SILENCE}

    def after(seconds: int) -> PathReport:
        it = by_wg(answers={**silent, "wg show wg0 latest-handshakes": Reply(0, f"{'x' * 43}=\t{seconds}\n")})
        return checked(it._replace(answers={**it.answers, (None, ("date", "+%s")): [Reply(0, "2000\n")]}))

    never = after(0)
    assert (never.verdict, never.broken) == ("tunnel-no-handshake", "handshake")
    assert never.faults[0].text.startswith("wg0 never had a handshake with a peer")
    assert texts(after(1990))["handshake"] == "ok: the last was 10 s ago"
    late = after(1000)
    assert (late.verdict, late.broken) == ("unknown", None)
    assert texts(late)["handshake"] == "unknown: the last was 1000 s ago: the peer may not answer now"


def test_tunnel_of_a_collected_file_is_told_by_its_reading() -> None:
    def read(tunnel: str, gateways: tuple[str, ...], over: tuple[str, ...]) -> dict[str, str]:
        it = snapshot(host("healthy", tunnel, {}))
        jail = it.state.jail(JAIL)
        assert jail is not None
        jail = jail._replace(gateways=gateways, default_over=over)

        def ask(questions: Sequence[Question]) -> list[Reply]:
            return [Reply(None, "a file")] * len(questions)

        return texts(PathCheck(it.state, (), jail, None, ask, unasked="a file").run())

    halves = read(TUN3, (GATEWAY,), ("epair154b", "tun3"))
    assert halves["default route"] == "ok: through the tunnel tun3"
    assert halves["tunnel"].startswith(f"ok: tun3, a tun tunnel; epair154b carries it by {GATEWAY}")
    whole = read(WG0, ("10.8.0.1",), ("wg0",))
    assert whole["default route"] == "ok: through the tunnel wg0, by 10.8.0.1"
    assert whole["tunnel"].startswith("unknown: ")


def test_what_carries_a_tunnel_is_unknown_where_nothing_tells() -> None:
    def unknown(it: World) -> str:
        report = checked(it)
        assert (report.verdict, report.broken, report.sends) == ("unknown", None, "sends nothing")
        return texts(report)["tunnel"].removeprefix("unknown: wg0, a wg tunnel; its carrier is unknown: ")

    assert unknown(by_wg(answers={PEERS: Reply(1, "jexec: execvp: wg: No such file\n")})) == "wg can't list its peers"
    assert unknown(by_wg(answers={PEERS: endpoints()})) == "no peer of wg0 has an address"
    loops = unknown(by_wg(answers={get(PEER): way("wg0")}))
    assert loops == f"the route to its peer {PEER} goes over wg0"
    two = by_wg(answers={PEERS: endpoints(PEER, "203.0.113.6"), get("203.0.113.6"): way("wg0")})
    assert unknown(two) == "its peers are reached by different routes"
    five = [f"203.0.113.{number}" for number in range(5, 10)]
    ways = {get(peer): way("epair154b", GATEWAY) for peer in five[:4]}
    many = by_wg(answers={PEERS: endpoints(*five), **ways, get(five[4]): way("lo0")})
    assert unknown(many) == "wg0 has 5 peers", "one of them may be reached over another interface"


def test_halves_of_a_default_route_are_followed_and_the_default_route_carries_them() -> None:
    answers = {ping("10.9.0.1"): SILENCE, get("128.0.0.1"): way("tun3", "10.9.0.1")}
    report = checked(host("healthy", TUN3, answers), over=("epair154b", "tun3"))
    told = texts(report)
    assert told["default route"] == "ok: through the tunnel tun3, by 10.9.0.1"
    assert told["tunnel"].startswith(f"ok: tun3, a tun tunnel; epair154b carries it by {GATEWAY}: its default route")
    assert told["outer gateway"].startswith("ok: ")
    evidence = {hop.hop: [(each.source, each.said) for each in hop.evidence] for hop in report.hops}
    assert evidence["default route"] == [(f"route -j {JID} -n get 128.0.0.1", "interface: tun3, gateway: 10.9.0.1")]
    assert evidence["tunnel"] == [(f"route -j {JID} -n get default", f"interface: epair154b, gateway: {GATEWAY}")]
    assert "tunnel" not in texts(checked(host("healthy", TUN3, answers), over=("epair154b",)))
