"""One word inside the text of one element, changed where it is spelled."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from jailtui.jailconf.edit import EditError, SetWord
from jailtui.jailconf.edits_scope import text_of
from jailtui.jailconf.edits_values import Picture, element_at
from jailtui.jailconf.patch import Patch
from jailtui.jailconf.quote import Quote, inside, octets, quote, spelled
from jailtui.jailconf.style import kind_of

if TYPE_CHECKING:
    from jailtui.jailconf.tree import Piece, Value

Spelling = tuple[int, int, int, Quote | None]  # byte, start, end, quotes it stands in; None: part of a variable


def set_word(seen: Picture, edit: SetWord) -> list[Patch]:
    """The patches for `edit`; EditError where the word is not there, or where it cannot be changed by itself."""
    value = element_at(seen, edit.index).value
    spelling = _spelling(seen.file.data, value)
    text = bytes(one[0] for one in spelling)
    words = _words(text)
    if not 0 <= edit.word < len(words):
        raise EditError(f"this value of {edit.name} has {len(words)} words, none with the index {edit.word}.")
    start, end = words[edit.word]
    old, new = octets(edit.old), octets(edit.new)
    if text[start:end] != old:
        found = text[start:end].decode("utf-8", "replace")
        raise EditError(f"word {edit.word} of this value of {edit.name} is {found}, not {edit.old}.")
    if old == new:
        return []
    return _respelled(value, spelling, (start, end), new)


def written_text(seen: Picture, edit: SetWord, *, changed: bool = False) -> bytes:
    """The element's text, a variable as its source; with `changed` as it has to be after `edit`."""
    text = bytes(one[0] for one in _spelling(seen.file.data, element_at(seen, edit.index).value))
    if not changed:
        return text
    start, end = _words(text)[edit.word]
    return text[:start] + octets(edit.new) + text[end:]


def _words(text: bytes) -> list[tuple[int, int]]:
    found: list[tuple[int, int]] = []
    at = 0
    for word in text.split():
        start = text.index(word, at)
        at = start + len(word)
        found.append((start, at))
    return found


def _spelling(data: bytes, value: Value) -> list[Spelling]:
    found: list[Spelling] = []
    for piece in value.pieces:
        source = data[piece.start : piece.end]
        if piece.kind == "variable":
            source = source.rstrip(b'"') if piece.quote else source
            found += [(byte, piece.start + at, piece.start + at + 1, None) for at, byte in enumerate(source)]
        else:
            found += letters_of(source, piece)
    return found


def letters_of(source: bytes, piece: Piece) -> list[Spelling]:
    """The letters of a text piece; the one quote in it that is not escaped is its delimiter."""
    letters = [
        one
        for one in spelled(source, piece.start)
        if not (one[2] - one[1] == 1 and bytes([one[0]]) == piece.quote.encode())
    ]
    if bytes(one[0] for one in letters) != piece.text.encode("utf-8", "surrogateescape"):
        raise EditError("the escapes in this value are too odd to change a word of it: set the whole element.")
    return [(*one, piece.quote) for one in letters]


def _joins_variable(spelling: list[Spelling], start: int, middle: bytes, end: int) -> bool:
    """Whether what comes behind a `$name` would become a part of its name."""
    if not start or spelling[start - 1][3] is not None or spelling[start - 1][0] == ord("}"):
        return False
    behind = middle[:1] or bytes(one[0] for one in spelling[end : end + 1])
    return behind == b"_" or behind.isalnum()


def _respelled(value: Value, spelling: list[Spelling], word: tuple[int, int], new: bytes) -> list[Patch]:
    """The word's letters that differ, spelled anew; the whole value where its spelling cannot be kept."""
    start, end = word
    common = 0
    while start + common < end and common < len(new) and spelling[start + common][0] == new[common]:
        common += 1
    start, middle = start + common, new[common:]
    while start < end and middle and spelling[end - 1][0] == middle[-1]:
        end, middle = end - 1, middle[:-1]
    letters = spelling[start:end]
    beside = letters or spelling[start - 1 : start] or spelling[start : start + 1]
    kinds = {one[3] for one in beside}
    kind = kinds.pop() if len(kinds) == 1 else None
    gapless = all(one[2] == other[1] for one, other in pairwise(letters))
    if kind and gapless and not _joins_variable(spelling, start, middle, end):
        low = letters[0][1] if letters else spelling[start - 1][2] if start else spelling[start][1]
        return [Patch(low, letters[-1][2] if letters else low, inside(middle, kind))]
    if any(piece.kind == "variable" for piece in value.pieces):
        raise EditError("a variable stands in this word: set the whole element.")
    text = text_of(value).encode("utf-8", "surrogateescape")
    whole = (text[: word[0]] + new + text[word[1] :]).decode("utf-8", "surrogateescape")
    return [Patch(value.start, value.end, quote(whole, kind_of(value) or ""))]
