"""A new jail: what is proposed, what is refused, and what the file then says."""

from __future__ import annotations

from pathlib import Path

import pytest

from jailtui import jailconf
from jailtui.exchange import Verb
from jailtui.forms.jails.template import Choices, vnet
from jailtui.forms.opening import FormName
from jailtui.forms.protocol import Answers
from jailtui.forms.sources import Sources
from jailtui.plans.plan import Plan
from jailtui.plans.run import Outcome
from jailtui.plans.save import save_plan
from jailtui.simhost.home.files import JAIL_CONF
from tests.support.form_hosts import MAIN, Embedded, sources
from tests.support.new_jails import answered, argvs, jails_after, jails_before, opened, params, shown, told, with_roots
from tests.support.shared_material import shared

BUILT_IN = "built-in VNET"
SMALL = """\
# one small block per jail
* {
    $gateway = "10.0.0.1";
    path = "/jails/${name}";
    vnet;
    vnet.interface = "epair${id}b";
    exec.prestart = "ifconfig epair${id} create up", "ifconfig bridge0 addm epair${id}a up";
    exec.start = "ifconfig epair${id}b inet ${ip} up", "route add default ${gateway}", "sh /etc/rc";
    exec.poststop = "ifconfig epair${id}a destroy";
}
web { $id = 20; $ip = 10.0.0.20/24; }   # the first
db { $id = 21; $ip = 10.0.0.21/24; host.hostname = "db.example"; }
"""


def home(**rc: str) -> Sources:
    found = sources(
        {MAIN: JAIL_CONF.encode()}, rcconf={"jail_enable": "YES", **rc}, bridges=["bridge0", "br10", "br20"]
    )
    return with_roots(found, "/jails", "web", "shop", "blog")


def small() -> Sources:
    return sources({MAIN: SMALL.encode()}, bridges=["bridge0"])


@pytest.mark.parametrize("dialect", ["13", "15"])
def test_built_in_template_means_what_the_tested_file_means(dialect: jailconf.Dialect) -> None:
    tested = jailconf.evaluate(jailconf.parse(shared("templates/vnet.conf").read_bytes(), "vnet.conf", dialect))
    chosen = Choices(
        "web", "/jails/web", "154", "epair154", "bridge0", "192.168.1.154/24", "192.168.1.1", hostname="web"
    )
    change = jailconf.apply(jailconf.parse(b"", "new.conf", dialect), [jailconf.AddJail("web", vnet(chosen))])
    ours = jailconf.evaluate(jailconf.parse(change.after, "new.conf", dialect))
    assert [(one.name, one.params, one.variables) for one in ours.jails] == [
        (one.name, one.params, one.variables) for one in tested.jails
    ]


def test_built_in_template_is_written_in_lines_that_fit() -> None:
    chosen = Choices("web", "/j/web", "4", "epair4", "bridge0", "10.0.0.4/24", "10.0.0.1", hostname="web")
    change = jailconf.apply(jailconf.parse(b""), [jailconf.AddJail("web", vnet(chosen))])
    assert max(map(len, change.after.splitlines())) < 100


def test_without_any_jail_the_built_in_template_goes_into_a_new_jail_conf() -> None:
    empty = sources({}, bridges=["bridge0"])
    form = opened("new", "", empty)
    assert shown(form, answered())["template"] == BUILT_IN
    draft = form.draft(answered(name="web", path="/jails/web", address="10.1.1.7/24", gateway="10.1.1.1"))
    assert [(edit.path, edit.old) for edit in draft.files] == [(MAIN, None)]
    made = jails_after(empty, draft)["web"]
    assert made["vnet.interface"] == ("epair7b",)
    assert made["exec.start"][0] == "/sbin/ifconfig epair7b inet 10.1.1.7/24 up"
    assert made["host.hostname"] == ("web",)


def test_proposals_are_free_in_the_network_that_most_jails_are_in() -> None:
    values = shown(opened("new", "", home()), answered(name="shop", template=BUILT_IN))
    assert values["address"] == "192.168.1.158/24"  # behind old's 157, which has another $id
    assert (values["id"], values["epair"]) == ("158", "epair158")
    assert (values["gateway"], values["bridge"], values["path"]) == ("192.168.1.1", "bridge0", "/jails/shop")


def test_wide_network_whose_last_byte_is_used_up_still_has_free_addresses() -> None:
    jails = [
        f"j{n} {{ vnet; $id = {n}; exec.start = 'ifconfig epair{n}b inet 10.0.0.{n}/16'; }}" for n in range(1, 256)
    ]
    before = sources({MAIN: "\n".join(jails).encode()}, bridges=["bridge0"])
    values = shown(opened("new", "", before), answered(name="x", template=BUILT_IN))
    assert (values["id"], values["epair"], values["address"]) == ("256", "epair256", "10.0.1.0/16")


def test_only_roots_that_no_jail_has_are_proposed() -> None:
    fields = {one.key: one for one in opened("new", "", home()).fields(answered(template=BUILT_IN))}
    assert fields["path"].choices == ("/jails/shop", "/jails/blog")
    assert fields["bridge"].choices == ("bridge0", "br10", "br20")


def test_jail_of_the_built_in_template_changes_no_byte_and_no_jail_that_was_there() -> None:
    before = home()
    draft = opened("new", "", before).draft(answered(name="shop", template=BUILT_IN))
    after = jails_after(before, draft)
    made = after.pop("shop")
    assert after == jails_before(before)
    assert draft.files[0].new.startswith(JAIL_CONF.encode())
    assert made["exec.start"][:2] == (
        "/sbin/ifconfig epair158b inet 192.168.1.158/24 up",
        "/sbin/route add default 192.168.1.1",
    )


def test_values_that_are_answered_are_those_of_the_jail() -> None:
    before = home()
    given = {"path": "/jails/blog", "id": "31", "epair": "epair77", "bridge": "br10", "hostname": "blog.home.arpa"}
    given |= {"address": "192.168.10.40/25", "gateway": "192.168.10.1"}
    draft = opened("new", "", before).draft(answered(name="blog", template=BUILT_IN, **given))
    made = jails_after(before, draft)["blog"]
    assert made["path"] == ("/jails/blog",)
    assert made["host.hostname"] == ("blog.home.arpa",)
    assert made["vnet.interface"] == ("epair77b",)
    assert "/sbin/ifconfig br10 addm epair77a up" in made["exec.prestart"]
    assert made["exec.start"][0] == "/sbin/ifconfig epair77b inet 192.168.10.40/25 up"


def test_file_with_small_blocks_gets_another_small_block() -> None:
    before = small()
    form = opened("new", "", before)
    values = shown(form, answered(name="new", template="as db"))
    assert (values["id"], values["epair"], values["address"]) == ("22", "epair22", "10.0.0.22/24")
    draft = form.draft(answered(name="new", template="as db"))
    assert draft.files[0].new.decode() == SMALL + (
        'new { $id = 22; $ip = 10.0.0.22/24; host.hostname = "new.example"; }\n'
    )
    after = jails_after(before, draft)
    assert after.pop("new")["path"] == ("/jails/new",)
    assert after == jails_before(before)


def test_copied_block_is_asked_for_what_it_has_and_for_nothing_else() -> None:
    fields = {one.key: one for one in opened("new", "", home()).fields(answered(name="shop", template="as vpn"))}
    assert list(fields) == ["name", "template", "file", "id", "path", "epair", "address", "hostname", "bridge", "root"]
    fields = {one.key: one for one in opened("new", "", home()).fields(answered(name="shop", template="as lease"))}
    assert "address" not in fields
    assert "gateway" not in fields


def test_built_in_template_is_the_default() -> None:
    assert shown(opened("new", "", home()), answered())["template"] == BUILT_IN


def test_number_in_use_is_refused_address_in_use_is_warned_of() -> None:
    form = opened("new", "", home())
    draft = form.draft(answered(name="shop", template=BUILT_IN, id="154", address="192.168.1.154/24"))
    assert told(draft, "error") == ["id: $id 154 belongs to web."]
    draft = form.draft(answered(name="shop", template=BUILT_IN, epair="epair160"))
    assert told(draft, "error")[0] == (
        "epair: epair160 is given to shop and to mail: the one that starts second takes it from the other."
    )
    draft = form.draft(answered(name="shop", template=BUILT_IN, address="192.168.1.154/24"))
    assert [(note.field, note.code) for note in draft.notes if note.code == "ADDR-TWICE"] == [("address", "ADDR-TWICE")]


@pytest.mark.parametrize(
    ("field", "value", "says"),
    [
        ("address", "192.168.1.20", "prefix"),
        ("address", "fd00::5/64", "IPv4"),
        ("address", "192.168.1.300/24", "not an IPv4 address"),
        ("gateway", "", "gateway"),
        ("gateway", "1.1.1.1; reboot", "not an IPv4 address"),
        ("bridge", "bridge0 up; reboot", "interface name"),
        ("bridge", "$(reboot)", "interface name"),
        ("epair", "ipfw0", "epair and a number"),
        ("epair", "epair12345678901", "has at most 15"),
        ("path", "jails/x", "begin with a /"),
        ("path", "/jails/x\n", "begin with a /"),
        ("hostname", "a b", "host name"),
        ("id", "x", "number"),
        ("address", "192.168.1.255/24", "broadcast address"),
    ],
)
def test_value_that_cannot_be_is_refused_beside_its_field(field: str, value: str, says: str) -> None:
    draft = opened("new", "", home()).draft(answered(name="shop", template=BUILT_IN, **{field: value}))
    assert [note for note in draft.errors if note.field == field and says in note.text], draft.notes


@pytest.mark.parametrize(
    ("name", "level", "says"),
    [
        ("", "error", "needs a name"),
        ("12", "error", "jid"),
        ("a*", "error", "wildcard"),
        ("-web", "error", "begins with"),
        ("a b", "error", "letters"),
        ("a;reboot", "error", "letters"),
        ("web", "error", "/etc/jail.conf line 13 already defines"),
        ("x" * 256, "error", "255"),
        ("web.inner", "warning", "inside the jail web"),
    ],
)
def test_names_that_jail8_or_a_shell_would_take_for_something_else(name: str, level: str, says: str) -> None:
    draft = opened("new", "", home()).draft(answered(name=name, template=BUILT_IN, path="/jails/shop"))
    assert [one for one in told(draft, level) if one.startswith("name: ") and says in one], draft.notes


def test_what_was_not_seen_is_said() -> None:
    form = opened("new", "", home())
    draft = form.draft(
        answered(name="shop", template=BUILT_IN, path="/jails/none", bridge="bridge7", gateway="10.0.0.1")
    )
    told_now = told(draft, "warning")
    assert any(one.startswith("path: The host has no directory /jails/none") for one in told_now)
    assert [(note.field, note.code) for note in draft.errors] == [
        ("gateway", "ADDR-GATEWAY"),
        ("bridge", "BRIDGE-MISSING"),
    ]
    draft = form.draft(answered(name="shop", template=BUILT_IN, path="/pool/none"))
    assert "path: It is not known whether /pool/none exists." in told(draft, "warning")


def test_custom_of_one_file_a_jail_is_kept() -> None:
    web = SMALL.replace("db {", "#db {").encode()
    before = sources(
        {"/etc/jail.conf.d/web.conf": web}, rcconf={"jail_enable": "YES", "jail_list": "web"}, bridges=["bridge0"]
    )
    form = opened("new", "", before)
    draft = form.draft(answered(name="new", template="as web"))
    assert shown(form, answered(name="new"))["file"] == "/etc/jail.conf.d/new.conf"
    assert [(edit.path, edit.old) for edit in draft.files] == [("/etc/jail.conf.d/new.conf", None)]
    assert draft.files[0].new == web.replace(b"web { $id = 20; $ip = 10.0.0.20", b"new { $id = 21; $ip = 10.0.0.21")
    draft = form.draft(answered(name="new", template=BUILT_IN))
    assert draft.files[0].path == "/etc/jail.conf.d/new.conf"
    assert jails_after(before, draft)["new"]["vnet.interface"] == ("epair21b",)


def test_boot_says_what_starts_it_and_joins_jail_list_when_asked() -> None:
    form = opened("new", "", home(jail_list="web db"))
    draft = form.draft(answered(name="shop", template=BUILT_IN))
    assert draft.commands == ()
    assert "boot: shop will not start at boot: not in jail_list." in told(draft, "note")
    draft = form.draft(answered(name="shop", template=BUILT_IN, boot="on"))
    assert argvs(draft) == [("sysrc", "jail_list+=shop")]
    assert draft.commands[0].undo == ("sysrc", "jail_list-=shop")
    draft = opened("new", "", home()).draft(answered(name="shop", template=BUILT_IN))
    assert "boot: shop starts at boot, like all jails of /etc/jail.conf." in told(draft, "note")
    draft = opened("new", "", home(jail_enable="NO")).draft(answered(name="shop", template=BUILT_IN))
    assert "boot: rc.conf has no jail_enable=YES: no jail starts at boot." in told(draft, "note")


def test_value_that_a_block_further_down_overrides_is_refused() -> None:
    below = sources({MAIN: b"web { vnet; path = /a; }\n* { path = /late; }\n"}, bridges=["bridge0"])
    draft = opened("new", "", below).draft(answered(name="x", template="as web", path="/x"))
    assert any("set again below x" in one.text for one in draft.errors), draft.notes
    assert draft.files == ()


def test_wildcard_that_limits_addresses_and_a_vnet_jail_do_not_go_together() -> None:
    limits = sources({MAIN: b'* { ip4.addr = "em0|10.0.0.9/32"; }\nold { path = /old; }\n'}, bridges=["bridge0"])
    draft = opened("new", "", limits).draft(answered(name="x", path="/x", address="10.0.0.2/24", gateway="10.0.0.1"))
    assert "CONF-VNET-ADDRESS" in [one.code for one in draft.errors]


@pytest.mark.parametrize("release", ["13.2", "15.1"])
def test_new_jail_runs_with_its_address_on_its_bridge_and_leaves_no_pair(tmp_path: Path, release: str) -> None:
    texts = {MAIN: b'web { path = "/jails/web"; persist; }\n', "/etc/rc.conf": b'jail_enable="YES"\njail_list="web"\n'}
    host = Embedded(tmp_path, texts, release=release, bridges=["bridge0"], folders=["/jails/web", "/jails/shop"])
    backend = host.backend()
    form = backend.form("new", "")
    answers = answered(name="shop", template=BUILT_IN, address="192.168.1.44/24", gateway="192.168.1.1", boot="on")
    draft = form.draft(answers)
    assert {note.field for note in draft.notes if note.level == "warning"} <= {"bridge"}  # rc.conf does not make it

    def run(plan: Plan) -> set[Outcome]:
        return set(backend.run(plan, lambda _: None, lambda: False).values())

    assert run(save_plan(form, draft, backend.read().state)) == {"done"}
    assert run(backend.plan(Verb.START, backend.read(), ["shop"])) == {"done"}
    snapshot = backend.read()
    state = snapshot.state
    jail = state.jail("shop")
    assert jail is not None
    assert jail.running
    assert [str(one) for one in jail.addresses if one.family == "inet"] == ["192.168.1.44/24"]
    assert [bridge.members for bridge in state.bridges] == [("epair44a",)]
    assert host.default_routes("shop") == ["192.168.1.1"]
    assert host.ask("sysrc", "-n", "jail_list") == "web shop\n"
    assert run(backend.plan(Verb.STOP, snapshot, ["shop"])) == {"done"}
    assert backend.read().state.epairs == ()


@pytest.mark.parametrize(
    ("name", "subject", "answers"),
    [
        ("new", "", answered(name="shop", path="/jails/other")),
        ("new", "", answered(name="shop", template="as mail", path="/jails/other")),
        ("copy", "web", answered(name="shop", path="/jails/other")),
        ("rename", "web", answered(name="shop")),
    ],
)
def test_an_answer_can_be_told_from_what_was_proposed(name: FormName, subject: str, answers: Answers) -> None:
    """Else nothing would warn of answers that are dropped, and typing one anew would take it for none."""
    fields = opened(name, subject, home()).fields(answers)
    assert {one.key for one in fields if answers.changed(one)} == set(answers.values)
    if "path" in answers.values:
        assert next(one.value for one in fields if one.key == "path").endswith("/shop")


def test_params_of_an_evaluated_jail_are_what_the_tests_compare() -> None:
    assert params(home().jail("legacy").jail)["persist"] == ()


def test_a_new_jail_is_never_put_into_the_loopback_network() -> None:
    text = SMALL + "".join(f'old{n} {{ vnet = 0; ip4.addr = "lo0|127.0.0.{n}/8"; }}\n' for n in range(2, 7))
    values = shown(
        opened("new", "", sources({MAIN: text.encode()}, bridges=["bridge0"])), answered(name="new", template=BUILT_IN)
    )
    assert values["address"] == "10.0.0.22/24"
