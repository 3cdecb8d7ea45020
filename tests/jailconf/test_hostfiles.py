"""The rule of rc.d/jail, as recorded (rc-service/jail-list-confd on 13.2, rc-service/confd on 15.1)."""

from __future__ import annotations

from errno import EACCES

from jailtui.jailconf import Cache, Dialect, HostConfig, choose
from jailtui.jailconf.lookup import MOST_MISSING, OtherPaths

FILES = {
    "/etc/jail.conf": b'path = "/"; a { } b { }\n',
    "/etc/jail.conf.d/c.conf": b"c { }",
    "/etc/jail.conf.d/d.conf": b"notd { }",
    "/etc/jail.conf.d/e.conf": b"e { }",
    "/etc/jail.e.conf": b"e { }",
    "/etc/jail.conf.d/f_g.conf": b"f.g { }",
    "/usr/local/etc/a.conf": b"a { }",
}
ENABLED = {"jail_enable": "YES"}


def chosen(files: dict[str, bytes], rcconf: dict[str, str], dialect: Dialect = "15") -> HostConfig:
    return choose(files, dialect, rcconf)


def test_a_jail_is_defined_by_its_own_file_then_by_that_in_the_folder_then_by_jail_conf() -> None:
    config = chosen(FILES, ENABLED)
    found = {jail.name: (jail.file, jail.by_service) for jail in config.jails}
    assert found == {
        "a": ("/etc/jail.conf", True),
        "b": ("/etc/jail.conf", True),
        "c": ("/etc/jail.conf.d/c.conf", True),
        "notd": ("/etc/jail.conf.d/d.conf", False),
        "e": ("/etc/jail.e.conf", True),
        "f.g": ("/etc/jail.conf.d/f_g.conf", False),
    }
    twice = config.get("e")
    assert twice is not None
    assert twice.others == ("/etc/jail.conf.d/e.conf",)


def test_global_settings_of_jail_conf_do_not_reach_into_the_folder() -> None:
    config = chosen(FILES, ENABLED)
    for name, has_path in (("a", True), ("c", False)):
        jail = config.get(name)
        assert jail is not None
        assert (jail.jail.get("path") is not None) == has_path


def test_at_boot_all_of_jail_conf_starts_and_nothing_else() -> None:
    config = chosen(FILES, ENABLED)
    assert config.boot_names == ("a", "b")
    assert {jail.name for jail in config.jails if jail.boot_file} == {"a", "b"}
    assert chosen(FILES, {}).boot_names == ()


def test_a_list_names_what_starts_at_boot_each_from_its_own_file() -> None:
    config = chosen(FILES, {**ENABLED, "jail_list": "e a f.g"})
    assert config.boot_names == ("e", "a", "f_g")
    assert {jail.name: jail.boot_file for jail in config.jails if jail.boot_file} == {
        "a": "/etc/jail.conf",
        "e": "/etc/jail.e.conf",
    }


def test_a_folder_that_jail_conf_includes_is_not_looked_into_from_14_on() -> None:
    files = {**FILES, "/etc/jail.conf": b'path = "/";\n.include "/etc/jail.conf.d/*.conf";\n'}
    found = {jail.name: jail for jail in chosen(files, ENABLED, "15").jails}
    assert (found["c"].file, found["c"].boot_file, found["c"].others) == ("/etc/jail.conf", "/etc/jail.conf", ())
    assert found["c"].jail.get("path") is not None
    assert found["notd"].by_service
    assert {jail.name: jail.file for jail in chosen(files, ENABLED, "13").jails}["c"] == "/etc/jail.conf.d/c.conf"


def test_rc_conf_can_name_another_file_for_all_or_for_one() -> None:
    config = chosen(FILES, {**ENABLED, "jail_a_conf": "/usr/local/etc/a.conf"})
    jail = config.get("a")
    assert jail is not None
    assert (jail.file, jail.others, jail.boot_file) == ("/usr/local/etc/a.conf", ("/etc/jail.conf",), "/etc/jail.conf")
    other = chosen(FILES, {**ENABLED, "jail_conf": "/usr/local/etc/a.conf"})
    assert other.boot_names == ("a",)


def test_the_old_variables_of_rc_conf_win_over_every_file() -> None:
    config = chosen(FILES, {"jail_a_rootdir": "/j", "jail_a_hostname": "a.example.org", "jail_b_rootdir": "/j"})
    assert {jail.name: jail.legacy for jail in config.jails if jail.name in "ab"} == {"a": True, "b": False}


def test_a_glob_in_an_include_finds_only_the_files_of_that_folder() -> None:
    files = {
        "/etc/jail.conf": b'.include "d/[!x]*.conf";',
        "/etc/d/y.conf": b"y { }",
        "/etc/d/xx.conf": b"xx { }",
        "/etc/d/.z.conf": b"z { }",
        "/etc/d/deep/v.conf": b"v { }",
    }
    assert [jail.name for jail in chosen(files, {}).jails] == ["y"]


def test_only_a_changed_file_is_parsed_again() -> None:
    cache = Cache()
    before = choose(FILES, "15", ENABLED, cache).evaluations
    after = choose({**FILES, "/etc/jail.conf.d/c.conf": b"c { persist; }"}, "15", ENABLED, cache).evaluations
    same = {name for name in FILES if name in before and before[name].files[0] is after[name].files[0]}
    assert same == set(before) - {"/etc/jail.conf.d/c.conf"}


def test_what_is_not_asked_for_yet_counts_as_empty_and_is_named() -> None:
    files = {"/etc/jail.conf": b'a { .include "a.conf"; }\n.include "d/*.conf", "/etc/none", "x/.*"; b { }'}
    others = OtherPaths({}, frozenset({"/etc/none2"}))
    config = choose(files, "15", {"jail_conf": "/usr/local/etc/j.conf", **ENABLED}, others=others)
    assert config.missing == ("/usr/local/etc/j.conf",), "which is read in place of jail.conf"
    config = choose(files, "15", ENABLED, others=others)
    assert [jail.name for jail in config.jails] == ["a", "b"]
    assert config.missing == ("/etc/a.conf", "/etc/d/*.conf", "/etc/none", "/etc/x/.*", "/etc/x/.", "/etc/x/..")
    assert config.wanted == config.missing


def test_many_names_are_asked_for_in_parts() -> None:
    files = {"/etc/jail.conf": b"".join(b'.include "%d";\n' % number for number in range(MOST_MISSING * 2))}
    config = choose(files, "15", ENABLED, others=OtherPaths({}, frozenset()))
    assert MOST_MISSING <= len(config.missing) < MOST_MISSING + 3
    known = OtherPaths({}, frozenset(config.missing))
    assert [evaluation.faults for evaluation in choose(files, "15", ENABLED, others=known).evaluations.values()] != [()]


def test_of_an_included_file_that_could_not_be_read_nothing_is_concluded() -> None:
    files = {"/etc/jail.conf": b'a { }\n.include "secret.conf";'}
    config = choose(files, "15", ENABLED, others=OtherPaths({"/etc/secret.conf": EACCES}, frozenset()))
    assert [evaluation.faults for evaluation in config.evaluations.values()] == [()]
