"""What the picture takes from hooks."""

from __future__ import annotations

import pytest

from jailtui.config.hooks.summary import configured


@pytest.mark.parametrize(
    ("hook", "text", "addresses"),
    [
        ("exec.start", "/sbin/ifconfig e0b_web inet 192.168.1.5/24 up", ("192.168.1.5/24",)),
        ("exec.start", "ifconfig e0b_web inet 192.168.1.5 netmask 255.255.255.0", ("192.168.1.5/24",)),
        ("exec.start", "ifconfig e0b_web inet 192.168.1.5 netmask 0xffffff80", ("192.168.1.5/25",)),
        ("exec.start", "ifconfig e0b_web inet6 fd00::5 prefixlen 64", ("fd00::5/64",)),
        ("exec.start", "ifconfig e0b_web inet 192.168.1.5 netmask 0xnonsense", ()),
        ("exec.created", "jexec web ifconfig e0b_web inet 192.168.1.5/24", ("192.168.1.5/24",)),
        ("exec.created", "ifconfig -j web e0b_web inet 192.168.1.5/24", ("192.168.1.5/24",)),
        ("exec.prestart", "ifconfig e0a_web inet 192.168.1.1/24", ()),
    ],
)
def test_only_what_is_given_inside_is_the_jails_address(hook: str, text: str, addresses: tuple[str, ...]) -> None:
    found = configured((("vnet", ()), (hook, (text,))), "/etc/jail.conf")
    assert found.addresses == addresses
