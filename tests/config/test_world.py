"""The settings of all jails: what is kept of the world of before, and what is read again."""

from __future__ import annotations

from jailtui.config.jails import ConfigurationReader
from jailtui.config.world import World, world
from tests.support.form_hosts import MAIN, RCCONF
from tests.support.shared_material import shared

WEB = shared("templates/vnet.conf").read_text(encoding="utf-8")
DB = WEB.replace("web {", "db {").replace("/jails/web", "/jails/db").replace('"154"', '"155"')


class Files:
    """The files of one host, read again and again."""

    def __init__(self) -> None:
        self.reader = ConfigurationReader()

    def read(self, text: str) -> World:
        found = self.reader.read({MAIN: text}, RCCONF, "15.1-RELEASE")
        return world(found.chosen, None, found.jails)


def anew(text: str) -> World:
    return Files().read(text)


def same(one: World, other: World) -> bool:
    return [it.view for it in one.jails] == [it.view for it in other.jails] and one == other


def test_only_the_jail_that_says_something_new_is_read_again() -> None:
    files = Files()
    before = files.read(WEB + DB)
    text = WEB + DB.replace("bridge0", "bridge1")
    after = files.read(text)
    assert after.jails[0].view is before.jails[0].view
    assert after.jails[1].view.links[0].bridge == "bridge1"
    assert same(after, anew(text))


def test_places_follow_the_file_where_nothing_else_changed() -> None:
    files = Files()
    before = files.read(WEB + DB)
    text = f"# a line more\n{WEB}{DB}"
    after = files.read(text)
    assert [after.jails[0].view is before.jails[0].view, after.jails[1].view is before.jails[1].view] == [True, True]
    assert (before.jails[0].place("path"), after.jails[0].place("path")) == ((MAIN, 2), (MAIN, 3))
    assert after.jails[1].line == before.jails[1].line + 1
    assert same(after, anew(text))


def test_variable_of_a_wildcard_changes_all_it_is_used_in() -> None:
    text = "* { $bridge = bridge0; }\n" + WEB.replace('    $bridge = "bridge0";\n', "")
    files = Files()
    before = files.read(text)
    after = files.read(text.replace("= bridge0", "= bridge9"))
    assert (before.jails[0].view.links[0].bridge, after.jails[0].view.links[0].bridge) == ("bridge0", "bridge9")


def test_jail_that_fails_is_read_anew() -> None:
    text = WEB.replace("${gateway}", "${router}")
    files = Files()
    before = files.read(text)
    assert before.jails[0].failed
    after = files.read(text.replace('$gateway = "192.168.1.1"', '$other = "192.168.1.1"'))
    assert after.jails[0].view is not before.jails[0].view
    mended = files.read(WEB)
    assert mended.jails[0].view.gateways == ("192.168.1.1",)


def test_name_that_goes_and_comes_is_another_jail() -> None:
    files = Files()
    for text in (WEB, DB, WEB + DB):
        assert same(files.read(text), anew(text))
