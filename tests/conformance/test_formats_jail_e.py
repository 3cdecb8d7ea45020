"""What `jail -e` printed for the whole corpus of jail.conf, read back and held to what jail(8) made of each file."""

from __future__ import annotations

import json
import re
from collections import Counter
from functools import cache
from typing import Any

import pytest

from jailtui.formats import jail_e
from tests.shared_material import RELEASES, recordings, shared

SEPARATOR = "|"
DIALECT = {"13.2": "13", "14.2": "15", "15.1": "15"}
NAMED_BY_NUMBER = {"freebsd/basic_test2.conf", "hand/j16-numeric.conf", "hand/w18-jid-wild.conf"}
"""Files where 14.2 does not give a jail the number it is named by as its name (FREEBSD.md 11)."""

Params = list[list[tuple[str, tuple[str, ...]]]]


@cache
def expected() -> dict[tuple[str, str], dict[str, Any]]:
    lines = shared("jailconf/expected.jsonl").read_text(encoding="utf-8").splitlines()
    return {(one["file"], one["dialect"]): one for one in map(json.loads, lines)}


def printed(release: str) -> list[tuple[str, str]]:
    """The files jail(8) of that release accepted, with what it printed."""
    found = []
    for line in recordings(release):
        command = re.fullmatch(r"cd /root/files && jail -f (\S+) -e '\|'", line.get("sh") or "")
        if command and line["rc"] == 0:
            found.append((command.group(1), line["stdout"]))
    return found


def wanted(file: str, release: str) -> Params:
    """The parameters jail(8) holds for each jail, less `jid`, which it never prints."""
    jails = expected()[file, DIALECT[release]]["jails"]
    return [[(p["name"], tuple(p["values"])) for p in jail["params"] if p["name"] != "jid"] for jail in jails]


def why_ambiguous(jails: Params) -> str:
    """Why the printed form can't be read back for sure, or ""."""
    for value in (value for params in jails for _, values in params for value in values):
        if any("\udc80" <= char <= "\udcff" for char in value):
            return "bytes that are no UTF-8 (the recorder wrote them as \\xNN)"
        if not value or re.search("[ \t'\"]", value):
            continue  # quoted
        for char, reason in ((SEPARATOR, "the recordings' separator"), (",", "comma"), ("\n", "line break")):
            if char in value:
                return f"unquoted {reason} in a value"
    return ""


@pytest.mark.parametrize("release", RELEASES)
def test_every_corpus_file_that_can_be_read_back_gives_the_jails_jail8_made(release: str) -> None:
    counted: Counter[str] = Counter()
    wrong = []
    for file, text in printed(release):
        want = wanted(file, release)
        reason = why_ambiguous(want)
        if release == "14.2" and file in NAMED_BY_NUMBER:
            reason = "14.2 names no jail by its number"
        if reason:
            counted[reason] += 1
            jail_e.parse(text, SEPARATOR)
            continue
        counted["read back"] += 1
        if [list(jail.params) for jail in jail_e.parse(text, SEPARATOR)] != want:
            wrong.append(file)
    print(f"{release}: " + ", ".join(f"{reason} {number}" for reason, number in counted.most_common()))
    assert wrong == []
    assert counted["read back"] >= 170


@pytest.mark.parametrize("release", RELEASES)
def test_only_the_recordings_own_separator_makes_a_real_file_ambiguous(release: str) -> None:
    reasons = {why_ambiguous(wanted(file, release)) for file, _ in printed(release) if file.startswith("real/")}

    assert reasons == {"", "unquoted the recordings' separator in a value"}
