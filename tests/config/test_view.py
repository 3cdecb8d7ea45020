"""What a jail's view says of its hooks: the paths that they name, and the interfaces that they take away."""

from __future__ import annotations

import pytest

from jailtui.config.view import Removal, View
from tests.support.contexts import context


def view(*lines: str) -> View:
    """The view of a jail with these lines."""
    (jail,) = context(f"web {{ path = /jails/web; vnet; {' '.join(f'{line};' for line in lines)} }}").settings.values()
    return jail.view


MOUNTING = view("exec.prestart = 'mount -t nullfs /data /jails/web/mnt/sub'", "exec.start = 'touch /jails/web/in'")


@pytest.mark.parametrize(
    ("path", "named"),
    [
        ("/jails/web/mnt/sub", True),
        ("/jails/web/mnt", True),  # what is below it needs it
        ("/data", True),
        ("/jails/web/mnt/su", False),
        ("/jails/web/mnt/sub/more", False),
        ("/jails/web/in", False),  # a command inside the jail has other paths
    ],
)
def test_hooks_name_a_path_or_what_is_below_it(path: str, named: bool) -> None:
    assert MOUNTING.names_path(path) is named


def test_command_that_is_not_understood_may_name_its_path() -> None:
    assert view("exec.prestart = '. /root/lib.sh; attach \"$dir\"/jails/web/tmp'").names_path("/jails/web/tmp")


def test_removals_are_each_interface_once_with_its_hook_and_the_other_jail() -> None:
    removals = view(
        "exec.prestart = 'ifconfig epair5a destroy', 'ifconfig epair5a destroy', 'ifconfig bridge0 deletem epair6a'",
        "exec.prestop = 'ifconfig epair7b -vnet db', 'ifconfig epair8b -vnet web'",
        "exec.poststop = 'ifconfig epair5a destroy'",
    ).removals
    assert [(*removal, removal.at_stop) for removal in removals] == [
        ("epair5a", "exec.prestart", "", False),
        ("epair6a", "exec.prestart", "", False),
        ("epair7b", "exec.prestop", "db", True),
        ("epair5a", "exec.poststop", "", True),
    ]
    assert removals[0] == Removal("epair5a", "exec.prestart")
