"""The simulated jail(8)'s reader of jail.conf held to what three real ones made of 246 files."""

from __future__ import annotations

import json

import pytest

from jailtui.simhost.tools import jail_config
from jailtui.simhost.tools.jail_config import BadConfig
from tests.support.shared_material import shared

FILES = {"13.2": "jailconf.jsonl", "14.2": "replay-jailconf.jsonl", "15.1": "replay-jailconf.jsonl"}
KILLED = (139, 255)
"""How the recordings tell of a jail(8) that crashed."""


def answer(name: str, release: str) -> tuple[str, str, int]:
    """What `jail -f NAME -e '|'` prints to both streams, and its exit status."""
    try:
        jails, messages = jail_config.load("", name, release.partition(".")[0])
    except BadConfig as error:
        return "", "".join(f"{message}\n" for message in error.messages), error.status
    return jail_config.exported(jails, "|"), "".join(f"{message}\n" for message in messages), 0


def visible(text: str) -> str:
    """Bytes that are no UTF-8 as the recorder wrote them."""
    return text.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")


@pytest.mark.parametrize("release", FILES)
def test_every_file_of_the_corpus_reads_as_the_real_jail_reads_it(
    release: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    recorded = shared(f"recordings/{release}/{FILES[release]}")
    monkeypatch.chdir(shared("jailconf/files"))
    different, compared, crashed = [], 0, 0
    for text in recorded.read_text(encoding="utf-8", errors="surrogateescape").splitlines():
        line = json.loads(text)
        name = line["sh"].split()[5]
        if line["rc"] in KILLED:
            crashed += 1
            assert answer(name, release)[2] != 0, name
            continue
        out, err, status = answer(name, release)
        compared += 1
        if (visible(out), visible(err), status) != (line["stdout"], line["stderr"], line["rc"]):
            different.append(name)
    print(f"{release}: identical {compared - len(different)} of {compared}, {crashed} crashes")
    assert compared > 200
    assert not different
