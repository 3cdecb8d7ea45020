"""The permission form: reading, the three states, for one or for all, recipes, the running jail, refusals."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from jailtui.backend import HostBackend
from jailtui.cli.hosts import Choice, open_host
from jailtui.exchange import Section, shell_line
from jailtui.forms.opening import open_form
from jailtui.forms.permissions.recipes import RECIPES
from jailtui.forms.protocol import Answers, Draft, Field, Form, NoForm, Scope
from jailtui.forms.sources import Sources
from jailtui.model.state import JailState
from jailtui.preferences import Config
from tests.support.form_hosts import MAIN, execute, sources
from tests.support.shared_material import RELEASES, recordings

SHARED = """\
# all of them
* {
    mount.devfs;
    allow.raw_sockets;
    enforce_statfs = 1;
}
web { vnet; allow.mount; allow.mount.tmpfs = true; }
db { path = "/jails/db"; }
mail { allow.noraw_sockets; }
"""
ONE = b"db {\n    path = /jails/db;\n    persist;\n}\n"


def recorded(release: str, *words: str) -> str:
    """What a real host of that release printed."""
    return next(line["stdout"] for line in recordings(release) if line.get("argv") == list(words) and line["stdout"])


def about(release: str = "15.1", **more: str) -> dict[str, Section]:
    told = {
        "params": recorded(release, "sysctl", "-d", "security.jail.param"),
        "rulesets": "1\n2\n3\n4\n5\n11\n",
        "securelevel": "-1\n",
    }
    return {name: Section(name, 0, text) for name, text in (told | more).items()}


def host(text: str | bytes, *, release: str = "15.1", told: Mapping[str, Section] | None = None) -> Sources:
    """A host on which no jail runs."""
    data = text.encode() if isinstance(text, str) else text
    made = sources({MAIN: data}, release=f"{release}-RELEASE")
    return replace(made, about=about(release) if told is None else told)


def running(
    text: str | bytes, jail: str = "db", told: Mapping[str, Section] | None = None, **values: object
) -> Sources:
    """The same host with that jail running as jid 4; `values` are what its kernel says beside the defaults."""
    made = host(text)
    default = json.loads(recorded("15.1", "jls", "--libxo", "json", "-n", "-j", "my-vnet-jail"))
    row = default["jail-information"]["jail"][0] | {"jid": "4", "name": jail, "devfs_ruleset": "0"}
    row |= {name.replace("__", "."): value for name, value in values.items()}
    jails = tuple(one._replace(jid=4, state=JailState.RUNNING) if one.name == jail else one for one in made.state.jails)
    section = Section("running", 0, json.dumps({"jail-information": {"jail": [row]}}))
    return replace(made, state=made.state._replace(jails=jails), about=told or {**made.about, "running": section})


def field(form: Form, key: str, **answers: str) -> Field:
    return next(one for one in form.fields(Answers(answers)) if one.key == key)


def draft(made: Sources, jail: str = "db", scope: Mapping[str, Scope] | None = None, **answers: str) -> Draft:
    """`answers` by key, with `__` for a dot."""
    return answered(made, {key.replace("__", "."): value for key, value in answers.items()}, jail, scope)


def answered(
    made: Sources, answers: Mapping[str, str], jail: str = "db", scope: Mapping[str, Scope] | None = None
) -> Draft:
    return open_form("permissions", jail, made).draft(Answers(answers, scope or {}))


def saved(made: Draft) -> str:
    assert [note.text for note in made.errors] == []
    return "".join(edit.new.decode() for edit in made.files)


def told(made: Draft, level: str, key: str) -> list[str]:
    return [note.text for note in made.notes if (note.level, note.field) == (level, key)]


# reading


def test_a_field_tells_its_value_its_place_and_for_whom() -> None:
    form = open_form("permissions", "web", host(SHARED))
    assert form.title == "Permissions of web"
    own = field(form, "allow.mount")
    assert (own.value, own.where, own.shared) == ("allow", "jail.conf:7", ())
    shared = field(form, "allow.raw_sockets")
    assert (shared.value, shared.where) == ("allow", "jail.conf:4, from *, shared by 2 jails")
    assert shared.shared == ("web", "db")
    assert field(form, "enforce_statfs").value == "1"
    assert field(form, "allow.mount.tmpfs").value == "allow"
    unset = field(form, "allow.chflags")
    assert (unset.value, unset.where, unset.default, unset.risk) == ("inherit", "", "denied", "medium")
    assert field(form, "allow.set_hostname").default == "allowed"
    assert field(open_form("permissions", "mail", host(SHARED)), "allow.raw_sockets").value == "deny"


@pytest.mark.parametrize("release", RELEASES)
def test_the_form_has_every_permission_that_the_kernel_lists(release: str) -> None:
    fields = open_form("permissions", "db", host(ONE, release=release)).fields(Answers())
    listed = recorded(release, "sysctl", "-d", "security.jail.param").splitlines()
    names = {line.split(": ")[0].removeprefix("security.jail.param.").rstrip(".") for line in listed}
    keys = [one.key for one in fields]
    assert {name for name in names if name.startswith("allow.")} <= set(keys)
    assert len(keys) == len(set(keys))
    assert ("allow.nfsd" in keys, "allow.routing" in keys) == (release != "13.2", release == "15.1")
    assert "allow.vmm" not in keys
    assert all(one.help and one.risk and one.default and one.live for one in fields if one.key != "recipe")


@pytest.mark.parametrize(("release", "nfsd", "routing"), [("13.2", False, False), ("14.2", True, False)])
def test_what_could_not_be_read_is_taken_from_the_table(release: str, nfsd: bool, routing: bool) -> None:
    failed = {"params": Section("params", 1, "", "sysctl: unknown oid")}
    keys = {
        one.key for one in open_form("permissions", "db", host(ONE, release=release, told=failed)).fields(Answers())
    }
    assert {"allow.mount.nullfs", "allow.sysvipc", "sysvshm", "children.max", "securelevel", "mount.procfs"} <= keys
    assert ("allow.nfsd" in keys, "allow.routing" in keys) == (nfsd, routing)


def test_a_permission_of_a_module_is_shown_in_the_kernels_words() -> None:
    more = about()["params"].out + "security.jail.param.allow.mount.p9fs: Jail may mount the p9fs file system\n"
    form = open_form("permissions", "db", host(ONE, told=about(params=more)))
    found = field(form, "allow.mount.p9fs")
    assert (found.help, found.risk, found.group) == (
        "Jail may mount the p9fs file system.",
        "not graded",
        "File systems",
    )


def test_a_value_with_a_variable_shows_both_texts() -> None:
    form = open_form("permissions", "db", host("db { $rules = 5; devfs_ruleset = $rules; }\n"))
    found = field(form, "devfs_ruleset")
    assert (found.value, found.raw) == ("5", "$rules")


def test_a_jail_that_no_file_defines_has_no_form() -> None:
    with pytest.raises(NoForm, match=r"No jail\.conf defines ghost"):
        open_form("permissions", "ghost", host(ONE))


# three states


@pytest.mark.parametrize(
    ("before", "answer", "line"),
    [
        ("", "allow", "    allow.chflags;\n"),
        ("", "deny", "    allow.nochflags;\n"),
        ("    allow.chflags;\n", "deny", "    allow.nochflags;\n"),
        ("    allow.nochflags;\n", "allow", "    allow.chflags;\n"),
        ("    allow.chflags;\n", "inherit", ""),
        ("    allow.chflags = true;\n", "deny", "    allow.chflags = false;\n"),
        ("    allow.chflags = 0;\n", "allow", "    allow.chflags = 1;\n"),
        ("    allow.nochflags = 1;\n", "allow", "    allow.nochflags = 0;\n"),
    ],
)
def test_a_permission_is_written_as_the_file_writes_it(before: str, answer: str, line: str) -> None:
    made = draft(host(f'db {{\n    path = "/db";\n{before}}}\n'), allow__chflags=answer)
    assert saved(made) == f'db {{\n    path = "/db";\n{line}}}\n'
    assert made.effect == "takes effect when db next starts"
    assert made.restart is None


@pytest.mark.parametrize(
    ("key", "value", "line"),
    [
        ("sysvshm", "new", "sysvshm = new;"),
        ("enforce_statfs", "1", "enforce_statfs = 1;"),
        ("children.max", "3", "children.max = 3;"),
        ("securelevel", "2", "securelevel = 2;"),
        ("devfs_ruleset", "11", "devfs_ruleset = 11;"),
        ("mount.fdescfs", "allow", "mount.fdescfs;"),
        ("mount.devfs", "deny", "mount.nodevfs;"),
    ],
)
def test_every_kind_can_be_set_and_taken_back(key: str, value: str, line: str) -> None:
    text = saved(answered(host(ONE), {key: value}))
    assert line in text
    kind = field(open_form("permissions", "db", host(text)), key)
    assert kind.value == value
    back = saved(answered(host(text), {key: "inherit" if kind.kind == "three" else ""}))
    assert line not in back
    assert field(open_form("permissions", "db", host(back)), key).value in ("inherit", "")


def test_answers_that_change_nothing_make_an_empty_draft() -> None:
    made = draft(host(ONE), allow__mount="inherit", sysvshm="", devfs_ruleset="")
    assert made == Draft()


def test_an_included_file_is_edited_where_the_jail_stands() -> None:
    files = {MAIN: b'.include "/etc/jail.conf.d/*.conf";\n', "/etc/jail.conf.d/db.conf": ONE}
    made = replace(sources(files, release="15.1-RELEASE"), about=about())
    result = draft(made, allow__chflags="allow")
    assert [edit.path for edit in result.files] == ["/etc/jail.conf.d/db.conf"]
    assert "allow.chflags;" in saved(result)


# for one, for all


def test_a_shared_value_asks_for_whom() -> None:
    made = draft(host(SHARED), allow__raw_sockets="deny")
    assert told(made, "error", "allow.raw_sockets") == [
        "allow.raw_sockets comes from * (jail.conf:4) for 2 jails: choose db only, or all of them."
    ]
    assert made.empty


def test_for_one_the_jail_gets_a_line_of_its_own() -> None:
    made = draft(host(SHARED), scope={"allow.raw_sockets": "one"}, allow__raw_sockets="deny")
    text = saved(made)
    assert "    allow.raw_sockets;\n" in text
    assert 'db { path = "/jails/db"; allow.noraw_sockets; }' in text


def test_for_all_the_line_they_share_is_changed_and_the_others_are_named() -> None:
    made = draft(host(SHARED), scope={"allow.raw_sockets": "all"}, allow__raw_sockets="deny")
    assert saved(made) == SHARED.replace("    allow.raw_sockets;", "    allow.noraw_sockets;")
    assert told(made, "warning", "allow.raw_sockets") == [
        "allow.raw_sockets changes for web too, each when it next starts."
    ]


def test_a_shared_value_is_taken_back_for_all_or_not_at_all() -> None:
    one = draft(host(SHARED), scope={"enforce_statfs": "one"}, enforce_statfs="")
    assert "can't be undone for db only: set another value." in told(one, "error", "enforce_statfs")[0]
    everyone = draft(host(SHARED), scope={"enforce_statfs": "all"}, enforce_statfs="")
    assert saved(everyone) == SHARED.replace("    enforce_statfs = 1;\n", "")


def test_global_settings_are_a_place_too() -> None:
    text = "allow.chflags;\na { path = /a; }\nb { path = /b; }\n"
    form = open_form("permissions", "a", host(text))
    assert field(form, "allow.chflags").where == "jail.conf:1, from globals, shared by 2 jails"
    made = draft(host(text), "a", scope={"allow.chflags": "all"}, allow__chflags="inherit")
    assert saved(made) == text.replace("allow.chflags;\n", "")


def test_a_block_further_down_that_has_the_last_word_is_told() -> None:
    late = host("db { path = /db; }\n* { allow.chflags; }\nweb { path = /w; }\n")
    made = draft(late, scope={"allow.chflags": "one"}, allow__chflags="deny")
    assert made.empty
    assert "set again below db" in told(made, "error", "allow.chflags")[0]


# recipes


def test_a_recipe_sets_its_lines_and_says_why() -> None:
    form = open_form("permissions", "db", host(ONE))
    answers = Answers({"recipe": "PostgreSQL"})
    assert {one.key: one.value for one in form.fields(answers)}["sysvshm"] == "new"
    made = form.draft(answers)
    assert saved(made) == "db {\n    path = /jails/db;\n    persist;\n    sysvshm = new;\n}\n"
    assert told(made, "note", "sysvshm")[0].startswith(
        "sysvshm = new: PostgreSQL needs a little System V shared memory"
    )
    assert "allow.sysvipc" not in saved(made)


def test_postgresql_takes_the_shared_kind_away() -> None:
    text = saved(draft(host("db { allow.sysvipc; path = /db; }\n"), recipe="PostgreSQL"))
    assert "sysvshm = new;" in text
    assert "allow.sysvipc" not in text


def test_an_answer_wins_over_the_recipe() -> None:
    made = draft(host(ONE), recipe="nested jails", children__max="2", allow__mount__devfs="inherit")
    text = saved(made)
    assert "children.max = 2;" in text
    assert "allow.mount;" in text
    assert "enforce_statfs = 1;" in text
    assert "allow.mount.devfs" not in text
    assert not any(note.text.startswith("children.max = ") for note in made.notes)


def test_a_recipe_is_for_one_jail_even_where_the_value_is_shared() -> None:
    text = "* { enforce_statfs = 2; }\ndb { path = /db; }\nweb { path = /w; }\n"
    made = draft(host(text), recipe="ZFS in the jail")
    assert "* { enforce_statfs = 2; }\n" in saved(made)
    assert "web { path = /w; }\n" in saved(made)
    assert "enforce_statfs = 1; " in saved(made)


def test_dhcp_takes_a_loaded_ruleset_of_ones_own() -> None:
    vnet = "db { vnet; path = /db; }\n"
    text = saved(draft(host(vnet), recipe="DHCP client"))
    assert "devfs_ruleset = 11;" in text
    assert "mount.devfs;" in text
    none = draft(host(vnet, told=about(rulesets="1\n2\n3\n4\n5\n")), recipe="DHCP client")
    assert "devfs_ruleset" not in saved(none)
    assert any("add path 'bpf*' unhide" in text for text in told(none, "warning", "recipe"))


def test_ping_takes_raw_sockets_only_without_vnet() -> None:
    assert "allow.raw_sockets;" in saved(draft(host(ONE), recipe="ping without VNET"))
    vnet = draft(host("db { vnet; path = /db; }\n"), recipe="ping without VNET")
    assert vnet.empty
    assert told(vnet, "note", "recipe") == ["db has vnet, so ping works without further permission."]


def test_zfs_takes_all_three_and_a_dev() -> None:
    text = saved(draft(host(ONE), recipe="ZFS in the jail"))
    assert {"allow.mount;", "allow.mount.zfs;", "enforce_statfs = 1;", "mount.devfs;"} <= {
        line.strip() for line in text.splitlines()
    }


def test_an_nfs_server_takes_vnet_and_a_release_that_has_it() -> None:
    assert "allow.nfsd;" in saved(draft(host("db { vnet; }\n"), recipe="NFS server"))
    without = told(draft(host(ONE), recipe="NFS server"), "note", "allow.nfsd")
    assert any("an NFS server runs only in a jail with vnet" in one for one in without)
    old = draft(host("db { vnet; }\n", release="13.2"), recipe="NFS server")
    assert told(old, "error", "recipe") == ["FreeBSD 13 has no allow.nfsd: no NFS server runs in a jail there."]


@pytest.mark.parametrize("release", RELEASES)
@pytest.mark.parametrize("name", RECIPES)
def test_a_recipe_applied_twice_changes_nothing_more(name: str, release: str) -> None:
    if (name, release) == ("NFS server", "13.2"):
        return
    vnet = "db { vnet; path = /db; }\n"
    once = draft(host(vnet, release=release), recipe=name)
    again = draft(host(saved(once) or vnet, release=release), recipe=name)
    assert again.empty
    assert again.errors == ()


# the running jail


def test_apply_now_changes_the_running_jail_by_its_jid() -> None:
    made = draft(
        running(ONE),
        apply="on",
        allow__chflags="allow",
        allow__set_hostname="deny",
        enforce_statfs="1",
        children__max="3",
    )
    (step,) = made.commands
    assert shell_line(step.argv) == ("jail -m jid=4 allow.noset_hostname allow.chflags enforce_statfs=1 children.max=3")
    assert step.undo is not None
    assert shell_line(step.undo) == "jail -m jid=4 allow.set_hostname allow.nochflags enforce_statfs=2 children.max=0"
    assert (made.effect, made.restart) == ("takes effect at once", None)


def test_without_apply_a_running_jail_gets_it_at_a_restart() -> None:
    made = draft(running(ONE), allow__chflags="allow")
    assert (made.commands, made.effect, made.restart) == ((), "takes effect after db restarts", "db")


def test_what_the_kernel_ignores_is_left_to_the_restart() -> None:
    made = draft(running(ONE), apply="on", allow__chflags="allow", mount__fdescfs="allow", devfs_ruleset="11")
    assert [shell_line(step.argv) for step in made.commands] == ["jail -m jid=4 allow.chflags"]
    assert made.effect == "takes effect after db restarts; allow.chflags at once"
    assert made.restart == "db"


def test_a_line_taken_out_gives_the_running_jail_the_default() -> None:
    text = "db { path = /db; allow.chflags; allow.noset_hostname; children.max = 2; }\n"
    made = draft(
        running(text, allow__chflags=True, allow__set_hostname=False, children__max="2"),
        apply="on",
        allow__chflags="inherit",
        allow__set_hostname="inherit",
        children__max="",
    )
    assert [step.argv[3:] for step in made.commands] == [("allow.set_hostname", "allow.nochflags", "children.max=0")]


def test_a_field_tells_what_the_running_jail_has_otherwise() -> None:
    text = "db { path = /db; allow.mount; allow.sysvipc; securelevel = 1; }\n"
    made = running(
        text,
        allow__chflags=True,
        allow__sysvipc=True,
        sysvshm="inherit",
        sysvsem="inherit",
        sysvmsg="new",
        enforce_statfs="0",
        securelevel="2",
    )
    form = open_form("permissions", "db", made)
    told_now = {one.key: one.now for one in form.fields(Answers()) if one.now}
    assert told_now == {
        "allow.chflags": "allowed",
        "allow.mount": "denied",
        "enforce_statfs": "0",
        "sysvmsg": "new",
        "securelevel": "2",
    }


def test_apply_alone_brings_the_running_jail_to_what_the_file_says() -> None:
    made = draft(running("db { path = /db; allow.mount; }\n"), apply="on")
    assert [shell_line(step.argv) for step in made.commands] == ["jail -m jid=4 allow.mount"]
    assert (made.files, made.effect) == ((), "takes effect at once")


def test_what_a_running_jail_has_may_not_be_known() -> None:
    made = draft(running(ONE, told=about()), apply="on", allow__chflags="allow")
    assert [(shell_line(step.argv), step.undo) for step in made.commands] == [("jail -m jid=4 allow.chflags", None)]


def test_a_stopped_jail_has_nothing_to_apply_to() -> None:
    form = open_form("permissions", "db", host(ONE))
    assert "apply" not in {one.key for one in form.fields(Answers())}
    assert form.draft(Answers({"apply": "on"})).empty


# refused combinations

DEV = "db { path = /db; mount.devfs; }\n"
VNET = "db { vnet; path = /db; }\n"


@pytest.mark.parametrize(
    ("text", "answers", "level", "key", "said"),
    [
        (DEV, {"devfs_ruleset": "99"}, "error", "devfs_ruleset", "devfs ruleset 99 is not loaded"),
        (DEV, {"devfs_ruleset": "2"}, "error", "devfs_ruleset", "ruleset 2 hides nothing"),
        (DEV, {"devfs_ruleset": "0"}, "error", "devfs_ruleset", "ruleset 0 hides nothing"),
        (ONE.decode(), {"devfs_ruleset": "devfsrules_jail"}, "error", "devfs_ruleset", "no name"),
        (ONE.decode(), {"devfs_ruleset": "70000"}, "error", "devfs_ruleset", "from 0 to 65535"),
        ("db { mount.devfs; devfs_ruleset = 6; }\n", {}, "error", "devfs_ruleset", "6 is not loaded"),
        (ONE.decode(), {"securelevel": "-5"}, "error", "securelevel", "host's securelevel is -1"),
        (ONE.decode(), {"securelevel": "high"}, "error", "securelevel", "a number from -1 to 3"),
        (
            ONE.decode(),
            {"children.max": "many"},
            "error",
            "children.max",
            "is many: it has to be a number from 0 to 2147483647",
        ),
        (ONE.decode(), {"children.max": "2"}, "note", "children.max", "Jails in db get no /dev"),
        (ONE.decode(), {"enforce_statfs": "5"}, "error", "enforce_statfs", "is 5: it has to be one of 0, 1, 2"),
        (ONE.decode(), {"sysvshm": "yes"}, "error", "sysvshm", "is yes: it has to be one of disable, new, inherit"),
        (ONE.decode(), {"allow.mount": "maybe"}, "error", "allow.mount", "not maybe"),
        (ONE.decode(), {"allow.mount": "allow"}, "note", "allow.mount", "does nothing: enforce_statfs is 2"),
        (ONE.decode(), {"allow.mount.zfs": "allow"}, "warning", "allow.mount.zfs", "no /dev/zfs"),
        (ONE.decode(), {"allow.mount.zfs": "allow"}, "note", "allow.mount.zfs", "allow.mount is not set"),
        (ONE.decode(), {"allow.nfsd": "allow"}, "note", "allow.nfsd", "only in a jail with vnet"),
        ("db { allow.nfsd; }\n", {}, "note", "allow.nfsd", "only in a jail with vnet"),
        (VNET, {"allow.raw_sockets": "allow"}, "note", "allow.raw_sockets", "does nothing: a jail with vnet"),
        (ONE.decode(), {"allow.sysvipc": "allow"}, "warning", "allow.sysvipc", "shares System V IPC"),
        (ONE.decode(), {"allow.suser": "deny"}, "warning", "allow.suser", "no privileges"),
        ("db { allow.sysvipc; sysvshm = new; }\n", {}, "warning", "allow.sysvipc", "contradicts sysvshm"),
        ("db { allow.timetravel; }\n", {}, "error", "allow.timetravel", "does not know"),
        (ONE.decode(), {"allow.timetravel": "allow"}, "error", "allow.timetravel", "has no allow.timetravel"),
        (ONE.decode(), {"recipe": "Doom"}, "error", "recipe", "Unknown recipe Doom"),
    ],
)
def test_a_combination_that_can_not_be_is_explained(
    text: str, answers: dict[str, str], level: str, key: str, said: str
) -> None:
    found = told(answered(host(text), answers), level, key)
    assert any(said in one for one in found), found


def test_a_ruleset_that_is_loaded_and_a_plain_permission_are_no_matter() -> None:
    made = draft(host(ONE), devfs_ruleset="11", allow__chflags="allow", enforce_statfs="1")
    assert made.notes == ()


def test_taking_a_ruleset_out_is_no_open_dev() -> None:
    made = draft(host("db { path = /db; devfs_ruleset = 5; }\n"), devfs_ruleset="")
    assert made.notes == ()
    assert "devfs_ruleset" not in saved(made)


def test_a_ruleset_that_nobody_could_look_up_is_a_warning() -> None:
    made = draft(host(ONE, told={}), devfs_ruleset="11")
    assert "devfs ruleset 11 may not be loaded" in told(made, "warning", "devfs_ruleset")[0]
    assert made.errors == ()


def test_the_hosts_own_securelevel_is_the_lowest() -> None:
    raised = host(ONE, told=about(securelevel="1\n"))
    assert "securelevel is 1" in told(draft(raised, securelevel="0"), "error", "securelevel")[0]
    assert draft(raised, securelevel="1").notes == ()


def test_a_jail_in_a_jail_has_no_more_than_the_one_around_it() -> None:
    text = "p { path = /p; children.max = 3; }\np.a { path = /p/a; }\n"
    for key, value in (("allow.mount", "allow"), ("enforce_statfs", "0"), ("children.max", "5")):
        made = answered(host(text), {key: value}, "p.a")
        assert any("for p, the jail around it" in one for one in told(made, "error", key)), key
    assert told(draft(host(text), "p.a", children__max="1"), "error", "children.max") == []


def test_hostile_answers_are_refused_and_raise_nothing() -> None:
    for value in ('1"; exec.prestart = "rm -rf /', "4\n", "\x00", "४", "9" * 5000, "$name"):
        for key in ("devfs_ruleset", "children.max", "securelevel", "sysvshm", "allow.mount", "recipe"):
            made = answered(host(ONE), {key: value})
            written = "".join(edit.new.decode("utf-8", "surrogateescape") for edit in made.files)
            assert made.errors or "exec.prestart" not in written
            assert made.errors or value.strip() == "4"


# a whole host


@pytest.fixture
def backend(tmp_path: Path) -> Iterator[HostBackend]:
    made = open_host(Choice(host="demo", demo_dir=tmp_path / "demo"), Config())
    yield made
    made.close()


def save(backend: HostBackend, answers: Mapping[str, str], restart: bool) -> None:
    snapshot = backend.read()
    form = backend.form("permissions", "db")
    plan = backend.save_plan(form, form.draft(Answers(answers)), snapshot, restart=restart)
    assert plan.refused == ()
    assert set(backend.run(plan, lambda _: None, never).values()) == {"done"}


def jls(backend: HostBackend, *params: str) -> str:
    return execute(backend, "jls", "-j", "db", "-n", *params).output.strip()


never: Callable[[], bool] = lambda: False  # noqa: E731


def test_a_recipe_reaches_the_running_jail_of_a_host(backend: HostBackend, tmp_path: Path) -> None:
    assert (
        jls(backend, "children.max", "allow.mount", "enforce_statfs") == "children.max=0 allow.nomount enforce_statfs=2"
    )
    save(backend, {"recipe": "nested jails", "apply": "on"}, restart=False)
    now = jls(backend, "children.max", "allow.mount", "allow.mount.devfs", "enforce_statfs")
    assert now == "children.max=5 allow.mount allow.mount.devfs enforce_statfs=1"
    text = (tmp_path / "demo/etc/jail.conf").read_text()
    assert '    children.max = "5";' in text.split("\ndb {")[1].split("\n}")[0]
    assert {one.now for one in backend.form("permissions", "db").fields(Answers())} == {""}


def test_a_recipe_holds_after_a_restart(backend: HostBackend) -> None:
    save(backend, {"recipe": "DHCP client", "sysvsem": "new"}, restart=True)
    assert jls(backend, "devfs_ruleset", "sysvsem", "sysvshm") == "devfs_ruleset=11 sysvsem=new sysvshm=new"


def test_second_permission_is_written_beside_the_first_as_both_are_typed(backend: HostBackend) -> None:
    form = backend.form("permissions", "db")
    form.draft(Answers({"allow.chflags": "allow"}))
    draft = form.draft(Answers({"allow.chflags": "allow", "sysvsem": "new"}))
    assert not draft.errors
    added = set(draft.files[0].new.splitlines()) - set((draft.files[0].old or b"").splitlines())
    assert added == {b"    allow.chflags;", b'    sysvsem = "new";'}


# typing


def test_a_draft_depends_on_its_answers_and_not_on_those_before() -> None:
    steps: list[dict[str, str]] = [
        {"recipe": "nested jails"},
        {"recipe": "nested jails", "children.max": "1"},
        {"recipe": "nested jails", "children.max": "12"},
        {"recipe": "nested jails", "children.max": "123", "allow.chflags": "deny"},
        {"recipe": "nested jails", "children.max": "x", "allow.raw_sockets": "deny"},
        {"children.max": "12", "allow.chflags": "deny"},
        {},
    ]
    form = open_form("permissions", "db", host(SHARED))
    for answers in [*steps, *reversed(steps)]:
        assert form.draft(Answers(answers)) == open_form("permissions", "db", host(SHARED)).draft(Answers(answers))
