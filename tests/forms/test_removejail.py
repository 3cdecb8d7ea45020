"""Removing a jail from the configuration: what goes, what keeps it from going."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from jailtui.exchange import Verb
from jailtui.forms.sources import Sources
from jailtui.model.state import End, Epair, JailState, Where
from jailtui.plans.save import save_plan
from tests.support.form_hosts import MAIN, Embedded, sources
from tests.support.new_jails import answered, argvs, jails_after, jails_before, opened, shown, text_after, told

TEXT = """\
# ours
web { path = "/jails/web"; host.hostname = web; }

# the base
db { path = "/jails/db"; }
proxy { depend = "db"; }
"""


def host(name: str = "web", state: JailState | None = None, **rc: str) -> Sources:
    found = sources({MAIN: TEXT.encode()}, rcconf={"jail_enable": "YES", **rc})
    if state is None:
        return found
    live = tuple(one._replace(jid=4, state=state) if one.name == name else one for one in found.state.jails)
    return replace(found, state=found.state._replace(jails=live))


def test_block_goes_and_every_other_jail_and_comment_stays() -> None:
    before = host()
    draft = opened("remove", "web", before).draft(answered())
    assert text_after(draft) == {MAIN: TEXT.replace('web { path = "/jails/web"; host.hostname = web; }\n', "")}
    was = jails_before(before)
    del was["web"]
    assert jails_after(before, draft) == was
    assert ": The root /jails/web stays as it is." in told(draft, "note")
    assert ": The comment above its block, /etc/jail.conf line 1, stays." in told(draft, "note")


def test_no_comment_is_told_of_where_there_is_none() -> None:
    draft = opened("remove", "proxy", host()).draft(answered())
    assert not [text for text in told(draft, "note") if "comment" in text]


def test_fields_show_which_jail_it_is() -> None:
    form = opened("remove", "web", host())
    assert shown(form, answered()) == {"jail": "web", "path": "/jails/web", "hostname": "web"}
    assert all(one.kind == "fact" for one in form.fields(answered()))
    assert form.fields(answered())[0].where == "/etc/jail.conf:2"


def test_jail_that_others_depend_on_is_not_removed() -> None:
    draft = opened("remove", "db", host()).draft(answered())
    (note,) = draft.errors
    assert note.code == "JAIL-DEPEND"
    assert note.text == "proxy can't be started: it depends on db, which /etc/jail.conf does not define."


@pytest.mark.parametrize("state", [JailState.RUNNING, JailState.STARTING, JailState.STOPPING])
def test_jail_that_runs_is_not_removed(state: JailState) -> None:
    assert opened("remove", "web", host(state=state)).draft(answered()).errors


def test_pair_it_has_left_is_told_of_while_its_owner_is_known() -> None:
    before = host()
    lost = End(None, Where.LOST)
    pair = Epair("epair4", "epair4", End("epair4a", Where.HOST), lost, "name", True, "lost", owner="web")
    draft = opened("remove", "web", replace(before, state=before.state._replace(epairs=(pair,)))).draft(answered())
    assert told(draft, "warning") == [": epair4 of web is left over: reclaim it first, while its owner is known."]
    assert not draft.errors


def test_jail_list_loses_it_and_the_way_back_keeps_the_order() -> None:
    draft = opened("remove", "web", host(jail_list="db web proxy")).draft(answered())
    assert argvs(draft) == [("sysrc", "jail_list=db proxy")]
    assert draft.commands[0].undo == ("sysrc", "jail_list=db web proxy")
    draft = opened("remove", "web", host(jail_list="web")).draft(answered())
    assert any("every jail of jail.conf starts" in one for one in told(draft, "warning"))


def test_second_definition_that_would_then_count_is_told_of() -> None:
    texts = {MAIN: TEXT.encode(), "/etc/jail.conf.d/web.conf": b"web { path = /other; }\n"}
    before = sources(texts, rcconf={"jail_enable": "YES"})
    draft = opened("remove", "web", before).draft(answered())
    assert list(text_after(draft)) == ["/etc/jail.conf.d/web.conf"]
    assert ": /etc/jail.conf defines web too: web is then the jail of that file." in told(draft, "warning")
    assert ": /etc/jail.conf.d/web.conf stays, without a jail in it." in told(draft, "note")


def test_two_blocks_of_one_name_in_a_file_are_not_guessed_between() -> None:
    twice = sources({MAIN: b"web { path = /a; }\nweb { path = /b; }\n"})
    assert any("2 blocks" in note.text for note in opened("remove", "web", twice).draft(answered()).errors)


def test_removed_jail_is_gone_from_the_host_and_starts_no_more(tmp_path: Path) -> None:
    texts = {MAIN: TEXT.encode(), "/etc/rc.conf": b'jail_enable="YES"\njail_list="web db"\n'}
    host = Embedded(tmp_path, texts, folders=["/jails/web", "/jails/db"])
    backend = host.backend()
    form = backend.form("remove", "web")
    plan = save_plan(form, form.draft(answered()), backend.read().state)
    assert set(backend.run(plan, lambda _: None, lambda: False).values()) == {"done"}
    snapshot = backend.read()
    assert snapshot.state.jail("web") is None
    assert host.ask("sysrc", "-n", "jail_list") == "db\n"
    assert backend.plan(Verb.START, snapshot, ["web"]).tasks == ()
