"""What a jail may do by its file: refused values, limits of the host and of the jail around, what is missing."""

from __future__ import annotations

import pytest

from tests.support.contexts import context, found


def jail(lines: str, name: str = "web") -> str:
    return f"{name} {{ path = /jails/{name}; {lines} }}\n"


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("devfs_ruleset = devfsrules_jail;", "devfs_ruleset of web is devfsrules_jail: it has to be a number"),
        ("devfs_ruleset = 65536;", "from 0 to 65535"),
        ("children.max = -1;", "children.max of web is -1: it has to be a number from 0 to 2147483647"),
        ("children.max = 99999999999;", "a number from 0 to 2147483647"),
        ("securelevel = high;", "securelevel of web is high"),
        ("enforce_statfs = 3;", "one of 0, 1, 2,"),
        ("sysvsem = yes;", "one of disable, new, inherit,"),
    ],
)
def test_value_that_the_kernel_does_not_take_keeps_the_jail_from_starting(line: str, said: str) -> None:
    (finding,) = found(context(jail(line)), "CONF-VALUE")
    assert (finding.severity, finding.subject.name) == ("error", "web")
    assert said in finding.text
    assert finding.field("permissions") == line.partition(" ")[0]


@pytest.mark.parametrize(
    "line",
    [
        "",
        "devfs_ruleset = 65535; children.max = 0; enforce_statfs = 0; sysvshm = new; sysvmsg = inherit;",
        "securelevel = -1;",
        "securelevel = 3;",
    ],
)
def test_value_that_the_kernel_takes_is_no_finding(line: str) -> None:
    assert found(context(jail(line)), "CONF-VALUE") == ()


@pytest.mark.parametrize(("floor", "level", "wrong"), [("1", "0", True), ("1", "1", False), ("-1", "-1", False)])
def test_securelevel_is_never_below_the_hosts(floor: str, level: str, wrong: bool) -> None:
    made = context(jail(f"securelevel = {level};"), sysctls=(("kern.securelevel", floor),))
    assert bool(found(made, "CONF-SECURELEVEL")) is wrong


def test_securelevel_of_a_host_that_was_not_read_is_not_compared() -> None:
    assert found(context(jail("securelevel = -1;")), "CONF-SECURELEVEL") == ()


@pytest.mark.parametrize(
    ("around", "line", "wrong"),
    [
        ("children.max = 3;", "allow.mount;", True),
        ("children.max = 3; allow.mount;", "allow.mount;", False),
        ("children.max = 3;", "allow.set_hostname;", False),
        ("children.max = 3;", "enforce_statfs = 1;", True),
        ("children.max = 3; enforce_statfs = 1;", "enforce_statfs = 1;", False),
        ("children.max = 3;", "children.max = 4;", True),
        ("children.max = 3;", "children.max = 3;", False),
    ],
)
def test_jail_in_a_jail_has_at_most_what_the_one_around_it_has(around: str, line: str, wrong: bool) -> None:
    told = found(context(jail(around, "p") + jail(line, "p.a")), "CONF-CHILD")
    assert [one.subject.name for one in told] == (["p.a"] if wrong else [])


def test_jail_whose_parent_no_file_defines_is_not_compared() -> None:
    assert found(context(jail("allow.mount;", "p.a")), "CONF-CHILD") == ()


@pytest.mark.parametrize("line", ["allow.nosuser;", "allow.suser = false;"])
def test_root_without_privileges_is_warned_of(line: str) -> None:
    assert [one.severity for one in found(context(jail(line)), "CONF-NO-ROOT")] == ["warning"]
    assert found(context(jail("allow.suser;")), "CONF-NO-ROOT") == ()


@pytest.mark.parametrize(
    ("line", "severities"),
    [
        ("allow.mount.zfs;", ["warning"]),
        ("allow.mount.zfs; mount.devfs;", []),
        ("children.max = 2;", ["note"]),
        ("children.max = 2; allow.mount; allow.mount.devfs;", []),
        ("children.max = 0;", []),
    ],
)
def test_dev_that_is_missing_where_it_is_needed(line: str, severities: list[str]) -> None:
    assert [one.severity for one in found(context(jail(line)), "CONF-NO-DEV")] == severities
