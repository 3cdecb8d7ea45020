"""What the tests of the rules about jails share: the template jail, at rest, running, and on the embedded host."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from jailtui.backend import HostBackend
from jailtui.config.jails import ConfigurationReader
from jailtui.forms.opening import FormName
from jailtui.forms.protocol import Answers
from jailtui.model.state import Address, Interface, Jail, JailState
from jailtui.rules.finding import Finding, Remedy
from tests.support.contexts import BOOT
from tests.support.form_hosts import Embedded, execute, form_of
from tests.support.shared_material import shared

TEMPLATE = shared("templates/vnet.conf").read_text(encoding="utf-8")
RC = 'jail_enable="YES"\ncloned_interfaces="bridge0"\nifconfig_bridge0="up"\n'


def template(name: str, number: int = 154, /, **changes: str) -> str:
    """The template as a jail of that name and number, with texts in it changed (old="new", by `changes`)."""
    text = (
        TEMPLATE.replace("web {", f"{name} {{", 1).replace("/jails/web", f"/jails/{name}").replace("154", str(number))
    )
    for old, new in changes.items():
        assert old in text, old
        text = text.replace(old, new)
    return text


def inside(name: str, jid: int, *addresses: str, **more: Any) -> Interface:
    """An epair end in a jail, up, with these addresses."""
    given = []
    for text in addresses:
        ip, _, prefix = text.partition("/")
        given.append(Address(ip, int(prefix), "inet6" if ":" in ip else "inet"))
    return Interface(name, jid=jid, **{"kind": "epair", "up": True, "mtu": 1500, "addresses": tuple(given), **more})


def loopback(jid: int) -> Interface:
    return Interface("lo0", "loopback", jid, up=True, addresses=(Address("127.0.0.1", 8),))


def running(text: str, name: str, jid: int, *has: Interface, rcconf: Mapping[str, str] = BOOT, **more: Any) -> Jail:
    """The jail of that configuration as it runs, with lo0 and these interfaces inside."""
    configured = ConfigurationReader().read({"/etc/jail.conf": text}, dict(rcconf), "15.1-RELEASE").jails.get(name)
    seen = tuple(one for it in has for one in it.addresses)
    fields: dict[str, Any] = {
        "vnet": True,
        "path": f"/jails/{name}",
        "interfaces": (loopback(jid), *has),
        "addresses": seen,
        "configured": configured,
        **more,
    }
    return Jail(name, name, jid, fields.pop("state", JailState.RUNNING), **fields)


def house(folder: Path, text: str, *names: str, release: str = "15.1", rc: str = RC) -> Embedded:
    """An embedded host with this jail.conf, bridge0, and the folders of the jails of these names."""
    texts = {"/etc/jail.conf": text.encode(), "/etc/rc.conf": rc.encode()}
    return Embedded(folder, texts, release=release, bridges=("bridge0",), folders=[f"/jails/{name}" for name in names])


def apply(backend: HostBackend, remedy: Remedy) -> None:
    """Run the steps of a remedy; each that may not fail has to succeed."""
    assert remedy.task.steps, remedy
    for step in remedy.task.steps:
        result = execute(backend, *step.argv)
        assert result.ok or step.may_fail, (step.argv, result.output)


def fill(backend: HostBackend, finding: Finding, value: str, *, restart: bool = False) -> None:
    """Answer the form of a finding's first remedy that has one, save it, and run what that comes to."""
    opened = next(one.form for one in finding.remedies if one.form is not None)
    name: FormName = opened[0]  # type: ignore[assignment]
    form, snapshot = form_of(backend, name, opened[1])
    draft = form.draft(Answers({opened[2]: value}))
    assert not draft.errors, draft.errors
    plan = backend.save_plan(form, draft, snapshot, restart=restart)
    assert not plan.refused, plan.refused
    said: list[str] = []
    outcomes = backend.run(plan, lambda event: said.append(event.text), lambda: False)
    assert list(outcomes.values()) == ["done"], said
