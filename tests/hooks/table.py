"""Hooks of exec.*, each with what it does to a pair that is on the host while its jail does not run.

The host has em0, bridge0 and one pair with both ends on it, as a failed start leaves it. jail(8) gives a text with
shell characters to sh(1) and splits any other at its blanks (FREEBSD.md 2.4, command.c).
"""

from __future__ import annotations

from typing import Literal, NamedTuple

Verdict = Literal["blocks", "cleared", "given", "unknown", "nobody"]
"""What the pair is to web.

blocks: its hooks create it, and the next start fails since it is there. cleared: they create it, and the next start
works all the same. given: it is moved in, and its hooks do not create it. unknown: a hook may create it by a command
that nobody can follow. nobody: no hook and no parameter has to do with it.
"""
WEB_B = 'vnet.interface = "epair7b";'


class Row(NamedTuple):
    """One hook text; `more` are statements beside it, `ends` the names of the pair's ends on the host.

    `address` and `bridge` are what web gets by the hook ("" for none), `unread` whether the form shows a text that was
    not understood.
    """

    text: str
    verdict: Verdict
    hook: str = "exec.prestart"
    more: str = WEB_B
    address: str = ""
    bridge: str = ""
    ends: tuple[str, str] = ("epair7a", "epair7b")
    unread: bool = False


def start(text: str, address: str = "", *, unread: bool = False) -> Row:
    """A text of exec.start, in a jail that is given a pair which another has created."""
    return Row(text, "given", "exec.start", address=address, unread=unread)


CREATE = "ifconfig epair7 create"
ADDRESS = "ifconfig epair7b inet 10.0.0.2/24"
GIVES = "10.0.0.2/24"
JIB = ("e0a_web", "e0b_web")
JIB_B = 'vnet.interface = "e0b_web";'
NEW = "p=$(ifconfig epair create)"

ROWS = (
    # Creation, plainly and by every way to write a command.
    Row("ifconfig epair7 create up", "blocks"),
    Row("/sbin/ifconfig epair7 create up", "blocks"),
    Row("ifconfig -n epair7 create up", "blocks"),
    Row("ifconfig epair7 create descr 'web; main'", "blocks"),
    Row("ifconfig epair7 create descr \"web && db || mail\" up", "blocks"),
    Row("ifconfig 'epair7' \"create\"", "blocks"),
    Row("ifconfig epair7 create >/dev/null 2>&1", "blocks"),
    Row("ifconfig epair7 \\\n create up; ifconfig bridge0 addm \\\n epair7a", "cleared", bridge="bridge0"),
    Row("kldload -n if_epair && ifconfig epair7 create", "blocks"),
    Row("env X=Y ifconfig epair7 create", "blocks"),
    Row("X='a b' ifconfig epair7 create", "blocks"),
    Row("n=7; ifconfig epair$n create", "blocks"),
    Row("e=epair7 && ifconfig ${e} create && ifconfig bridge0 addm ${e}a", "blocks", bridge="bridge0"),
    Row("sh -c 'ifconfig epair7 create'", "blocks"),
    Row("( ifconfig epair7 create; )", "blocks"),
    Row("{ ifconfig epair7 create; }", "blocks"),
    Row("/usr/bin/true; ifconfig epair7 create; ifconfig epair7a up", "cleared"),
    Row("true # create it\nifconfig epair7 create # ; exit 0", "blocks"),
    # Creation that does not fail where the pair is there.
    Row("ifconfig epair7 create up || true", "cleared"),
    Row("ifconfig epair7a destroy 2>/dev/null; ifconfig epair7 create", "cleared"),
    Row("ifconfig epair7a destroy 2>/dev/null || true; ifconfig epair7 create", "cleared"),
    Row("if ! ifconfig epair7a >/dev/null 2>&1; then ifconfig epair7 create; fi", "cleared"),
    Row("ifconfig epair7a >/dev/null 2>&1 || ifconfig epair7 create", "cleared"),
    Row("[ -e /dev/bpf ] && ifconfig epair7 create", "cleared"),
    Row("ifconfig epair7a destroy || true", "blocks", more=f'{WEB_B} exec.prepare = "{CREATE}";'),
    Row("ifconfig epair7 create", "cleared", more=f"{WEB_B} exec.prepare = 'ifconfig epair7b destroy; true';"),
    # What only looks like it.
    Row("echo ifconfig epair7 create", "given"),
    Row("echo 'x'; # ifconfig epair7 create", "given"),
    Row("echo \"; ifconfig epair7 create\"", "given"),
    Row("exit 0; ifconfig epair7 create", "given"),
    Row("echo ifconfig epair7 create", "nobody", more=""),
    Row("logger 'epair7 is for web' && true", "nobody", more=""),
    Row("ifconfig -j db epair7 create", "given"),
    Row("jexec db ifconfig epair7 create", "given"),
    # Members, names, addresses.
    Row("ifconfig bridge0 addm epair7a up", "given", bridge="bridge0"),
    Row("ifconfig bridge0 addm epair7a; ifconfig bridge0 deletem epair7a", "given"),
    Row(f"{CREATE} && ifconfig epair7a name web_a && ifconfig epair7b name web_b", "blocks",
        more='vnet.interface = "web_b";', ends=("web_a", "web_b")),
    Row(f"{CREATE} && ifconfig epair7a name web_a && ifconfig bridge0 addm web_a", "blocks", bridge="bridge0",
        ends=("web_a", "epair7b")),
    start(ADDRESS, GIVES),
    start("ifconfig epair7b name eth0 && ifconfig eth0 inet 10.0.0.2/24", GIVES),
    start("a=10.0.0.2; ifconfig epair7b inet $a netmask 255.255.255.0", GIVES),
    start("( ifconfig epair7b inet 10.0.0.2/24 )", GIVES),
    start("ifconfig -j db epair7b inet 10.0.0.2/24"),
    start("[ -e /x ] && ifconfig epair7b inet 10.0.0.2/24", unread=True),
    start("if [ -e /x ]; then ifconfig epair7b inet 10.0.0.2/24; fi", unread=True),
    start("ifconfig epair7b inet $ip", unread=True),
    *(
        Row(text, "given", "exec.poststart", address=GIVES)
        for text in (
            f"jexec web {ADDRESS}", f"jexec -l web {ADDRESS}", f"jexec -u root web {ADDRESS}",
            f"/usr/sbin/jexec -l -U root web {ADDRESS}", "ifconfig -j web epair7b inet 10.0.0.2/24",
        )
    ),
    Row(f"jexec db {ADDRESS}", "given", "exec.poststart"),
    # The tools that manage jails.
    Row("jib addm web em0", "cleared", more=JIB_B, ends=JIB, bridge="em0bridge"),
    Row("jng bridge web em0", "nobody", more='vnet.interface = "ng0_web";'),
    Row(f"{NEW} && ifconfig ${{p}} up name e0a_web && ifconfig ${{p%a}}b up name e0b_web", "blocks", more=JIB_B,
        ends=JIB),  # Bastille
    Row(f"{NEW}; ifconfig $p name e0a_web; ifconfig ${{p%a}}b name e0b_web; ifconfig bridge0 addm e0a_web", "cleared",
        more=JIB_B, ends=JIB, bridge="bridge0"),
    Row("/usr/bin/true", "given"),  # iocage
    Row("appjail network plug -e web ajnet", "unknown", more='vnet.interface = "eb_web";', ends=("ea_web", "eb_web"),
        unread=True),  # AppJail
    # What nobody can follow.
    Row("/usr/local/bin/netup web 7", "unknown", unread=True),
    Row("/usr/local/bin/netup epair7", "unknown", more="", unread=True),
    Row("/usr/local/bin/netup web", "unknown", more="", unread=True),
    Row("ifconfig epair create", "unknown", unread=True),
    Row("for n in 7 8; do ifconfig epair$n create; done", "unknown", unread=True),
    Row("ifconfig epair$(cat /etc/number) create", "unknown", unread=True),
    Row("echo ifconfig epair7 create | sh", "unknown", unread=True),
    Row("eval \"ifconfig epair7 create\"", "unknown", unread=True),
    Row(". /usr/local/etc/net.sh", "unknown", unread=True),
    Row("sh /root/net.sh web", "unknown", unread=True),
    Row("while ! ifconfig epair7 create; do sleep 1; done", "unknown", unread=True),
    Row("cat <<'EOF' | sh\nifconfig epair7 create\nEOF", "unknown", unread=True),
    Row("ifconfig epair7 'create", "unknown", unread=True),
)  # fmt: skip


def conf(row: Row) -> str:
    """The jail web with that hook."""
    marked = row.text.replace("\\", "\\\\").replace('"', '\\"').replace("$", "\\$").replace("\n", "\\n")
    return f'web {{ path = /jails/web; vnet; persist; {row.more} {row.hook} += "{marked}"; }}\n'
