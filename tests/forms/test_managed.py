"""Forms on jails of managers: whose command changes what a form shows."""

from __future__ import annotations

from pathlib import Path

import pytest

from jailtui.config.managers import MANAGERS
from jailtui.forms.opening import open_form
from jailtui.forms.protocol import Answers, NoForm, Note
from jailtui.model.keeping import DOES, command, sentence
from jailtui.model.state import Jail, JailState
from tests.support.managed_hosts import ManagedHost


def jail(name: str, manager: str, own: str = "") -> Jail:
    return Jail(name, name, None, JailState.STOPPED, None, manager=manager, manager_name=own)


def test_every_command_begins_with_a_program_and_names_the_jail() -> None:
    for manager in MANAGERS:
        commands = list(filter(None, (command(form, jail("web", manager.name, "shop")) for form in DOES)))
        assert len(commands) > 1
        for line in commands:
            assert line.startswith(manager.command)
            assert (line.count("shop"), "NAME" in line, "PARAMETER" in line, "VALUE" in line) == (
                1,
                False,
                False,
                False,
            )


@pytest.mark.parametrize(
    ("known", "form", "expected"),
    [
        (jail("ioc-db", "iocage", "db"), "network", "`iocage set ip4_addr=… db` changes its addresses."),
        (jail("ioc-a_b", "iocage"), "rename", "`iocage rename NAME NEW` renames it."),
        (jail("web", "pot", "a b;x"), "remove", "`pot destroy -p NAME` removes it."),
        (jail("ALL", "Bastille", "ALL"), "remove", "`bastille destroy NAME` removes it."),
        (jail("web*", "CBSD", "web*"), "remove", "`cbsd jremove NAME` removes it."),
        (jail("web", "ezjail", "web"), "network", "use its own commands."),
    ],
)
def test_sentence_has_the_name_that_the_manager_knows(known: Jail, form: str, expected: str) -> None:
    assert sentence(form, known) == f"{known.manager} keeps {known.name}: {expected}"


def test_jail_without_a_file_has_no_form_but_the_command(tmp_path: Path) -> None:
    sources = ManagedHost(tmp_path / "host", "iocage").backend().sources("ioc-db")
    with pytest.raises(NoForm, match="iocage keeps ioc-db: `iocage set ip4_addr=… db` changes its addresses"):
        open_form("network", "ioc-db", sources)


def test_file_of_bastille_is_edited_with_a_warning(tmp_path: Path) -> None:
    form = open_form("permissions", "db", ManagedHost(tmp_path / "host", "Bastille").backend().sources("db"))
    changed = form.draft(Answers({"allow.mount": "allow"}))
    assert [edit.path for edit in changed.files] == ["/usr/local/bastille/jails/db/jail.conf"]
    command = "bastille config db set allow.raw_sockets …"
    assert Note("warning", f"Bastille keeps db: `{command}` changes its permissions.") in changed.notes
    assert form.draft(Answers()).notes == ()
