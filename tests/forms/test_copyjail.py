"""Copies: what two jails can't both have is found wherever it is written, and replaced by something free."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from jailtui.forms.jails.rootdir import EXISTING
from jailtui.forms.protocol import NoForm
from jailtui.forms.sources import Sources
from jailtui.model.state import Address, End, Epair, Interface, Where
from jailtui.simhost.home.files import JAIL_CONF
from tests.support.form_hosts import MAIN, sources
from tests.support.new_jails import answered, jails_after, jails_before, opened, shown, told

PLAIN = """\
# written out, word by word
web {
    path = "/jails/web";
    host.hostname = web.example;
    vnet;
    vnet.interface = "epair20b"; # its end
    exec.prestart = "ifconfig epair20 create up && ifconfig epair20a ether 02:00:00:00:00:14";
    exec.prestart += 'ifconfig bridge0 addm epair20a';
    exec.start = "ifconfig epair20b inet 10.0.0.20/24 up", "route add default 10.0.0.1", "sh /etc/rc";
    exec.poststop = "ifconfig epair20a destroy";
}
db { path = "/jails/db"; vnet; vnet.interface = epair21b; exec.start = "ifconfig epair21b inet 10.0.0.22/24"; }
"""
JIB = """\
web {
    path = "/jails/web";
    vnet;
    vnet.interface = "e0b_web";
    exec.prestart = "jib addm web em0";
    exec.poststop = "jib destroy web";
    exec.start = "sh /etc/rc";
}
"""
HOST_ONLY = """\
* { path = "/jails/${name}"; exec.start = "sh /etc/rc"; }
old { jid = 7; ip4.addr = "em0|192.168.1.60/32", "em0|192.168.1.61/32"; }
"""


def plain() -> Sources:
    return sources({MAIN: PLAIN.encode()}, bridges=["bridge0"])


def test_written_out_values_are_replaced_word_by_word_and_nothing_else() -> None:
    before = plain()
    draft = opened("copy", "web", before).draft(answered(name="new"))
    block = PLAIN[PLAIN.index("web {") : PLAIN.index("db {")]
    copy = block.replace("web", "new").replace("epair20", "epair23").replace("10.0.0.20", "10.0.0.23")
    copy = copy.replace("00:14", "00:15")
    assert draft.files[0].new.decode() == PLAIN.replace("db {", copy.lstrip() + "db {")
    after = jails_after(before, draft)
    del after["new"]
    assert after == jails_before(before)


def test_number_of_pair_and_address_stay_one_number_where_they_were() -> None:
    values = shown(opened("copy", "web", plain()), answered(name="new"))
    assert values == {
        "name": "new",
        "path": "/jails/new",
        "epair": "epair23",  # 21 is db's pair, 22 its address
        "address": "10.0.0.23/24",
        "ether": "02:00:00:00:00:15",
        "hostname": "new.example",
        "root": EXISTING,
    }


def test_answers_go_before_proposals() -> None:
    before = plain()
    given = {"epair": "epair40", "address": "10.0.0.50/24", "path": "/pool/new", "ether": "02:00:00:00:01:14"}
    made = jails_after(before, opened("copy", "web", before).draft(answered(name="new", hostname="n", **given)))["new"]
    assert made["vnet.interface"] == ("epair40b",)
    assert made["exec.start"][0] == "ifconfig epair40b inet 10.0.0.50/24 up"
    assert made["exec.prestart"] == (
        "ifconfig epair40 create up && ifconfig epair40a ether 02:00:00:00:01:14",
        "ifconfig bridge0 addm epair40a",
    )
    assert (made["path"], made["host.hostname"]) == (("/pool/new",), ("n",))


def test_number_that_others_follow_is_all_that_changes() -> None:
    before = sources({MAIN: JAIL_CONF.encode()}, bridges=["bridge0"])
    draft = opened("copy", "web", before).draft(answered(name="shop"))
    start = JAIL_CONF.index("web {")
    block = JAIL_CONF[start : JAIL_CONF.index("\n}\n", start) + 3]
    copy = "\n" + block.replace("web {", "shop {").replace('"154"', '"156"')
    assert draft.files[0].new.decode() == JAIL_CONF.replace(block, block + copy)
    after = jails_after(before, draft)
    assert after.pop("shop")["exec.start"][0] == "/sbin/ifconfig epair156b inet 192.168.1.156/24 up"
    assert after == jails_before(before)


def test_what_the_kernel_has_now_is_in_use_too() -> None:
    before = sources({MAIN: JAIL_CONF.encode()}, bridges=["bridge0"])
    pair = Epair("epair156", "epair156", End("epair156a", Where.HOST), End(None, Where.LOST), "name", True, "lost")
    state = before.state._replace(
        epairs=(pair,), interfaces=(*before.state.interfaces, Interface("epair158a", "epair"))
    )
    values = shown(opened("copy", "web", replace(before, state=state, reading=None)), answered(name="shop"))
    assert values["id"] == "159"  # 157 is old's address


def test_address_that_follows_can_be_answered_by_itself() -> None:
    before = sources({MAIN: JAIL_CONF.encode()}, bridges=["bridge0"])
    made = jails_after(before, opened("copy", "web", before).draft(answered(name="shop", address="192.168.1.9/24")))
    assert made["shop"]["exec.start"][0] == "/sbin/ifconfig epair156b inet 192.168.1.9/24 up"


def test_names_made_with_the_jails_name_get_the_new_one() -> None:
    before = sources({MAIN: JIB.encode()})
    form = opened("copy", "web", before)
    assert shown(form, answered(name="new")) == {
        "name": "new",
        "path": "/jails/new",
        "epair": "e0b_new",
        "root": EXISTING,
    }
    made = jails_after(before, form.draft(answered(name="new")))["new"]
    assert made["exec.prestart"] == ("jib addm new em0",)
    assert made["exec.poststop"] == ("jib destroy new",)
    draft = form.draft(answered(name="averyverylongname"))
    assert "epair: e0b_averyverylongname has 21 bytes" in told(draft, "error")[0]


def test_jail_without_vnet_gets_addresses_and_a_jid_of_its_own() -> None:
    before = sources({MAIN: HOST_ONLY.encode()})
    nic = Interface("em0", "ether", addresses=(Address("192.168.1.10", 24),))
    before = replace(before, state=before.state._replace(interfaces=(nic,)))
    made = jails_after(before, opened("copy", "old", before).draft(answered(name="new")))["new"]
    assert made["jid"] == ("8",)
    assert made["path"] == ("/jails/new",)
    assert made["ip4.addr"] == ("em0|192.168.1.62/32", "em0|192.168.1.63/32")


def test_proposal_that_cannot_be_made_is_left_to_the_operator() -> None:
    draft = opened("copy", "old", sources({MAIN: HOST_ONLY.encode()})).draft(answered(name="new"))
    assert [note.field for note in draft.errors] == ["address", "2.address"]


def test_taken_values_are_refused_where_they_cannot_both_be() -> None:
    draft = opened("copy", "web", plain()).draft(answered(name="new", epair="epair21"))
    # Neither jail's hooks destroy a pair that is there, so nothing is taken: the second start fails.
    assert told(draft, "error")[0] == "epair: epair21 is given to new and to db: the one that starts second fails."
    draft = opened("copy", "web", plain()).draft(answered(name="new", path="/jails/db"))
    assert "path: /jails/db is the root of new and of db." in told(draft, "warning")
    draft = opened("copy", "web", plain()).draft(answered(name="new", address="10.0.0.22/24"))
    assert [(note.field, note.level) for note in draft.notes if note.code == "ADDR-TWICE"] == [("address", "warning")]


@pytest.mark.parametrize("text", ['"; rm -rf /', "a`reboot`", "$(reboot)", "epair9 up", "epair9\n"])
def test_text_for_a_shell_never_gets_into_a_hook(text: str) -> None:
    for key in ("epair", "address", "ether"):
        draft = opened("copy", "web", plain()).draft(answered(name="new", **{key: text}))
        assert draft.files == ()
        assert [note.field for note in draft.errors] == [key]


def test_copy_without_a_name_is_refused_and_unknown_jails_have_no_form() -> None:
    assert told(opened("copy", "web", plain()).draft(answered()), "error") == ["name: A jail needs a name."]
    with pytest.raises(NoForm, match=r"No jail.conf defines nosuch"):
        opened("copy", "nosuch", plain())


def test_jail_of_a_file_with_a_fault_has_no_form_and_the_sentence_says_where_the_fault_is() -> None:
    broken = sources({MAIN: b"web {\n\tpath = /jails/web;\n}\ndb {{\n"})
    says = r"web can.t be read until the file is corrected: /etc/jail.conf line 4: \{: syntax error"
    with pytest.raises(NoForm, match=says):
        opened("copy", "web", broken)


def corpus() -> list[Path]:
    return sorted((Path(__file__).parent / "corpus").glob("*.conf"))


@pytest.mark.parametrize("path", corpus(), ids=lambda path: path.stem)
def test_copies_in_any_style_share_nothing_and_change_no_other_jail(path: Path) -> None:
    before = sources({MAIN: path.read_bytes()}, bridges=["bridge0"])
    for jail in before.config.jails:
        draft = opened("copy", jail.name, before).draft(answered(name="newone"))
        if draft.errors:
            # Either it asks for what nobody can propose, or the block can't be copied as it stands.
            assert all(note.field or "cannot be copied" in note.text for note in draft.errors), draft.errors
            continue
        after = jails_after(before, draft)
        made = after.pop("newone")
        assert after == jails_before(before)
        old = jails_before(before)[jail.name]
        for name in ("path", "vnet.interface", "ip4.addr", "jid"):
            assert not set(made.get(name, ())) & set(old.get(name, ())), name


def test_address_made_of_two_variables_changes_the_one_that_is_its_own() -> None:
    text = (
        '$plen = 24;\nvnet;\nexec.start = "ifconfig ${name}b $ipv4/$plen";\nweb { $ipv4 = 10.0.2.5; path = /j/web; }\n'
    )
    before = sources({MAIN: text.encode()})
    form = opened("copy", "web", before)
    assert shown(form, answered(name="new"))["address"] == "10.0.2.6/24"
    draft = form.draft(answered(name="new"))
    assert draft.files[0].new.decode() == text + "\nnew { $ipv4 = 10.0.2.6; path = /j/new; }\n".lstrip()
    draft = form.draft(answered(name="new", address="10.0.2.9/25"))
    assert any("has to end in /24" in note.text for note in draft.errors)


def test_what_still_has_the_originals_name_is_told() -> None:
    text = 'web { path = /j/web; exec.consolelog = /var/web.log; exec.start = "logger web is up"; $d = "/data/web"; }\n'
    before = sources({MAIN: text.encode()})
    draft = opened("copy", "web", before).draft(answered(name="new"))
    assert jails_after(before, draft)["new"]["exec.consolelog"] == ("/var/new.log",)
    assert [one for one in told(draft, "note") if "also in the copy" in one] == [
        ": jail.conf line 1, exec.start contains web, also in the copy.",
        ": jail.conf line 1, $d contains web, also in the copy.",
    ]


LOOPING = """\
* { path = "/jails/${name}"; vnet; exec.prestart = "ifconfig ${pair} create up"; }
web {
    $pair = epair20;
    vnet.interface = "lo1", "epair20b";
    exec.start = "ifconfig lo1 127.0.0.1/8 up", "ifconfig epair20b 10.0.0.20/24 up";
}
"""


def test_a_copy_keeps_the_loopback_address_and_gets_another_of_its_network() -> None:
    values = shown(opened("copy", "web", sources({MAIN: LOOPING.encode()})), answered(name="new"))
    assert {key: value for key, value in values.items() if "address" in key} == {"address": "10.0.0.21/24"}
