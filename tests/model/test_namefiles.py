"""Which files of names are asked for, and what comes of them."""

from __future__ import annotations

from jailtui.exchange import Section
from jailtui.formats.hosts import NamedAddress
from jailtui.model.namefiles import LONGEST_IN_JAIL, MOST_JAILS, questions, with_names
from jailtui.model.state import NameFile
from tests.support.captures import row, running_web, state
from tests.support.large_hosts import FACTS

HOST = ("under=", "names=/etc/hosts", "under=", "names=/usr/local/etc/dnsmasq.conf")
NAMES = "names /jails/web/etc/hosts"


def test_files_of_the_host_and_of_running_jails_are_asked_for() -> None:
    below = ("under=/jails/web", "names=/jails/web/etc/hosts")
    assert questions(state(**running_web()))[:6] == (*HOST, *below)
    assert questions(state(conf=running_web()["conf"])) == HOST


def test_path_below_the_root_of_another_jail_is_asked_for_with_that_root() -> None:
    told = running_web()
    told["rows"] = [*told["rows"], row(5, "nested", path="/jails/web/srv/nested")]
    words = questions(state(**told))
    assert words[words.index("names=/jails/web/srv/nested/etc/hosts") - 1] == "under=/jails/web"


def test_of_many_jails_some_are_asked_about() -> None:
    assert len(questions(state(rows=[row(jid, f"j{jid}") for jid in range(1, 300)]))) == 4 * (MOST_JAILS + 1)


def test_roots_that_are_the_hosts_own_or_no_plain_path_are_left_out() -> None:
    for path in ("/", "/jails/a\nb", "/jails/../etc", "jails"):
        assert questions(state(rows=[row(4, "web", path=path)])) == HOST


def test_without_root_nothing_is_asked() -> None:
    assert questions(state(**running_web(), facts={**FACTS, "uid": "1001"})) == ()


def test_file_that_may_be_cut_or_could_not_be_read_says_nothing() -> None:
    host = state(**running_web())
    assert with_names(host, [Section("names /etc/hosts", 1, ""), Section("log /etc/hosts", 0, "10.0.0.1 a")]) is host
    long = "10.0.0.1 web\n" + "é" * (LONGEST_IN_JAIL // 2)
    assert with_names(host, [Section(NAMES, 0, long)]) is host
    short = with_names(host, [Section(NAMES, 0, long[:2000])])
    assert short.name_files == (NameFile(NAMES[6:], "web", (NamedAddress(1, "web", "10.0.0.1"),)),)
