"""Files that define jails beside those of rc.d/jail: found in a reading, and each read by itself."""

from __future__ import annotations

import pytest

from jailtui.config.ownfiles import jails_directory, own_files
from jailtui.exchange import BASTILLE_CONF, Section
from jailtui.model.build import Builder
from jailtui.model.commands import jail_c
from jailtui.model.state import HostState
from tests.support.captures import capture, row

SAMPLE = """\
## default paths
bastille_prefix="/usr/local/bastille"              ## default: "/usr/local/bastille"
bastille_jailsdir="${bastille_prefix}/jails"       ## default: "${bastille_prefix}/jails"
bastille_tzdata=""                                 ## default: empty to use host's time zone
bastille_zfs_options="-o compress=lz4 -o atime=off"
"""
"""From usr/local/etc/bastille/bastille.conf.sample of BastilleBSD/bastille."""
FOO = "/usr/local/bastille/jails/foo/jail.conf"


def conf_files(*names: str) -> Section:
    return Section("conf-files", 0, "\0".join(names))


def file(path: str, text: str) -> Section:
    return Section(f"file {path}", 0, text)


@pytest.mark.parametrize(
    ("text", "directory"),
    [
        (SAMPLE, "/usr/local/bastille/jails"),
        ("", "/usr/local/bastille/jails"),
        ("# bastille_jailsdir=/x\n", "/usr/local/bastille/jails"),
        ("bastille_prefix=/zroot/b\n", "/zroot/b/jails"),
        ("bastille_prefix='/a b'\nbastille_jailsdir=$bastille_prefix/'j*'/\n", "/a b/j*"),
        ("bastille_jailsdir=/x; bastille_jailsdir=/y\n", "/y"),
        ("bastille_jailsdir=$(cat /etc/where)\n", None),
        ("bastille_prefix=${HOME}\n", None),
        ("bastille_prefix=relative\n", None),
        ("if [ -d /x ]; then bastille_jailsdir=/x; fi\n", None),
        ("case x in\n", None),
        ("bastille_jailsdir=/\n", None),
        ("bastille_prefix=/usr/local/bastille\n. /usr/local/etc/bastille/local.conf\n", None),
        (": ${bastille_prefix:=/usr/x}\n", None),
        ("eval bastille_jailsdir=/z\n", None),
        ("readonly bastille_jailsdir=/y\n", None),
        ("[ -f /x ] && . /x\n", None),
        ("echo ${bastille_prefix:=/usr/x}\n", None),
        ("command . /x\n", None),
        ("echo hello\n", "/usr/local/bastille/jails"),
    ],
)
def test_the_directory_of_bastille_is_read_as_sh_assigns_it_and_else_not_known(text: str, directory: str) -> None:
    assert jails_directory(text) == directory


def test_a_directory_that_is_named_like_a_pattern_is_no_pattern() -> None:
    read = own_files(capture(more=[file(BASTILLE_CONF, "bastille_jailsdir='/j[a]*\\'")]))
    assert read.patterns == ("/j\\[a\\]\\*\\\\/*/jail.conf",)


def state(*more: Section, **told: object) -> HostState:
    return Builder().build(capture(more=more, **told))  # type: ignore[arg-type]


def test_a_stopped_bastille_jail_is_a_jail_with_its_file() -> None:
    text = "foo { path = /usr/local/bastille/jails/foo/root; vnet; vnet.interface = e0b_foo; }"
    foo = state(file(BASTILLE_CONF, SAMPLE), file(FOO, text)).jail("foo")
    assert foo is not None
    assert foo.jid is None
    assert jail_c(foo) == ("jail", "-f", FOO, "-c", "foo")
    assert state(file(FOO, text)).jail("foo") is None  # no Bastille here: nobody asked for its file


def test_each_file_of_conf_files_is_read_by_itself() -> None:
    one = "* { $net = 10; } path = /; one { host.hostname = h$net; }"
    two = "two { host.hostname = h$net; path = /; }"
    files = [file("/opt/1/jail.conf", one), file("/opt/2/jail.conf", two), file("/opt/2/other.conf", "three { }")]
    read = state(conf_files("/opt/*/jail.conf"), *files, conf="* { securelevel = 2; }\nweb { path = /; }")
    assert [jail.name for jail in read.jails] == ["web", "one", "two"]
    params = {jail.name: dict(jail.configured.params) for jail in read.jails if jail.configured}
    assert params["one"]["host.hostname"] == ("h10",)
    assert "securelevel" in params["web"]
    assert "securelevel" not in params["one"]
    assert [trouble.message for trouble in read.errors] == ['jail: two: host.hostname: variable "net" not found']


def test_a_name_of_rc_d_jail_s_files_and_of_another_file_is_the_former_s() -> None:
    text = "web { path = /; }"
    read = state(conf_files("/opt/jail.conf"), file("/opt/jail.conf", text), conf=text, rows=[row(4, "web")])
    web = read.jail("web")
    assert web is not None
    assert web.configured is not None
    assert web.configured.file == "/etc/jail.conf"


def test_a_bastille_conf_that_does_not_tell_its_jails_leaves_the_files_unknown() -> None:
    read = state(file(BASTILLE_CONF, "bastille_jailsdir=$(x)\n"))
    assert [(trouble.subject, trouble.message) for trouble in read.errors] == [
        (BASTILLE_CONF, "bastille_jailsdir can't be known without running the file")
    ]
    assert read.unknown("files") == f"{BASTILLE_CONF} could not be read"


def test_a_jail_below_the_directory_of_bastille_is_bastille_s_by_the_name_of_its_directory() -> None:
    text = "foo { path = /x; } bar { path = /y; }"
    read = state(file(BASTILLE_CONF, "bastille_jailsdir=/opt/b\n"), file("/opt/b/foo/jail.conf", text))
    assert {jail.name: (jail.manager, jail.manager_name) for jail in read.jails} == {
        "foo": ("Bastille", "foo"),
        "bar": ("Bastille", ""),
    }


def test_what_the_jails_of_bastille_say_of_their_start_at_boot() -> None:
    lines = ('foo/settings.conf:boot="off"', "b r/settings.conf:boot=on", "x/settings.conf:boot=$(id)", "y/z/a:boot=on")
    text = "".join(f"./{line}\n" for line in lines)
    assert boots(0, text) == (("b r", "on"), ("foo", "off"))
    assert boots(1) == ()
    assert boots(2, err="grep: ./*/settings.conf: No such file or directory\n") == (), "Bastille before 1.0"


@pytest.mark.parametrize(
    ("rc", "err"),
    [
        (124, ""),
        (2, "cd: /usr/local/bastille/jails: Permission denied\n"),
        (2, "grep: ./foo/settings.conf: Permission denied\n"),
    ],
)
def test_a_start_at_boot_that_could_not_be_read_is_not_known(rc: int, err: str) -> None:
    assert boots(rc, "./bar/settings.conf:boot=on\n", err) is None
    assert state(file(BASTILLE_CONF, SAMPLE)).bastille_boots is None


def boots(rc: int, text: str = "", err: str = "") -> tuple[tuple[str, str], ...] | None:
    section = Section("boots /usr/local/bastille/jails", rc, text, err)
    return state(file(BASTILLE_CONF, SAMPLE), section).bastille_boots
