"""Forms on jails of files that rc.d/jail never reads: they edit that file, and leave to a manager what it keeps."""

from __future__ import annotations

import pytest

from jailtui.config.jails import files_of, others_of
from jailtui.exchange import BASTILLE_CONF, Section
from jailtui.forms.opening import open_form
from jailtui.forms.protocol import Answers, NoForm
from jailtui.forms.sources import Sources
from jailtui.model.build import Builder
from tests.support.captures import capture, conf

FOO = "/usr/local/bastille/jails/foo/jail.conf"
OWN = "/opt/own.conf"
NUMBERS = {"foo": 12, "own": 13, "web": 11}
RC = {"jail_enable": "YES", "jail_list": "web"}


def host() -> Sources:
    """A jail of jail.conf, one of Bastille, one of a file in conf_files."""
    files = {BASTILLE_CONF: "", FOO: conf("foo", 12), OWN: conf("own", 13)}
    sections = [Section(f"file {path}", 0, text) for path, text in files.items()]
    rcconf = "".join(f'{name}="{value}"\n' for name, value in RC.items())
    read = capture(conf=conf("web", 11), rcconf=rcconf, more=[*sections, Section("conf-files", 0, "/opt/*.conf")])
    texts = {path: text.encode() for path, text in files_of(read).items()}
    return Sources(Builder().build(read), texts, RC, others=others_of(read))


@pytest.mark.parametrize(
    ("form", "command"),
    [
        ("rename", "`bastille rename foo NEW` renames"),
        ("copy", "`bastille clone foo NEW ADDRESS` copies"),
        ("remove", "`bastille destroy foo` removes"),
    ],
)
def test_what_bastille_keeps_beside_the_file_is_left_to_its_command(form: str, command: str) -> None:
    with pytest.raises(NoForm, match=f"Bastille keeps foo: {command} it."):
        open_form(form, "foo", host())  # type: ignore[arg-type]


def test_a_value_is_changed_in_the_file_of_the_jail() -> None:
    for name, file in (("foo", FOO), ("own", OWN), ("web", "/etc/jail.conf")):
        form = open_form("network", name, host())
        (address,) = [field for field in form.fields(Answers()) if field.key == "address"]
        (edit,) = form.draft(Answers({"address": "192.168.1.99/24"})).files
        assert (address.value, edit.path) == (f"192.168.1.{NUMBERS[name]}/24", file)


def test_a_copy_in_a_file_that_rc_d_jail_never_reads_does_not_start_at_boot() -> None:
    form = open_form("copy", "own", host())
    assert "boot" not in {field.key for field in form.fields(Answers({"name": "new"}))}
    draft = form.draft(Answers({"name": "new"}))
    assert [edit.path for edit in draft.files] == ["/opt/new.conf"]
    texts = {note.text for note in draft.notes}
    assert "new will not start at boot: rc.d/jail does not read /opt/new.conf." in texts
    assert "service jail start new does not read /opt/new.conf; jail -f /opt/new.conf -c new does." in texts


def test_a_jail_of_a_manager_is_no_example_for_a_new_one() -> None:
    choices = {field.key: field.choices for field in open_form("new", "", host()).fields(Answers())}
    assert {"as web", "as own"} < set(choices["template"])
    assert "as foo" not in choices["template"]
