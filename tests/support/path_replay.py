"""The recorded ways in which a jail's path is broken, as hosts that answer the path check.

A `World` answers as one scenario of recordings/RELEASE/path.jsonl did, and as the healthy host of that release where
the scenario did not ask: both begin from the same state. `disguised` changes addresses, names and the order of
interfaces in all that it answers; `both` joins the faults of two scenarios.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Sequence
from functools import cache
from typing import Any, NamedTuple

from jailtui.exchange import Capture, Section
from jailtui.model.build import Builder
from jailtui.pathcheck.beyond import PathTarget
from jailtui.pathcheck.check import PathCheck
from jailtui.pathcheck.hops import NOT_ASKED, PathReport, Question, Reply
from jailtui.snapshot import Snapshot
from tests.support.captures import row
from tests.support.large_hosts import FACTS
from tests.support.shared_material import shared

JAIL, JID = "my-vnet-jail", 4
OTHERS = {"peer": 5, "dup": 6, "old": 7}
CONF = """my-vnet-jail {
  vnet; vnet.interface = "epair154b"; path = "/jails/my-vnet-jail"; persist;
  exec.prestart = "/sbin/ifconfig epair154 create up", "/sbin/ifconfig bridge0 addm epair154a up";
  exec.start = "/sbin/ifconfig epair154b 192.168.1.154/24 up", "/sbin/route add default GATEWAY";
}
"""
HOST_NAMES = ("em0", "bridge0", "epair154a")
AFTER = {"dns-no-route": "no-default-route"}
"""Scenarios that begin as another one than healthy leaves the host, and did not ask for it."""
Key = tuple[str | None, tuple[str, ...]]
"""The jail in which a command ran (None: the host), and its words."""


@cache
def lines(release: str) -> dict[str, list[dict[str, Any]]]:
    """The recorded lines by scenario."""
    found: dict[str, list[dict[str, Any]]] = {}
    for text in shared(f"recordings/{release}/path.jsonl").read_text(encoding="utf-8").splitlines():
        line = json.loads(text)
        found.setdefault(line["scenario"], []).append(line)
    return found


def key_of(argv: Sequence[str]) -> Key:
    words = list(argv)
    jail = None
    if words[0] == "jexec":
        words = [word for word in words[1:] if word != "-l"]
        jail = words.pop(0)
    return jail, tuple(words[2:] if words[:2] == ["/usr/bin/time", "-p"] else words)


def asked_by(line: dict[str, Any]) -> Key | None:
    """The question that a recorded line answers; None for what prepares, and for lines of shell."""
    if "argv" in line:
        return key_of(line["argv"])
    if line["sh"].startswith("netstat -s -p ip |"):
        return None, ("netstat", "-s", "-p", "ip")
    if "ping -6" in line["sh"]:
        return key_of(line["sh"].split())
    return None


class World(NamedTuple):
    """A recorded host: its answers in the order they were given, its configured gateway, and changes to all texts."""

    release: str
    answers: dict[Key, list[Reply]]
    gateway: str = "192.168.1.1"
    disguise: tuple[tuple[str, str], ...] = ()
    reverse: bool = False

    def given(self, jail: str | None, *words: str) -> list[Reply]:
        return self.answers.get((jail, words), [])

    def text(self, jail: str | None, *words: str) -> str:
        return next((answer.text for answer in self.given(jail, *words)), "")

    def shown(self, text: str) -> str:
        """The text as the disguised host prints it."""
        for old, new in self.disguise:
            text = re.sub(old, new, text)
        return text

    def plain(self, text: str) -> str:
        """What the disguised host is asked, in the recorded names."""
        if text in (names := recorded_names(self.disguise)):
            return names[text]
        for old, new in ADDRESSES if self.disguise else ():
            text = text.replace(new, old)
        return text


@cache
def recorded_names(disguise: tuple[tuple[str, str], ...]) -> dict[str, str]:
    """The names of interfaces by those that the disguised host has."""
    return {re.sub(old, new, sample): sample for sample in SAMPLES for old, new in disguise if re.search(old, sample)}


SAMPLES = (
    "em0",
    "em0.30",
    "bridge0",
    "bridge1",
    "bridge30",
    "epair154a",
    "epair154b",
    "epair155a",
    "epair90a",
    "epair90a.30",
)
ADDRESSES = (
    ("192.168.1.", "10.77.4."),
    ("192.168.30.", "10.99.9."),
    ("10.5.5.", "172.20.6."),
    ("fd00:1::", "fd7a:b::"),
)
DISGUISE = (
    *((rf"(?<![\d.]){re.escape(old)}", new) for old, new in ADDRESSES),
    (r"\bepair154", "epair9"),
    (r"\bepair155", "epair31"),
    (r"\bepair90", "epair7"),
    (r"\bem0\b", "igb3"),
    (r"\bbridge0\b", "lan"),
    (r"\bbridge1\b", "dmz"),
    (r"\bbridge30\b", "vm5"),
    (r"\bmy-vnet-jail\b", "shop"),
    (r"\b58:9c:fc:10", "02:11:22:33"),
    (r"\b52:54:00", "00:1b:21"),
    (r"\b52:55:c0", "00:90:7f"),
)
"""Addresses, names and MACs changed."""


def world(release: str, scenario: str) -> World:
    """The host of one scenario."""
    answers: dict[Key, list[Reply]] = {}
    told = lines(release)
    for part in dict.fromkeys((scenario, AFTER.get(scenario, "healthy"), "healthy")):
        fresh: dict[Key, list[Reply]] = {}
        if part != scenario:
            answers |= left_bridges(told, scenario, part, answers)
        for line in told.get(part, ()):
            key = asked_by(line)
            prepares = (line.get("note") or "").startswith("setup")
            other = (
                part != scenario and key is not None and key[1][:3] == ("route", "-n", "get") and key[1][3] != "default"
            )
            if key is not None and not other and not (prepares and key[0] in (None, JAIL)):
                fresh.setdefault(key, []).append(answer_of(line))
            if prepares and "dup ifconfig epair155b" in line.get("sh", "") and line["stdout"]:
                fresh.setdefault(("dup", ("ifconfig",)), []).append(answer_of(line))
        answers = {**fresh, **answers}
    setup = " ".join(" ".join(line["argv"]) for line in told[scenario] if "argv" in line and line["rc"] == 1)
    refused = re.search(r"route add default (10\S+)", setup)
    return World(release, answers, refused[1] if refused else "192.168.1.1")


def left_bridges(
    told: dict[str, list[dict[str, Any]]], scenario: str, part: str, answers: dict[Key, list[Reply]]
) -> dict[Key, list[Reply]]:
    """The bridges that the scenario did not ask about, without the members that it took out of them."""
    left: dict[Key, list[Reply]] = {}
    for line in told[scenario]:
        words = line.get("argv", [])
        key: Key = (None, tuple(words[:2]))
        if words[2:3] == ["deletem"] and key not in answers:
            known = left.get(key) or [answer_of(each) for each in told[part] if asked_by(each) == key]
            left[key] = [each._replace(text=without_member(each.text, words[3])) for each in known]
    return left


def without_member(text: str, name: str) -> str:
    return re.sub(rf"\tmember: {re.escape(name)} .*\n\t +.*\n", "", text)


def answer_of(line: dict[str, Any]) -> Reply:
    """What the path check gets: complaints and output in one; a command that did not end was ended by timeout(1)."""
    late = line["rc"] is None or (line["ms"] > 3500 and "getent" in line.get("argv", ()))
    return Reply(137 if late else line["rc"], line["stdout"] + line["stderr"])


def disguised(host: World) -> World:
    return host._replace(disguise=DISGUISE, reverse=True)


def both(release: str, one: str, other: str) -> World:
    """A host with both faults: each answer that differs from the healthy host's; of two pings the one that failed."""
    healthy, first, second = (world(release, each) for each in ("healthy", one, other))
    answers = {}
    for key in {**first.answers, **second.answers}:
        base, mine, theirs = (each.answers.get(key, []) for each in (healthy, first, second))
        answers[key] = joined(key, base, mine, theirs)
    return first._replace(answers=answers)


def joined(key: Key, base: list[Reply], mine: list[Reply], theirs: list[Reply]) -> list[Reply]:
    if not mine or not theirs:
        return mine or theirs
    if key[1][0] == "ping":
        return max((mine, theirs), key=lambda answers: answers[0].rc or 0)
    if key[1][:1] == ("ifconfig",) and base:
        return [Reply(0, merged(base[0].text, mine[0].text, theirs[0].text))]
    return theirs if base and [plain(each) for each in mine] == [plain(each) for each in base] else mine


def plain(answer: Reply) -> str:
    return re.sub(r"\d+", "N", answer.text)


def merged(base: str, mine: str, theirs: str) -> str:
    """Three versions of what ifconfig prints, stanza by stanza; one that either lacks is gone."""
    versions = [{piece.partition(":")[0]: piece for piece in stanzas(text)} for text in (base, mine, theirs)]
    names = [name for name in {**versions[1], **versions[2]} if all(name in each for each in versions[1:])]
    return "".join(merged_stanza(*(each.get(name, versions[1][name]) for each in versions)) for name in names)


def merged_stanza(base: str, mine: str, theirs: str) -> str:
    """The lines that neither changed, and those that either added; of the options nothing hangs on."""
    below = [re.sub(r"\toptions=.*\n", "", text).splitlines()[1:] for text in (base, mine, theirs)]
    kept = [line for line in below[0] if line in below[1] and line in below[2]]
    order = dict.fromkeys((*below[0], *below[1], *below[2]))
    lines = [line for line in order if line in kept or line not in below[0]]
    return "\n".join((joined_head(*(text.splitlines()[0] for text in (base, mine, theirs))), *lines)) + "\n"


def joined_head(base: str, mine: str, theirs: str) -> str:
    """A head line with the flags that neither took away, and the MTU that either changed."""
    flags = [re.search(r"<(.*)>", line) for line in (base, mine, theirs)]
    words = [set(match[1].split(",")) if match else set() for match in flags]
    kept = words[1] & words[2] | (words[1] | words[2]) - words[0]
    other = theirs if theirs.split()[-1] != base.split()[-1] else mine
    return re.sub(r"<.*>", f"<{','.join(sorted(kept))}>", other)


def stanzas(text: str) -> list[str]:
    return [piece for piece in re.split(r"^(?=\S)", text, flags=re.MULTILINE) if piece]


def host_text(host: World) -> str:
    """What `ifconfig -a` prints, put together from what `ifconfig NAME` printed."""
    names = dict.fromkeys((*HOST_NAMES, *(key[1][1] for key in host.answers if key[0] is None and is_stanza(key[1]))))
    texts = [host.given(None, "ifconfig", name)[0] for name in names if host.given(None, "ifconfig", name)]
    pieces = [with_inet6(host, answer.text) for answer in texts if answer.rc == 0]
    known = {piece.partition(":")[0] for piece in pieces}
    members = [name for piece in pieces for name in re.findall(r"\tmember: (\S+) ", piece) if name not in known]
    return ordered(host, [*pieces, *(unasked(host, name) for name in members)])


def unasked(host: World, name: str) -> str:
    """The stanza of a member that nobody asked about: that of the jail's own pair, with another name and MAC."""
    text = host.text(None, "ifconfig", "epair154a").replace("epair154a", name).replace("<BROADCAST", "<UP,BROADCAST")
    return re.sub(r"\tether \S+", "\tether 02:aa:bb:cc:dd:0a", re.sub(r"\tdescription: .*\n", "", text))


def is_stanza(words: tuple[str, ...]) -> bool:
    return len(words) == 2 and words[0] == "ifconfig"


def with_inet6(host: World, text: str) -> str:
    """The stanza with the addresses that `ifconfig NAME inet6` printed."""
    name = text.partition(":")[0]
    more = [line for line in host.text(None, "ifconfig", name, "inet6").splitlines() if line.startswith("\tinet6")]
    return text.replace("\tmedia:", "".join(f"{line}\n" for line in more) + "\tmedia:") if more else text


def ordered(host: World, pieces: list[str]) -> str:
    if not host.reverse:
        return "".join(pieces)
    return "".join(turned(piece) for piece in reversed(pieces))


def turned(stanza: str) -> str:
    """The stanza with its members in the other order."""
    head, *members = re.split(r"^(?=\tmember: )", stanza, flags=re.MULTILINE)
    if not members:
        return stanza
    last, *tail = re.split(r"^(?=\tgroups)", members[-1], flags=re.MULTILINE)
    return head + "".join(reversed([*members[:-1], last])) + "".join(tail)


def inside_text(host: World, jail: str) -> str:
    text = host.text(jail, "ifconfig")
    for interface in (host.text(jail, "ifconfig", "epair154b"),) if jail == JAIL else ():
        kept = [piece for piece in stanzas(text) if not piece.startswith("epair154b:")]
        text = "".join((*kept, interface)) if interface else text
    return ordered(host, stanzas(text))


def snapshot(host: World) -> Snapshot:
    """The reading of the host."""
    present = {jail for jail, _ in host.answers if jail in OTHERS and (jail == "old" or inside_text(host, jail))}
    numbers = {JAIL: JID, **{name: jid for name, jid in OTHERS.items() if name in present}}
    rows = [
        row(jid, host.shown(name), **({"ip4_addr": host.shown("192.168.1.170")} if name == "old" else {}))
        for name, jid in numbers.items()
    ]
    for each in rows:
        if each["name"] == "old":
            each["vnet"] = "inherit"
    listed = json.dumps({"__version": "2", "jail-information": {"jail": rows}})
    text = host_text(host)
    if "old" in numbers:
        text = text.replace(
            "\tinet 192.168.1.50",
            "\tinet 192.168.1.170 netmask 0xffffffff broadcast 192.168.1.170\n\tinet 192.168.1.50",
        )
    sections = [Section("jls", 0, listed), Section("ifconfig", 0, host.shown(text))]
    sections += [
        Section(f"inside {jid}", 0, host.shown(inside_text(host, name)))
        for name, jid in numbers.items()
        if name != "old"
    ]
    sections += [Section("file /etc/jail.conf", 0, host.shown(CONF.replace("GATEWAY", host.gateway)))]
    sections += [Section("sysrc", 0, host.shown('cloned_interfaces="bridge0"\n')), Section("jail-commands", 1, "")]
    has_j = "no" if host.release == "13.2" else "yes"
    facts = {**FACTS, "uname": f"FreeBSD nas.home.arpa {host.release}-RELEASE amd64", "ifconfig-j": has_j}
    builder = Builder()
    return Snapshot(builder.build(Capture("nas", 0.0, tuple(sections), facts)), builder.config)


def asker(host: World, sent: list[Question] | None = None) -> Callable[[Sequence[Question]], Sequence[Reply]]:
    """Answers questions as recorded, each time with the next answer to that question."""
    times: dict[Key, int] = {}
    names = {JID: JAIL, **{jid: name for name, jid in OTHERS.items()}}

    def one(question: Question) -> Reply:
        if sent is not None:
            sent.append(question)
        words = tuple(host.plain(word) for word in question.argv)
        jail = None if question.jid is None else names[question.jid]
        if words[1] == "-j":
            jail, words = names[int(words[2])], (words[0], *words[3:])
        if words[0] == "sysctl":
            return variables(host, jail, words[1:])
        given = host.given(jail, *words)
        if not given:
            return NOT_ASKED
        at = times[jail, words] = times.get((jail, words), -1) + 1
        answer = given[min(at, len(given) - 1)]
        if words[:2] == ("pfctl", "-sr") and at >= len(given):  # it was read once: what is sent meanwhile counts
            count = f"Packets: {at + 5}"
            answer = answer._replace(text=re.sub(r"Packets: 5\b", count, answer.text))
        return answer._replace(text=host.shown(answer.text))

    return lambda questions: [one(question) for question in questions]


def variables(host: World, jail: str | None, names: Iterable[str]) -> Reply:
    """The variables that any recorded line of sysctl has; what the scenario asked comes before what healthy did."""
    known: dict[str, str] = {}
    for (place, words), answers in host.answers.items():
        if place == jail and words[0] == "sysctl":
            short = len(words) < len(HEALTHY_SYSCTL)
            lines = dict(line.split(": ", 1) for line in answers[0].text.splitlines() if ": " in line)
            known = {**known, **lines} if short else {**lines, **known}
    return Reply(0, "".join(f"{name}: {known[name]}\n" for name in names if name in known))


HEALTHY_SYSCTL = (
    "sysctl",
    "net.link.bridge",
    "net.inet.ip.forwarding",
    "net.inet.ip.redirect",
    "net.inet6.ip6.forwarding",
)


def checked(host: World, target: str = "", jail: str = JAIL, sent: list[Question] | None = None) -> PathReport:
    """The report of the path check on that host."""
    picture = snapshot(host)
    chosen = picture.state.jail(host.shown(jail))
    assert chosen is not None
    wanted = PathTarget.parsed(host.shown(target)) if target else None
    return PathCheck(picture.state, picture.findings, chosen, wanted, asker(host, sent)).run()
