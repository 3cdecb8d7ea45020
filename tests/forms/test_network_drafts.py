"""Drafts of the network form: in the jail's own block or in whole files, and what stands already."""

from __future__ import annotations

import pytest

from jailtui.config.jails import files_of
from jailtui.forms.network.form import NetworkForm
from jailtui.forms.protocol import Answers, Draft
from jailtui.forms.sources import Sources
from jailtui.model.build import Builder
from jailtui.model.state import Jail, JailState
from tests.support.form_hosts import MAIN, sources
from tests.support.jail_hosts import template
from tests.support.large_hosts import address, large_host

WEB = template("web")
SHARED = WEB.replace('    $gateway = "192.168.1.1";\n', "") + template("db", 155).replace(
    '    $gateway = "192.168.1.1";\n', ""
)
ALL = f'* {{ $gateway = "192.168.1.1"; }}\n{SHARED}'


def draft(text: str, *jails: Jail, scope: str = "", **values: str) -> Draft:
    host = sources({MAIN: text.encode()}, bridges=["bridge0"])
    host = Sources(host.state._replace(jails=(*jails, *host.state.jails)), host.texts, host.rcconf)
    return NetworkForm("web", host).draft(Answers(values, dict.fromkeys(values, scope) if scope else {}))  # type: ignore[arg-type]


def test_a_draft_among_many_jails_changes_what_it_would_change_in_the_whole_file() -> None:
    capture = large_host(80)
    texts = {path: text.encode() for path, text in files_of(capture).items()}
    form = NetworkForm("jail77", Sources(Builder().build(capture), texts, {}))
    answers = Answers({"address": f"{address(900)}/16", "mac": "02:00:00:00:09:0b"})
    narrow, whole = form._in_own_block(answers), form._in_whole_files(answers)
    assert narrow is not None
    assert len(narrow.after.sources.config.jails) < 60
    assert narrow.files == whole.files
    assert narrow.after.network.view == whole.after.network.view
    assert form.draft(answers).files == whole.files


def test_an_answer_for_all_who_share_a_place_is_judged_for_all_of_them() -> None:
    made = draft(ALL, scope="all", gateway="10.0.0.1")
    assert [(note.code, note.level, note.field) for note in made.notes if note.code == "ADDR-GATEWAY"] == [
        ("ADDR-GATEWAY", "error", "gateway"),
        ("ADDR-GATEWAY", "error", "gateway"),
    ]
    alone = draft(ALL, scope="one", gateway="10.0.0.1")
    assert len([note for note in alone.notes if note.code == "ADDR-GATEWAY"]) == 1


def test_what_stands_already_keeps_nothing_from_being_saved() -> None:
    broken = WEB.replace('192.168.1.1"', '10.0.0.1"')
    made = draft(broken, mac="02:00:00:00:09:0b")
    (standing,) = (note for note in made.notes if note.code == "ADDR-GATEWAY")
    assert (standing.level, standing.standing) == ("error", True)
    assert made.errors == ()
    assert made.files
    (new,) = draft(WEB, gateway="10.0.0.1").errors
    assert (new.code, new.standing) == ("ADDR-GATEWAY", False)


def test_another_pair_while_the_jail_runs_is_a_fact_of_the_save() -> None:
    web = Jail("web", "web", 4, JailState.RUNNING, vnet=True)
    (told,) = (note for note in draft(WEB, web, epair="epair9").notes if not note.code)
    assert told.text == (
        "web is running with epair154: restart it with the save or stop it first, or its stop cleans up the wrong pair."
    )
    assert told.level == "warning"
    assert [note for note in draft(WEB, epair="epair9").notes if not note.code] == []


def test_number_that_nothing_uses_takes_no_restart() -> None:
    web = Jail("web", "web", 4, JailState.RUNNING, vnet=True)
    unused = WEB.replace("${id}", "154")
    made = draft(unused, web, id="200")
    assert (made.effect, made.restart) == ("changes nothing in web", None)
    assert made.files
    used = draft(WEB, web, id="200")
    assert (used.effect, used.restart) == ("takes effect after web restarts", "web")


def test_an_address_keeps_its_prefix() -> None:
    (told,) = draft(WEB, address="192.168.1.9").errors
    assert told.text == "192.168.1.9 has no prefix: write 192.168.1.9/24."
    assert [note for note in draft(WEB, address="").errors if note.field == "address"] == []


def test_a_pair_that_the_hooks_create_is_called_as_one() -> None:
    (told,) = draft(WEB, epair="tap0").errors
    assert told.text == "tap0 is the name of another kind of interface."


def test_number_stays_in_the_form_when_the_address_no_longer_uses_it() -> None:
    literal = WEB.replace('"192.168.1.${id}/24"', '"192.168.1.9/24"')
    assert literal != WEB
    fields = NetworkForm("web", sources({MAIN: literal.encode()}, bridges=["bridge0"])).fields(Answers())
    assert [field.value for field in fields if field.key == "id"] == ["154"]


def test_number_that_nothing_uses_says_so() -> None:
    text = """web {
    $id = 154;
    vnet; path = /jails/web; vnet.interface = "epair154b";
    exec.prestart = "ifconfig epair154 create up";
    exec.prestart += "ifconfig bridge0 addm epair154a up";
    exec.start = "ifconfig epair154b inet 192.168.1.154/24 up";
}
"""
    form = NetworkForm("web", sources({MAIN: text.encode()}, bridges=["bridge0"]))
    (number,) = (field for field in form.fields(Answers()) if field.key == "id")
    assert (number.value, number.where) == ("154", "jail.conf:2, $id; nothing uses it")
    made = form.draft(Answers({"id": "160"}))
    assert made.files[0].new.decode() == text.replace("$id = 154", "$id = 160")
    elsewhere = text.replace("/jails/web", '"/jails/$id"')
    form = NetworkForm("web", sources({MAIN: elsewhere.encode()}, bridges=["bridge0"]))
    assert [field.where for field in form.fields(Answers()) if field.key == "id"] == ["jail.conf:2, $id"]


def filtering(text: str) -> Sources:
    """A host whose bridges filter by VLAN."""
    host = sources({MAIN: text.encode()}, bridges=["bridge0"])
    filtered = tuple(it._replace(filtering=it.kind == "bridge") for it in host.state.interfaces)
    return Sources(host.state._replace(interfaces=filtered), host.texts, host.rcconf)


@pytest.mark.parametrize(
    ("join", "new"),
    [
        ('"/sbin/ifconfig bridge0 addm ${epair}a up"', '"/sbin/ifconfig bridge0 addm ${epair}a untagged 20 up"'),
        ('"ifconfig bridge0 addm ${end}"', '"ifconfig bridge0 addm ${end} untagged 20"'),
        ("'ifconfig bridge0 addm epair154a tagged 5'", "'ifconfig bridge0 addm epair154a untagged 20 tagged 5'"),
    ],
)
def test_jail_on_a_filtering_bridge_gets_its_vlan_in_the_command_that_joins_it(join: str, new: str) -> None:
    text = f"""web {{
    $epair = epair154; $end = epair154a;
    vnet; path = /jails/web; vnet.interface = "${{epair}}b";
    exec.prestart = "ifconfig ${{epair}} create up", {join};
    exec.start = "ifconfig ${{epair}}b inet 192.168.1.154/24 up";
}}
"""
    plain = NetworkForm("web", sources({MAIN: text.encode()}, bridges=["bridge0"]))
    assert [field for field in plain.fields(Answers()) if field.key == "vlan"] == []
    form = NetworkForm("web", filtering(text))
    (vlan,) = (field for field in form.fields(Answers()) if field.key == "vlan")
    assert (vlan.value, vlan.kind, vlan.help) == (
        "", "text", "bridge0 filters by VLAN, and drops the frames of a member that has none.",
    )  # fmt: skip
    made = form.draft(Answers({"vlan": "20"}))
    assert made.errors == ()
    assert made.files[0].new.decode() == text.replace(join, new)
    (told,) = form.draft(Answers({"vlan": "5000"})).errors
    assert told.field == "vlan"


def test_vlan_of_an_end_that_a_shell_variable_names_is_not_written() -> None:
    text = """web {
    vnet; path = /jails/web; vnet.interface = "epair154b";
    exec.prestart = "ifconfig epair154 create up", 'end=epair154a; ifconfig bridge0 addm "$end"';
    exec.start = "ifconfig epair154b inet 192.168.1.154/24 up";
}
"""
    (told,) = NetworkForm("web", filtering(text)).draft(Answers({"vlan": "20"})).errors
    assert told.text == "VLAN: the command that adds the host's end to the bridge is not written in the file."
