"""Many quick mutations of a text, by bytes, tokens and lines, all from one number."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Callable, Iterator, Sequence
from copy import deepcopy
from typing import Any, NamedTuple

TOKEN = re.compile(r"\w+|[ \t]+|\n|.", re.DOTALL)
LONGEST = 1 << 14
"""Characters of a mutated text: what is longer is cut."""
CHARACTERS = (
    *"\0\t\n\r \"'`\\$#;,:={}[]()<>&|!*?/-+.%~0a",
    *("\x1b", "\x7f", "\x85", "\xa0", "\xff", "²", "٣", "é", "\u2028", "\ud800", "\udcff", "\U0001f600"),
)
"""What is special to some reader, and what Python takes for a digit, a blank or a line break."""
WORDS = (
    *("", "-1", "0", "00", "4294967296", "9" * 40, "9" * 5000, "0x", "0xffffffff", "1e999", "1_0", "٣٣", "²"),
    *(
        "null",
        "true",
        "NaN",
        "{}",
        "[]",
        "[" * 200,
        '{"a":' * 200,
        '""',
        '"\\ud800"',
        '"\\u0000"',
        "\n\n\n\n",
        "<none>",
    ),
    *(
        "(" * 400,
        "{" * 400,
        "if " * 300,
        "$" * 100,
        "${",
        "${a}",
        "$(",
        "`",
        '"',
        "'",
        "\\",
        "/*",
        "*/",
        "#",
        "||",
        "&&",
    ),
)

VALUES: tuple[Any, ...] = (
    *(
        None,
        True,
        False,
        0,
        -1,
        1 << 70,
        1e300,
        "",
        "0",
        "-",
        "-1",
        "٣",
        "²",
        "x\0y",
        "\ud800",
        "\udcff",
        "true",
        "new",
    ),
    *([], {}, [[]], [None], [1], ["a", "b"], {"a": 1}, "9" * 30, "0x", "0x8843", "02:00:00:00:00:01", "10.0.0.1"),
)

Change = Callable[[random.Random, list[str], Sequence[str]], None]
"""Changes a list of characters, tokens or lines in place; the last argument is another text in the same pieces."""


def delete(rng: random.Random, pieces: list[str], _: Sequence[str]) -> None:
    start = rng.randrange(len(pieces))
    del pieces[start : start + rng.choice((1, 1, 1, 2, 5, 50))]


def double(rng: random.Random, pieces: list[str], _: Sequence[str]) -> None:
    start = rng.randrange(len(pieces))
    part = pieces[start : start + rng.choice((1, 1, 2, 5, 20))]
    pieces[start:start] = part * rng.choice((1, 1, 1, 2, 10, 100))


def swap(rng: random.Random, pieces: list[str], _: Sequence[str]) -> None:
    left, right = rng.randrange(len(pieces)), rng.randrange(len(pieces))
    pieces[left], pieces[right] = pieces[right], pieces[left]


def move(rng: random.Random, pieces: list[str], _: Sequence[str]) -> None:
    start = rng.randrange(len(pieces))
    part = pieces[start : start + rng.choice((1, 3, 10))]
    del pieces[start : start + len(part)]
    to = rng.randrange(len(pieces) + 1)
    pieces[to:to] = part


def foreign(rng: random.Random, pieces: list[str], other: Sequence[str]) -> None:
    start, at = rng.randrange(len(other)), rng.randrange(len(pieces))
    pieces[at : at + rng.choice((0, 0, 1, 3))] = other[start : start + rng.choice((1, 1, 3, 10))]


def odd_character(rng: random.Random, pieces: list[str], _: Sequence[str]) -> None:
    at = rng.randrange(len(pieces))
    pieces[at : at + rng.choice((0, 1))] = rng.choice(CHARACTERS)


def any_character(rng: random.Random, pieces: list[str], _: Sequence[str]) -> None:
    pieces[rng.randrange(len(pieces))] = chr(rng.randrange(256))


def odd_word(rng: random.Random, pieces: list[str], _: Sequence[str]) -> None:
    at = rng.randrange(len(pieces))
    pieces[at : at + rng.choice((0, 1, 1))] = [rng.choice(WORDS)]


def cut(rng: random.Random, pieces: list[str], _: Sequence[str]) -> None:
    del pieces[rng.randrange(len(pieces)) :]


CHANGES: tuple[Change, ...] = (delete, double, swap, move, foreign, odd_character, any_character, odd_word, cut)


class Pieces(NamedTuple):
    """A text as characters, tokens and lines, and whether it is JSON."""

    characters: list[str]
    tokens: list[str]
    lines: list[str]
    is_json: bool


def pieces(text: str) -> Pieces:
    return Pieces(list(text), TOKEN.findall(text), text.splitlines(keepends=True), is_json(text))


def is_json(text: str) -> bool:
    try:
        return isinstance(json.loads(text), dict)
    except ValueError:
        return False


def odd_json(rng: random.Random, text: str, rounds: int) -> str:
    """JSON in which some values are others, gone, or doubled."""
    document = json.loads(text)
    for _ in range(rounds):
        place: Any = document
        while True:
            keys = list(place) if isinstance(place, dict) else list(range(len(place)))
            if not keys:
                break
            key = rng.choice(keys)
            if isinstance(place[key], dict | list) and place[key] and rng.random() < 0.9:
                place = place[key]
                continue
            if rng.random() < 0.2:
                del place[key]
            else:
                value = rng.choice((*VALUES, [place[key]], {str(key): place[key]}, f"{place[key]}0"))
                place[key] = deepcopy(value)  # VALUES stay as they are
            break
    return json.dumps(document, ensure_ascii=rng.random() < 0.5)


class Course(NamedTuple):
    """What hypothesis chooses for a batch: a text, another one, the changes that are made, and a number."""

    text: int
    other: int
    changes: tuple[Change, ...]
    rounds: int
    number: int


def mutated(texts: Sequence[Pieces], course: Course, count: int) -> Iterator[str]:
    """`count` mutations of the text, the same ones each time."""
    rng = random.Random(course.number)
    text, other = texts[course.text % len(texts)], texts[course.other % len(texts)]
    plain = "".join(text.characters)
    for _ in range(count):
        if text.is_json and rng.random() < 0.7:
            yield odd_json(rng, plain, rng.randint(1, course.rounds))[:LONGEST]
            continue
        unit = rng.choice((0, 1, 1, 1, 2))
        changing = (text.characters, text.tokens, text.lines)[unit][:]
        for _ in range(rng.randint(1, course.rounds)):
            if not changing:
                break
            rng.choice(course.changes)(rng, changing, (other.characters, other.tokens, other.lines)[unit])
        yield "".join(changing)[:LONGEST]
