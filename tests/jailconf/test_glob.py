"""Patterns of `.include` held to glob(3) of FreeBSD in the C locale."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from jailtui.jailconf.glob import compiled, dotted, matches, pieces, search

NAMES = {
    "a.conf": ["a.conf"],
    "*.conf": ["a.conf", "b.conf", "]x.conf", "^.conf", "\udcff.conf", "\\*.conf"],
    "?.conf": ["a.conf", "b.conf", "^.conf", "\udcff.conf"],
    "[z-a].conf": [],
    "[!z-a].conf": ["a.conf", "b.conf", "^.conf", "\udcff.conf"],
    "[^a].conf": ["a.conf", "^.conf"],
    "[!a].conf": ["b.conf", "^.conf", "\udcff.conf"],
    "[]^]x.conf": ["]x.conf"],
    "[a-\\[].conf": [],
    "[\\[-^].conf": ["^.conf"],
    "[a-].conf": ["a.conf"],
    "[]": [],
    "[!]": [],
    "\\*.conf": [],
    "\\\\*": ["\\*.conf"],
    "[.]a.conf": [],
    ".a*": [".a.conf"],
    "\\.a*": [".a.conf"],
    "**.conf": ["a.conf", "b.conf", "]x.conf", "^.conf", "\udcff.conf", "\\*.conf"],
    "*a*c*f": ["a.conf"],
    "[a/b]*": [],
}


@pytest.mark.parametrize("pattern", NAMES)
def test_a_pattern_finds_what_glob_finds_by_bytes(pattern: str) -> None:
    names = ["a.conf", "b.conf", "]x.conf", "^.conf", "\udcff.conf", "\\*.conf", ".a.conf"]
    assert [name for name in names if matches(f"/d/{pattern}", f"/d/{name}")] == NAMES[pattern]


@pytest.mark.parametrize("plain", ["[]", "[!]", "a[b", "\\*", "\\[a]", "[\\]", "a\\", "x" * 1022 + "**"])
def test_a_text_without_a_wildcard_is_a_plain_name(plain: str) -> None:
    assert not compiled(plain).magic


@pytest.mark.parametrize("magic", ["[z-a]", "[]x]", "[a-\\[]", "[^a]", "\\\\*", "?", "a/[b/c]"])
def test_a_text_with_a_wildcard_or_a_set_is_a_pattern(magic: str) -> None:
    assert compiled(magic).magic


def test_the_file_system_is_searched_as_glob_searches_it(tmp_path: Path) -> None:
    (tmp_path / "etc" / "d").mkdir(parents=True)
    for name in ("d/b.conf", "d/a.conf", "d/.hidden.conf", "x.conf"):
        (tmp_path / "etc" / name).touch()
    (tmp_path / "etc" / "d" / "gone.conf").symlink_to("nothing")
    os.close(os.open(os.fsencode(tmp_path) + b"/etc/d/\xff.conf", os.O_CREAT))
    root = str(tmp_path)
    found = ["/etc/d/a.conf", "/etc/d/b.conf", "/etc/d/gone.conf", "/etc/d/\udcff.conf"]
    assert search("/etc/d/*.conf", root) == found
    assert search("/etc/*/a.conf", root) == ["/etc/d/a.conf"]
    assert search("/etc/*/", root) == ["/etc/d/"]
    assert search("/etc/d/.*", root) == ["/etc/d/.", "/etc/d/..", "/etc/d/.hidden.conf"]
    assert search("/none/*", root) == []


def test_a_relative_pattern_is_searched_from_the_working_directory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("a.conf").touch()
    assert search("*.conf") == ["a.conf"]


def test_the_pieces_of_a_pattern_leave_out_what_a_shell_takes_otherwise() -> None:
    assert pieces("/etc/d/*.conf") == ("/etc/d/", ".conf")
    assert pieces("/etc/[!a]\\*?") == ("/etc/", "*", "")
    assert pieces("/etc/\\*") == ("/etc/\\*",)


def test_dot_and_dot_dot_are_found_where_the_pattern_begins_with_a_dot() -> None:
    assert list(dotted("/etc/.*")) == ["/etc/.", "/etc/.."]
    assert list(dotted("/etc/.?/x")) == ["/etc/../x"]
    assert list(dotted("/etc/*")) == []


def test_a_pattern_whose_paths_double_at_each_slash_finds_nothing() -> None:
    assert search("/" + "/".join([".*"] * 60)) == []
