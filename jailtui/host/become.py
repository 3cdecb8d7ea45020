"""Why mdo(1) refuses to make the user root, asked of the host without that privilege."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jailtui.exchange import HostError, Section, Unreachable, shell_line
from jailtui.host.frames import ask
from jailtui.host.shell import Shell, script

if TYPE_CHECKING:
    from collections.abc import Mapping

ASK_SECONDS = 15.0


def explained(shell: Shell, refusal: Unreachable) -> Unreachable:
    """The refusal, of mdo(1) with what is missing and the commands that set it."""
    if shell.plain is None or not str(refusal).startswith("mdo: "):
        return refusal
    try:
        answers = ask(Shell(shell.plain), script("path.sh", "sections.sh", "become.sh"), (), ASK_SECONDS)
    except HostError:
        return refusal
    return Unreachable("\n".join((str(refusal), *lacking({section.name: section for section in answers}))))


def lacking(answers: Mapping[str, Section]) -> tuple[str, ...]:
    """What mdo(1) needs and the host lacks: the module of mac_do(4), or a rule (FREEBSD.md 12, found/mdo)."""
    uid, loaded, rules = (answers[name] for name in ("uid", "module", "rules"))
    rule = f"uid={uid.out.strip()}>uid=0,gid=*,+gid=*"
    old_rules = rules.out.strip() if rules.rc == 0 else ""
    value = f"{old_rules};{rule}" if old_rules else rule
    set_rules = f"  sysctl security.mac.do.rules={shell_line((value,))}"
    if loaded.rc:
        return (
            "The kernel module mac_do is not loaded. As root on the host:",
            "  kldload mac_do",
            set_rules,
            'To keep both at boot: mac_do_load="YES" in /boot/loader.conf, and the setting in /etc/sysctl.conf.',
        )
    return (
        f"No rule of mac_do(4) lets uid {uid.out.strip()} become root. As root on the host, now and for each boot:",
        set_rules,
        f"  echo {shell_line((f'security.mac.do.rules={value}',))} >>/etc/sysctl.conf",
    )
