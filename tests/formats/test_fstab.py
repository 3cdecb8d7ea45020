"""Reading fstab(5)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jailtui.formats import fstab
from jailtui.formats.fstab import FstabLine


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("/usr/ports /jails/web/usr/ports nullfs ro 0 0", FstabLine("/usr/ports", "/jails/web/usr/ports", "nullfs")),
        ("tmpfs\t/jails/web/tmp\ttmpfs", FstabLine("tmpfs", "/jails/web/tmp", "tmpfs")),
        ("tmpfs /jails/a\\040b/ tmpfs rw", FstabLine("tmpfs", "/jails/a b", "tmpfs")),
        ("/dev/ada0p2 / ufs rw 1 1 # root", FstabLine("/dev/ada0p2", "/", "ufs")),
        ("# tmpfs /mnt tmpfs", None),
        ("tmpfs /mnt", None),
        ("", None),
    ],
)
def test_a_line(line: str, expected: FstabLine | None) -> None:
    assert fstab.parse(f"{line}\n") == ((expected,) if expected else ())


@given(st.text(st.sampled_from("/a 0\t\n\\4#")))
def test_any_text_is_read(text: str) -> None:
    assert all(one.kind for one in fstab.parse(text))
