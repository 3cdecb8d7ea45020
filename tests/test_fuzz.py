"""`make fuzz` leaves no reader out, and a few of its texts."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from jailtui.formats import devfs
from jailtui.formats.errors import FormatError
from tests.fuzz.__main__ import main
from tests.fuzz.doors import doors, modules
from tests.fuzz.readers import READERS, FuzzReader
from tests.fuzz.runner import outcome, run

NO_READERS = {
    "jailtui.jailconf.parse.collections_paused": "gives a context",
    "jailtui.config.hooks.effects.effects": "a part of the network's view",
}
"""What other rooms call that takes no text, or is called for each text in what else is tried."""
NO_LIMIT = 3600.0
"""Seconds for a text: how long it takes says nothing on a busy machine."""
HELPERS = {f"jailtui.formats.{name}" for name in ("errors", "ifconfig_lines", "listed", "managed")}
"""Files without a reader of their own."""


def whole_name(function: Callable[..., object]) -> str:
    return f"{function.__module__}.{function.__qualname__}"


COVERED = {whole_name(function) for reader in READERS.values() for function in reader.covers}


def test_every_function_that_other_rooms_call_is_tried() -> None:
    named = doors()
    assert len(named) > 30
    assert named - COVERED == NO_READERS.keys()


def test_every_format_has_a_reader() -> None:
    assert set(modules("jailtui.formats")) - {name.rpartition(".")[0] for name in COVERED} == HELPERS


@pytest.mark.parametrize("name", READERS)
def test_nothing_but_a_readers_own_error_comes_out_of_fifty_texts(name: str) -> None:
    came = run(name, 50, 11, 0, NO_LIMIT)
    assert (came.texts, came.faults) == (50, ())


def test_any_other_error_is_a_fault_with_a_short_text() -> None:
    def read(text: str) -> None:
        if "7" in text:
            raise KeyError(text)
        devfs.parse(text)

    reader = FuzzReader("devfs", read, (), (FormatError,))
    assert outcome(reader, "1\n2\n", NO_LIMIT) is None
    assert outcome(reader, "x", NO_LIMIT) == ""
    assert str(outcome(reader, "1\n7\n", NO_LIMIT)).startswith("KeyError in ")


def test_a_seed_gives_the_same_texts_again(capsys: pytest.CaptureFixture[str]) -> None:
    words = (
        "--count",
        "300",
        "--seed",
        "5",
        "--reader",
        "sysrc",
        "--reader",
        "jls",
        "--jobs",
        "1",
        "--slowest",
        str(NO_LIMIT),
    )
    results = [(main(words), [line.partition(" refused")[0] for line in capsys.readouterr().out.splitlines()[:-1]])]
    results.append((main(words), [line.partition(" refused")[0] for line in capsys.readouterr().out.splitlines()[:-1]]))
    assert results[0] == results[1]
    assert results[0][0] == 0
    assert results[0][1][0] == "seed 5, 300 texts a reader"
    assert sorted(line[:28].split()[0] for line in results[0][1][1:]) == ["jls", "sysrc"]
