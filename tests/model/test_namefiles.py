"""Which files of names are asked for, what they include, and what they say of jails."""

from __future__ import annotations

from collections.abc import Sequence

from jailtui.exchange import Argv, Section
from jailtui.formats.hosts import NamedAddress
from jailtui.model.namefiles import (
    LONGEST_IN_JAIL,
    MOST_JAILS,
    MOST_MORE,
    JailName,
    folders_in,
    host_questions,
    jail_names,
    jail_questions,
    read_in_jails,
    with_names,
)
from jailtui.model.state import HostState, NameFile
from jailtui.ui.detail import jail_detail
from jailtui.ui.findings import UNJUDGED
from jailtui.ui.glyphs import UNICODE
from jailtui.ui.panelrows import jail_parts, jail_row
from jailtui.ui.rows import Filter
from tests.support.captures import row, running_web, state
from tests.support.large_hosts import FACTS

HOST = ("hosts=//etc/hosts", "dnsmasq=//usr/local/etc/dnsmasq.conf")
OF_WEB = "/jails/web/etc/hosts"
CONF = "/usr/local/etc/dnsmasq.conf"


def web(*more: Section) -> HostState:
    return state(**running_web(), more=more)


def test_files_of_the_host_are_asked_for_always_and_those_of_running_jails_beside_them() -> None:
    assert host_questions(web(), {}) == HOST
    assert jail_questions(web(), {}) == ("hosts=/jails/web//etc/hosts", f"dnsmasq=/jails/web/{CONF}")
    assert jail_questions(state(conf=running_web()["conf"]), {}) == ()


def test_path_below_the_root_of_another_jail_is_asked_for_with_that_root() -> None:
    told = running_web()
    told["rows"] = [*told["rows"], row(5, "nested", path="/jails/web/srv/nested")]
    assert "hosts=/jails/web//srv/nested/etc/hosts" in jail_questions(state(**told), {})


def test_of_many_jails_some_are_asked_about() -> None:
    many = state(rows=[row(jid, f"j{jid}") for jid in range(1, 300)])
    assert len(jail_questions(many, {})) == 2 * MOST_JAILS


def test_roots_that_are_the_hosts_own_or_no_plain_path_are_left_out() -> None:
    for path in ("/", "/jails/a\nb", "/jails/../etc", "jails"):
        assert jail_questions(state(rows=[row(4, "web", path=path)]), {}) == ()


def test_without_root_no_file_of_a_jail_is_asked_for() -> None:
    alice = state(**running_web(), facts={**FACTS, "uid": "1001"})
    assert (jail_questions(alice, {}), host_questions(alice, {})) == ((), HOST)


def test_file_that_may_be_cut_or_could_not_be_read_says_nothing() -> None:
    assert web(Section("hosts /etc/hosts", 1, ""), Section("log /etc/hosts", 0, "10.0.0.1 a")).name_files is None
    long = "10.0.0.1 web\n" + "é" * (LONGEST_IN_JAIL // 2)
    assert web(Section(f"hosts {OF_WEB}", 0, long)).name_files is None
    assert web(Section(f"hosts {OF_WEB}", 0, long[:2000])).name_files == (
        NameFile(OF_WEB, "web", (NamedAddress(1, "web", "10.0.0.1"),)),
    )
    assert web(Section("hosts /etc/hosts", 0, long)).name_files is not None, "the host's own may be longer"


def test_state_is_the_same_in_whatever_order_the_files_were_read() -> None:
    sections = [Section("hosts /etc/hosts", 0, "10.0.0.1 a\n"), Section(f"dnsmasq {CONF}", 0, "address=/b/10.0.0.2\n")]
    assert web(*sections) == web(*reversed(sections))


def test_files_and_folders_that_dnsmasq_reads_are_asked_for() -> None:
    conf = (
        "addn-hosts=/etc/more\nhostsdir=/etc/h.d\nconf-dir=/etc/d.d,*.conf\nconf-file=/jails/web/x\nconf-file=/a/../b\n"
    )
    host = web(Section(f"dnsmasq {CONF}", 0, conf))
    more = ("hosts=//etc/more", "folder=//etc/more", "folder=//etc/h.d", "folder=//etc/d.d", "dnsmasq=/jails/web//x")
    assert host_questions(host, {}) == (*HOST, *more)
    folders = folders_in(
        [Section("folder /etc/h.d", 0, "b\na\na~\n.c\n"), Section("folder /etc/d.d", 0, "a.conf\nb\n")]
    )
    below = host_questions(host, folders)
    assert [word for word in below if word not in (*HOST, *more)] == [
        "hosts=//etc/h.d/a",
        "hosts=//etc/h.d/b",
        "dnsmasq=//etc/d.d/a.conf",
    ]


def test_files_are_bounded_and_a_name_from_a_folder_leads_nowhere_else() -> None:
    host = web(Section(f"dnsmasq {CONF}", 0, "hostsdir=/etc/h.d\n"))
    names = "".join(f"{at:03}\n" for at in range(500))
    assert len(host_questions(host, folders_in([Section("folder /etc/h.d", 0, names)]))) == len(HOST) + MOST_MORE
    odd = folders_in([Section("folder /etc/h.d", 0, "..\na!b\nx\x1b[2J\n../../x\n")])
    assert host_questions(host, odd) == (*HOST, "folder=//etc/h.d")


class Jailed:
    """A jail with these files; what is not there is answered with an exit status."""

    def __init__(self, **texts: str) -> None:
        self.texts, self.asked = texts, 0

    def __call__(self, words: Argv) -> Sequence[Section]:
        self.asked += 1
        return [self.answer(*word.split("=", 1)) for word in words[1:]]

    def answer(self, kind: str, place: str) -> Section:
        path = place.replace("//", "/")
        text = self.texts.get(path)
        return Section(f"{kind} {path}", 0 if text is not None else 1, text or "")


def test_what_files_of_a_jail_include_is_read_below_its_root() -> None:
    jail = Jailed(
        **{
            f"/jails/web{CONF}": "conf-dir=/d\n",
            "/jails/web/d": "one\n",
            "/jails/web/d/one": "host-record=web.lan,192.168.1.154\n",
        }
    )
    host = with_names(web(), read_in_jails(web(), jail))
    assert jail_names(host) == {"web": (JailName("web.lan", "192.168.1.154", "/jails/web/d/one"),)}
    assert jail.asked == 3


def test_files_that_include_one_another_end() -> None:
    jail = Jailed(**{f"/jails/web{CONF}": f"conf-file={CONF}\nconf-file=/a\n", "/jails/web/a": f"conf-file={CONF}\n"})
    read_in_jails(web(), jail)
    assert jail.asked == 2


def test_names_of_a_jail_are_those_of_its_addresses() -> None:
    text = "192.168.1.154 web.lan www\n127.0.0.1 web\n192.168.1.1 router\n"
    names = jail_names(web(Section("hosts /etc/hosts", 0, text)))
    assert names == {"web": tuple(JailName(name, "192.168.1.154", "/etc/hosts") for name in ("web.lan", "www"))}
    assert jail_names(web()) == {}


def test_names_stand_in_the_details_and_a_filter_finds_them() -> None:
    host = web(Section("hosts /etc/hosts", 0, "192.168.1.154 web.lan www\x1b[2J\n"))
    (jail,) = host.jails
    lines = ["".join(cell.text for cell in each.cells) for each in jail_detail(jail, host, UNICODE, 100)]
    (names,) = (line for line in lines if line.startswith("Names"))
    assert names.split(None, 1)[1].startswith("web.lan www")
    assert names.endswith("(in /etc/hosts)")
    assert "\x1b" not in names
    (parts,) = jail_parts(host, UNJUDGED, {})
    shown = jail_row(jail, UNICODE, known_as=parts[-1])
    assert [Filter(text)(shown) for text in ("web.lan", "nas.lan")] == [True, False]
