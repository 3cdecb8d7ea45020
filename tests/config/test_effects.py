"""What the commands of a start do that can be seen afterwards, in the order of the start."""

from __future__ import annotations

import pytest

from jailtui import jailconf
from jailtui.config.network import read
from jailtui.config.view import Effect

MAIN = "/etc/jail.conf"


def effects(lines: str) -> list[str]:
    """The effects of a jail that gets epair5b, a line each."""
    text = f"web {{ vnet; vnet.interface = epair5b; {lines} }}"
    (jail,) = jailconf.choose({MAIN: text.encode()}, "15", {}).jails
    return [line(effect) for effect in read(jail.jail, placed=False).view.effects]


def line(effect: Effect) -> str:
    place = "route" if not effect.interface else f"{effect.interface}{'' if effect.inside else ' outside'}"
    number = "?" if effect.kind == "unread" else effect.command
    words = f"{effect.hook} {effect.number}.{number} {effect.kind} {effect.value} {place}"
    return words + (" guarded" if effect.guarded else "")


MOVED = "vnet.interface 0.0 moved epair5b epair5b"


def test_a_route_of_the_stop_is_no_effect_of_the_start() -> None:
    assert effects("exec.stop = 'route add default 10.0.0.1';") == [MOVED]


@pytest.mark.parametrize(
    ("lines", "wanted"),
    [
        ("", [MOVED]),
        (
            "exec.poststart = 'ifconfig bridge0 addm epair5a'; exec.start = 'ifconfig epair5b inet 10.0.0.2/24 up', "
            "'route add default 10.0.0.1'; exec.prestart = 'ifconfig epair5 create mtu 9000 up';",
            [
                "exec.prestart 0.0 up up epair5a outside",
                "exec.prestart 0.0 mtu 9000 epair5a outside",
                MOVED,
                "exec.start 0.0 up up epair5b",
                "exec.start 0.0 address 10.0.0.2/24 epair5b",
                "exec.start 1.0 route 10.0.0.1 route",
                "exec.poststart 0.0 member bridge0 epair5a outside",
            ],
        ),
        (  # a move keeps MTU, MAC, name and description, and loses the rest
            "exec.prestart = 'ifconfig epair5b inet 10.0.0.2/24 ether 02:00:00:00:00:09 descr x mtu 1400 up';",
            [
                "exec.prestart 0.0 mtu 1400 epair5b",
                "exec.prestart 0.0 mac 02:00:00:00:00:09 epair5b",
                "exec.prestart 0.0 description x epair5b",
                "exec.prestart 0.? unread  route",
                MOVED,
            ],
        ),
        (  # by its last name, and only what nothing later undoes
            "exec.start = 'ifconfig epair5b description a up && ifconfig epair5b name vnet0; true', "
            "'ifconfig vnet0 down', 'ifconfig vnet0 description b';",
            [
                "vnet.interface 0.0 moved epair5b vnet0",
                "exec.start 0.1 name vnet0 vnet0 guarded",
                "exec.start 2.0 description b vnet0",
            ],
        ),
        (
            "exec.created = 'ifconfig epair6b vnet web'; exec.poststart = 'jexec web ifconfig lo0 up', "
            "'jexec db ifconfig lo0 up';",
            [
                "exec.created 0.0 moved epair6b epair6b",
                MOVED,
                "exec.poststart 0.0 up up lo0",
            ],
        ),
        (  # a stop has none, and undoes none
            "exec.start = 'ifconfig epair5b up'; exec.stop = 'ifconfig epair5b down', 'ifconfig lo0 up', '/root/x.sh'; "
            "exec.prestop = 'ifconfig epair5b -vnet web';",
            [MOVED, "exec.start 0.0 up up epair5b"],
        ),
        (
            "exec.start = 'ifconfig epair5b inet 10.0.0.2/24; /root/net.sh; ifconfig lo0 up';",
            [
                MOVED,
                "exec.start 0.0 address 10.0.0.2/24 epair5b guarded",
                "exec.start 0.2 up up lo0",
                "exec.start 0.? unread  route",
            ],
        ),
        (
            "exec.start = 'route add default 10.0.0.1', 'route delete default', 'route add default 10.0.0.9 || true';",
            [MOVED, "exec.start 2.0 route 10.0.0.9 route guarded"],
        ),
    ],
)  # fmt: skip
def test_effects_of_a_start_stand_in_its_order(lines: str, wanted: list[str]) -> None:
    assert effects(lines) == wanted
