"""The console log of a jail: written into its own block, never below a root that a jail rules."""

from __future__ import annotations

import pytest

from jailtui.forms.protocol import Answers
from jailtui.forms.sources import Sources
from tests.support.form_hosts import MAIN, sources
from tests.support.new_jails import answered, jails_after, opened, text_after

TEXT = """\
* { path = "/jails/${name}"; exec.consolelog = "/var/log/${name}.log"; }
web { exec.start = "sh /etc/rc"; }
db { exec.consolelog = ""; }
"""


def host() -> Sources:
    return sources({MAIN: TEXT.encode()})


def test_the_value_that_is_inherited_is_shown_with_its_place() -> None:
    (field,) = opened("log", "web", host()).fields(Answers())
    assert (field.value, field.where) == ("/var/log/web.log", "jail.conf:1, from *")
    assert "/var/log/jail_web_console.log" in field.choices


def test_a_new_path_goes_into_the_jails_own_block() -> None:
    draft = opened("log", "web", host()).draft(answered(path="/var/log/other.log"))
    after = jails_after(host(), draft)
    assert after["web"]["exec.consolelog"] == ("/var/log/other.log",)
    assert after["db"]["exec.consolelog"] == ("",)
    assert text_after(draft)[MAIN].startswith(TEXT.partition("\n")[0])
    assert draft.effect == "takes effect when web next starts"


@pytest.mark.parametrize(
    ("path", "why"),
    [
        ("", "It is inherited (jail.conf:1, from *): remove it there."),
        ("log", "The console log needs an absolute path, without `.` and `..`."),
        ("/var/../etc/passwd", "The console log needs an absolute path, without `.` and `..`."),
        ("/jails/db/log", "/jails/db/log is below /jails/db, the root of a jail, whose root user may make it a link"),
    ],
)
def test_a_path_that_is_not_safe_is_refused(path: str, why: str) -> None:
    draft = opened("log", "web", host()).draft(answered(path=path))
    assert draft.empty
    assert draft.errors[0].text.startswith(why)


def test_what_stays_as_it_is_is_no_change() -> None:
    form = opened("log", "web", host())
    assert form.draft(answered(path="/var/log/web.log")).empty
    assert form.draft(answered()).empty
