"""Reading `mount -p`."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jailtui.formats import mount
from jailtui.formats.mount import Mount

RECORDED = "/dev/gpt/rootfs\t\t/\t\t\tufs\trw\t\t1 1\ndevfs\t\t\t/dev\t\t\tdevfs\trw\t\t0 0\n"
"""13.2 probe/capabilities/37, 14.2 and 15.1 the same."""


def test_recorded_file_systems() -> None:
    assert mount.parse(RECORDED) == (Mount("/dev/gpt/rootfs", "/", "ufs"), Mount("devfs", "/dev", "devfs"))


def test_blank_that_fstab_writes_as_digits_is_a_blank() -> None:
    assert mount.parse("tmpfs\t\t\t/jails/a\\040b/mnt\ttmpfs\trw\t\t0 0\n")[0].path == "/jails/a b/mnt"


@pytest.mark.parametrize(
    "line",
    [
        "tmpfs /jails/x/a /etc tmpfs rw 0 0",
        "tmpfs /jails/x/a\xa0b tmpfs rw 0 0",
        "tmpfs jails/x tmpfs rw 0 0",
        "tmpfs /jails/x tmpfs rw 0",
        "mount: something",
        "",
    ],
)
def test_line_that_can_be_read_in_two_ways_or_none_is_passed_over(line: str) -> None:
    assert mount.parse(RECORDED + line + "\n") == mount.parse(RECORDED)


@given(st.text(st.sampled_from("/a 0\t\n\\4")))
def test_any_text_is_read_and_every_path_is_absolute(text: str) -> None:
    assert all(one.path.startswith("/") for one in mount.parse(text))
