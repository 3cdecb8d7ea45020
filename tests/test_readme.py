"""What README.md promises and the code can tell."""

from __future__ import annotations

import json
from pathlib import Path

from jailtui.cli.documents import ShowDocument
from jailtui.preferences import Config, load
from tests.model.test_jails import VLAN
from tests.readme import README, written
from tests.support.captures import conf, row, state
from tests.support.large_hosts import EM0, LO0, bridge, epair


def test_keys_and_exit_statuses_are_those_of_the_code() -> None:
    assert README.read_text(encoding="utf-8") == written()


def keys_of(kind: str) -> set[str]:
    """The keys README.md's table gives for the objects of one kind."""
    line = next(one for one in README.read_text(encoding="utf-8").splitlines() if one.startswith(f"| `{kind}`"))
    import re

    told = re.sub(r"\([^()]*\)", "", line.split("|")[2])
    return set(re.findall(r"`(\w+)`", told))


def test_json_has_the_keys_that_the_table_tells() -> None:
    host = EM0 + LO0 + VLAN + bridge("bridge0", ["em0.10", "epair7a"]) + epair(7, "a")
    old = state(rows=[row(3, "old", dying=True)], host=host, conf=conf("old", 7))
    found = json.loads(ShowDocument.of(old, "nas", 0.0).as_json())
    for kind in ("jails", "bridges", "vlans", "interfaces"):
        assert set(found[kind][0]) == keys_of(kind), kind
    ends = {"where", "jail", "jid", "bridge"}
    assert set(found["epairs"][0]) == keys_of("epairs") - ends
    assert set(found["epairs"][0]["a"]) == ends | {"name"}
    assert found["taken_at"] == "1970-01-01T00:00:00+00:00"


def test_config_file_of_the_readme_can_be_used(tmp_path: Path) -> None:
    text = README.read_text(encoding="utf-8").partition("```yaml\n")[2].partition("```")[0]
    file = tmp_path / "config.yaml"
    file.write_text(text)
    config = load(file)
    assert config.keys == {"jail.start": "f5"}
    told = {line.split(":")[0] for line in text.splitlines() if line and line[0].isalpha()}
    assert told == set(Config.__dataclass_fields__)
