"""The path check on the screen: its lines, and the key that opens it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, cast

from jailtui.exchange import Section
from jailtui.pathcheck.beyond import PathTarget
from jailtui.pathcheck.check import PathCheck
from jailtui.pathcheck.hops import Course
from jailtui.ui.glyphs import ASCII, UNICODE
from jailtui.ui.parts.pathed import Paths
from jailtui.ui.pathlines import PathShown, path_lines
from jailtui.ui.screens.path import PathScreen
from tests.support.path_replay import JAIL, asker, snapshot, world
from tests.support.screens import ValueHost, home
from tests.support.stage import stage

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from jailtui.pathcheck.hops import PathReport
    from jailtui.snapshot import Snapshot
    from jailtui.ui.screens.path import PathOwner


def shown(scenario: str, target: str = "", name: str = JAIL) -> PathShown:
    """What the screen shows of a recorded host."""
    host = world("15.1", scenario)
    picture = snapshot(host)
    jail = picture.state.jail(name)
    assert jail is not None
    courses: list[Course] = []
    wanted = PathTarget.parsed(target) if target else None
    check = PathCheck(picture.state, picture.findings, jail, wanted, asker(host), announce=courses.append)
    report = check.run()
    return PathShown(courses[0], report.hops, report)


def test_break_is_on_the_cable_and_its_fix_is_numbered() -> None:
    text = [line.text.rstrip() for line in path_lines(shown("a-down"), UNICODE, 90)]
    assert text[0] == "sends nothing"
    assert " my-vnet-jail ── epair154b ═✗═ epair154a ── bridge0 ── em0 ── 192.168.1.1" in text
    assert "✗ end on the host  epair154a, the host's end, is down; `status: active` does not show it." in text
    assert "· gateway          not asked: an earlier hop is broken" in text
    assert "Fix  1  Set epair154a up: ifconfig epair154a up" in text


def test_a_jail_that_may_not_ping_is_why_the_path_is_not_known() -> None:
    denied = shown("raw-denied", "192.168.1.1", "old")
    assert path_lines(denied, UNICODE, 90)[-1].text == "The jail may not ping, so the path is not known: see ? above."


def test_ascii_has_a_sign_for_each_mark() -> None:
    text = "\n".join(line.text for line in path_lines(shown("nic-no-carrier", "9.9.9.9"), ASCII, 60))
    assert text.isascii()
    assert "-x- em0" in text
    assert "+ bridge" in text


def test_enter_is_offered_for_a_fix_that_can_be_carried_out_only() -> None:
    def keys(scenario: str) -> list[str]:
        screen = PathScreen("web", cast("PathOwner", None), UNICODE)
        screen.shown = shown(scenario)
        return [f"{key.name} {key.label}" for key in screen.own_keys()]

    assert keys("a-down") == ["enter fix 1", "t target", "r again", "y copy"]
    assert keys("nic-no-carrier") == ["t target", "r again", "y copy"], "a cable is plugged in by hand"
    assert keys("vlan-wrong-tag")[0] == "enter fix 2", "the switch is set by hand, another VLAN by the form"


def test_it_grows_hop_by_hop() -> None:
    whole = shown("healthy")
    steps = [whole._replace(hops=whole.hops[:number], report=None) for number in (0, 1, 5)]
    heights = [len(path_lines(each, UNICODE, 90)) for each in steps]
    assert heights == sorted(set(heights))
    assert [line.text for line in path_lines(PathShown(), UNICODE, 90)][1] == "Reading the host…"


class AskedHost(ValueHost):
    """The network at home; in its jails no command answers."""

    asked: ClassVar[list[tuple[str, ...]]] = []

    @property
    def source(self) -> AskedHost:
        return self

    def capture(self, *, fresh: bool = False, everything: bool = False) -> None:
        """Nothing: `understood` reads."""

    def understood(self, _: None) -> Snapshot:
        return self.read()

    def ask_each(self, questions: Sequence[tuple[tuple[str, ...], int | None]]) -> tuple[Section, ...]:
        self.asked.extend(argv for argv, _ in questions)
        return tuple(Section(str(number), 1, "") for number in range(len(questions)))


async def test_key_t_checks_the_path_of_the_jail_even_read_only() -> None:
    host = AskedHost(home(), read_only="--read-only was given")
    async with stage(host, (100, 40)) as it:
        it.console.panels.go_to("jails", "web")
        await it.press("t")
        await it.until(lambda: "epair154a is in no bridge" in it.text())
        assert "Path of web" in it.text()
        assert not [argv for argv in host.asked if argv[0] == "ping"], "the break comes before a packet is sent"
        await it.press("question_mark")
        assert "Type a target: an address, a name, or either with :PORT." in it.text()
        await it.press("escape", "slash", *"gateway", "enter")
        assert "/gateway ─" in it.text(), "a filter that hides lines is shown"
        await it.press("slash", *"qqq", "enter")
        assert "nothing matches /qqq" in it.text()
        await it.press("escape")
        assert "/qqq" not in it.text()
        await it.press("t", *"9.9.9.9:53", "enter")
        await it.until(lambda: "Path of web to 9.9.9.9:53" in it.text())
        await it.press("escape")
        assert it.app.screen is it.console


class HeldScreen:
    """What a check tells its screen."""

    is_attached = True

    def __init__(self) -> None:
        self.heard: list[object] = []
        self.announced = self.add = self.heard.append

    def ended(self, report: PathReport | None, problem: str = "") -> None:
        self.heard.append(problem or report)


class HeldWork:
    """Work in the background that is done when the test says so."""

    def __init__(self) -> None:
        self.begun: list[Callable[[], None]] = []

    def call(self, function: Callable[..., None], *values: object) -> None:
        function(*values)

    def start(
        self, group: str, work: Callable[[], object], done: Callable[..., None], *_: object, **__: object
    ) -> None:
        self.begun.append(lambda: done(work()))


def test_an_earlier_check_that_still_asks_is_heard_no_more() -> None:
    work, screen = HeldWork(), HeldScreen()
    paths = Paths(*cast("Any", (AskedHost(home()), None, None, None, work, None)))
    paths._key = "web"
    for _ in range(2):
        assert paths.check(cast("PathScreen", screen), "") == ""
    earlier, later = work.begun
    earlier()
    assert screen.heard == []
    later()
    assert screen.heard
    heard = len(screen.heard)
    screen.is_attached = False
    later()
    assert len(screen.heard) == heard, "a closed screen hears nothing"
