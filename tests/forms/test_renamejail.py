"""Renaming: the block, those that depend on it, jail_list, the file that is named after it, and what stays."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pytest

from jailtui.forms.sources import Sources
from jailtui.model.state import JailState
from tests.support.form_hosts import MAIN, sources
from tests.support.new_jails import answered, argvs, jails_after, jails_before, opened, shown, text_after, told

TEXT = """\
* { path = "/jails/${name}"; }
web {   # front
    host.hostname = "web.example";
    vnet;
    vnet.interface = "e0b_web";
    exec.prestart = "/usr/sbin/jib addm web em0";
    exec.start = "sh /etc/rc", "service web onestart";
    exec.prestop = "ifconfig e0b_web -vnet web || true";
    $data = "/data/web";
}
db { depend = web; }
proxy { depend = "db", "web"; }
"""


def host(text: str = TEXT, state: JailState | None = None, **rc: str) -> Sources:
    found = sources({MAIN: text.encode()}, rcconf={"jail_enable": "YES", **rc})
    if state is None:
        return found
    live = tuple(one._replace(jid=4, state=state) if one.name == "web" else one for one in found.state.jails)
    return replace(found, state=found.state._replace(jails=live))


def renamed(jails: Mapping[str, object], old: str, new: str) -> dict[str, object]:
    return {new if name == old else name: params for name, params in jails.items()}


def test_block_and_all_that_depend_on_it_get_the_new_name_and_no_other_byte_changes() -> None:
    before = host()
    draft = opened("rename", "web", before).draft(answered(name="www"))
    text = TEXT.replace("web {", "www {").replace("depend = web", "depend = www").replace('"db", "web"', '"db", "www"')
    assert text_after(draft) == {MAIN: text}
    after = jails_after(before, draft)
    was = renamed(jails_before(before), "web", "www")
    assert list(after) == list(was)
    assert after["proxy"]["depend"] == ("db", "www")
    assert after["www"]["path"] == ("/jails/www",)
    assert after["www"]["vnet.interface"] == ("e0b_web",)


def test_depend_in_other_files_and_in_wildcard_blocks_follows() -> None:
    texts = {
        MAIN: b'* { depend = "web"; }\n"a.*" { depend += "b"; }\nweb { depend = ""; }\nx { }\n',
        "/etc/jail.conf.d/y.conf": b'y { depend = "x", "web"; }\n',
    }
    before = sources(texts, rcconf={"jail_enable": "YES"})
    draft = opened("rename", "web", before).draft(answered(name="www"))
    assert text_after(draft) == {
        MAIN: '* { depend = "www"; }\n"a.*" { depend += "b"; }\nwww { depend = ""; }\nx { }\n',
        "/etc/jail.conf.d/y.conf": 'y { depend = "x", "www"; }\n',
    }


def test_values_with_the_old_name_stay_and_are_told_of() -> None:
    draft = opened("rename", "web", host()).draft(answered(name="www"))
    stays = [one.partition(" keeps the old name")[0] for one in told(draft, "note") if "old name" in one]
    assert stays == [
        ": jail.conf line 3, host.hostname",
        ": jail.conf line 5, vnet.interface",
        ": jail.conf line 7, exec.start",
        ": jail.conf line 9, $data",
    ]
    # These name the jail for a command, which fails under another name.
    needed = [one.partition(" keeps the old name")[0] for one in told(draft, "warning") if "old name" in one]
    assert needed == [": jail.conf line 6, exec.prestart", ": jail.conf line 8, exec.prestop"]


def test_following_changes_host_name_interfaces_and_what_names_the_jail_for_a_command() -> None:
    before = host()
    form = opened("rename", "web", before)
    assert shown(form, answered())["follow"] == "off"
    after = jails_after(before, form.draft(answered(name="www", follow="on")))["www"]
    assert after["host.hostname"] == ("www.example",)
    assert after["vnet.interface"] == ("e0b_www",)
    assert after["exec.prestart"] == ("/usr/sbin/jib addm www em0",)
    assert after["exec.prestop"] == ("ifconfig e0b_www -vnet www || true",)
    assert after["exec.start"] == ("sh /etc/rc", "service web onestart")  # a service's name, not the jail's


def test_root_that_follows_the_name_has_to_be_renamed_on_the_host() -> None:
    draft = opened("rename", "web", host()).draft(answered(name="www"))
    (text,) = [one for one in told(draft, "warning") if "root" in one]
    assert text.startswith(": The root becomes /jails/www, which follows the name: rename the directory /jails/web ")
    draft = opened("rename", "web", host("web { path = /j/web; }\n")).draft(answered(name="www"))
    assert not any("root becomes" in note.text for note in draft.notes)


def test_without_literal_names_there_is_nothing_to_follow() -> None:
    assert list(shown(opened("rename", "db", host()), answered())) == ["name"]


def test_jail_list_keeps_its_order() -> None:
    draft = opened("rename", "web", host(jail_list="db web proxy")).draft(answered(name="www"))
    assert argvs(draft) == [("sysrc", "jail_list=db www proxy")]
    assert draft.commands[0].undo == ("sysrc", "jail_list=db web proxy")
    assert argvs(opened("rename", "web", host(jail_list="db")).draft(answered(name="www"))) == []


@pytest.mark.parametrize("state", [JailState.RUNNING, JailState.STARTING, JailState.STOPPING])
def test_jail_that_runs_is_not_renamed(state: JailState) -> None:
    draft = opened("rename", "web", host(state=state)).draft(answered(name="www"))
    assert any("web" in note.text for note in draft.errors)


def test_file_that_is_named_after_its_jail_goes_with_it() -> None:
    path = "/etc/jail.conf.d/web.conf"
    texts = {path: b"# mine\nweb { path = /jails/web; }\n", MAIN: b"db { depend = web; }\n"}
    before = sources(texts, rcconf={"jail_enable": "YES", "jail_list": "web db", "jail_web_fib": "1"})
    draft = opened("rename", "web", before).draft(answered(name="www"))
    assert text_after(draft) == {
        "/etc/jail.conf.d/www.conf": "# mine\nwww { path = /jails/web; }\n",
        path: "# mine\n",
        MAIN: "db { depend = www; }\n",
    }
    assert draft.files[0].old is None
    assert set(jails_after(before, draft)) == {"www", "db"}
    assert f": {path} stays, without a jail in it." in told(draft, "note")
    assert any("jail_web_fib" in one for one in told(draft, "warning"))


@pytest.mark.parametrize(
    ("name", "says"), [("db", "already defines a jail db"), ("7", "jid"), ("a*", "wildcard"), ("", "name")]
)
def test_name_that_cannot_be_is_refused(name: str, says: str) -> None:
    draft = opened("rename", "web", host()).draft(answered(name=name))
    assert [note.field for note in draft.errors if says in note.text] == ["name"]
    assert draft.files == ()


def test_same_name_changes_nothing() -> None:
    assert opened("rename", "web", host()).draft(answered(name="web")).empty


def test_depend_that_is_made_of_variables_is_left_to_the_operator() -> None:
    made = host('web { }\n$a = "we";\ndb { depend = "${a}b"; }\n')
    draft = opened("rename", "web", made).draft(answered(name="www"))
    assert any("made of variables" in note.text for note in draft.errors)
    whole = host('web { }\n$front = "web";\ndb { depend = $front; }\n')
    draft = opened("rename", "web", whole).draft(answered(name="www"))
    assert jails_after(whole, draft)["db"]["depend"] == ("www",)


def test_jails_inside_keep_it_from_being_renamed() -> None:
    draft = opened("rename", "web", host("web { }\nweb.in { }\n")).draft(answered(name="www"))
    assert any("web.in would be inside web" in note.text for note in draft.errors)
