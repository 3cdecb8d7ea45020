"""jailtui.jailconf held to what the compiled jail(8) made of 246 files; test_simhost_jailconf.py asks real kernels."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

import pytest

from jailtui.jailconf import Dialect, Evaluation, JailDefinition, evaluate, parse
from tests.support.jailconf_soup import assert_spans_nest, assert_the_rest_says_nothing, slow
from tests.support.shared_material import shared

ABSENT = {
    (
        "real/qubsd-disp2-relinc.conf",
        "15",
    ): "includes real/qubsd-ubuntu.conf, which the compiled jail(8) found, but is not in the"
    " material; what 15.1 and 14.2 said without it is asserted from the recordings",
}
"""Lines of expected.jsonl that cannot be reached, and why."""


def read(name: str, dialect: str) -> Evaluation:
    return evaluate(parse(Path(name).read_bytes(), name, cast("Dialect", dialect)))


def first_message(evaluation: Evaluation) -> str | None:
    messages = (*evaluation.faults, *evaluation.warnings)
    return shown(messages[0].message) if messages else None


def shown(text: str) -> str:
    """As the messages were kept: what is no UTF-8 replaced."""
    return text.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def kind(evaluation: Evaluation) -> str:
    if evaluation.faults:
        return "error"
    if evaluation.crash:
        return "crash"
    return "ok+warnings" if evaluation.warnings else "ok"


def wanted_kind(line: dict[str, Any]) -> str:
    """A jail(8) that dies after a message of its own: for us the message is the error."""
    return "error" if line["kind"] == "crash" and line["first_message"] else line["kind"]


def dumped(jail: JailDefinition) -> dict[str, Any]:
    params = [
        {"name": setting.name, "values": list(setting.values)}
        | ({} if setting.bool is None else {"bool": setting.bool})
        for setting in jail.params
    ]
    return {"name": jail.name, "failed": jail.failed, "params": params}


def wanted_jails(line: dict[str, Any]) -> list[dict[str, Any]]:
    return [
        {**jail, "params": [{key: one[key] for key in one if key != "flags"} for one in jail["params"]]}
        for jail in line.get("jails") or []
    ]


def expected() -> Iterator[dict[str, Any]]:
    for text in shared("jailconf/expected.jsonl").read_text(encoding="utf-8").splitlines():
        yield json.loads(text)


def test_every_file_reads_as_the_compiled_jail_reads_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(shared("jailconf/files"))
    lines, different = list(expected()), []
    for line in lines:
        evaluation = read(line["file"], line["dialect"])
        ours = (kind(evaluation), first_message(evaluation), [dumped(jail) for jail in evaluation.jails])
        if ours != (wanted_kind(line), line["first_message"], wanted_jails(line)):
            different.append((line["file"], line["dialect"]))
    print(f"the same as jail(8): {len(lines) - len(different)} of {len(lines)}")
    assert different == list(ABSENT)


@pytest.mark.parametrize("dialect", ["13", "14", "15"])
def test_every_byte_of_every_file_has_its_place_in_the_tree(dialect: Dialect) -> None:
    for path in sorted(shared("jailconf/files").rglob("*.conf")):
        data = path.read_bytes()
        file = parse(data, "jail.conf", dialect)
        assert file == slow(data, dialect), path.name
        if not file.faults:
            assert_spans_nest(data, file.statements, 0, len(data))
            assert_the_rest_says_nothing(file)
