"""Reading `mount --libxo json`."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jailtui.formats import mount
from jailtui.formats.errors import FormatError
from jailtui.formats.mount import Mount
from tests.support.shared_material import RELEASES, recordings


@pytest.mark.parametrize("release", [one for one in RELEASES if one != "14.2"])
def test_recorded_names_are_read_byte_for_byte(release: str) -> None:
    text = next(line["stdout"] for line in recordings(release) if line["id"] == "found/mounts/03")
    found = mount.parse(text)
    assert found[2] == Mount("/bin", "/jails/my-vnet-jail/bin", "nullfs")
    assert [one.path for one in found if one.kind == "tmpfs"] == ["/mnt/a b", r"/mnt/c\040d", "/mnt/e\nf", "/mnt/g\th"]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{}",
        "[]",
        '{"mount": {}}',
        '{"mount": {"mounted": {}}}',
        '{"mount": {"mounted": ["/"]}}',
        '{"mount": {"mounted": [{"special": "tmpfs", "node": "/mnt"}]}}',
        '{"mount": {"mounted": [{"special": "tmpfs", "node": 4, "fstype": "tmpfs"}]}}',
        "tmpfs /jails/x/mnt tmpfs rw 0 0",
    ],
)
def test_other_text_is_refused(text: str) -> None:
    with pytest.raises(FormatError):
        mount.parse(text)


@given(st.text())
def test_no_name_makes_two_file_systems_of_one(name: str) -> None:
    entry = {"special": name, "node": f"/{name}", "fstype": "tmpfs"}
    text = json.dumps({"mount": {"mounted": [entry]}}, ensure_ascii=False)
    assert mount.parse(text) == (Mount(name, f"/{name}", "tmpfs"),)
