"""What holds for every edit of every file: generated ones, and those of the corpus."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from random import Random

import pytest
from hypothesis import given, note, settings
from hypothesis import strategies as st

from jailtui.jailconf import Block, Dialect, Evaluation, File, JailDefinition, Statement, evaluate, parse
from jailtui.jailconf.edit import (
    AddJail,
    Append,
    Edit,
    EditError,
    EditPlace,
    RemoveJail,
    RenameJail,
    Set,
    SetElement,
    Unset,
)
from jailtui.jailconf.edits_apply import CheckedReading, apply, apply_to, edited
from jailtui.jailconf.options import cousins, is_wildcard, matches
from tests.support import jailconf_texts as generate
from tests.support.shared_material import shared

LEGITIMATE = (
    "is set again below",  # a wildcard block further down overrides it
    "blocks of this file are named",  # two jails of one name
    "no block of this file defines",
    "of its own",  # an inherited value cannot be unset
    "none with the index",
    "comes from",
    "exists already",
    "a parameter is given twice",
    "would fail",  # a variable and a parameter of one name
    "would crash",  # a list variable as a whole value
    "a block further down sets it too",
    "would also change",  # globals that move, wildcards that the new name falls under
    "cannot be copied",
    "has to begin with",
    "other blocks stand in",
    "takes the byte",
    "would be a wildcard",
    "what a file includes",
    "set the whole element",
    "this value of",  # the word is another one
)


def read(file: File) -> Evaluation:
    return evaluate(file, lambda name: b"", lambda pattern: ())


def encoded(text: str) -> bytes:
    return text.encode("utf-8", "surrogateescape")


def says(jail: JailDefinition) -> dict[str, tuple[tuple[str, ...], bool | None]]:
    return {setting.name: (setting.values, setting.bool) for setting in jail.params}


def options(name: str) -> set[str]:
    plain = name.removeprefix("$")
    return {plain, *cousins(plain)}


def uses_variables(jail: JailDefinition, name: str, data: bytes) -> bool:
    setting = jail.get(name)
    return setting is not None and any(b"$" in data[origin.start : origin.end] for origin in setting.origins)


def all_blocks(statements: Iterable[Statement]) -> list[Block]:
    outer = [one for one in statements if isinstance(one, Block)]
    return outer + [inner for one in outer for inner in all_blocks(one.body)]


def reached(edit: Edit, jail: str) -> bool:
    if isinstance(edit, AddJail | RenameJail | RemoveJail):
        return False
    where = edit.where
    return where.globally or jail == where.jail or (where.block is not None and matches(jail, where.block))


def check_jails(old: Evaluation, new: Evaluation, edit: Edit, data: bytes, blocks: list[Block]) -> None:
    """No jail is there, gone or other than before that the edit does not speak of."""
    names = [jail.name for jail in old.jails]
    if isinstance(edit, RenameJail):
        header = next(jail.block.start for jail in old.jails if jail.name == edit.old)
        end = next(one.end for one in blocks if one.name_start == header)
        inside = {jail.name for jail in old.jails if header <= jail.block.start < end}
        names = [edit.new + name[len(edit.old) :] if name in inside else name for name in names]
    elif isinstance(edit, RemoveJail):
        names.remove(edit.name)
    found = [jail for jail in new.jails if not (isinstance(edit, AddJail) and jail.name == edit.name)]
    assert [jail.name for jail in found] == names
    before = [jail for jail in old.jails if not (isinstance(edit, RemoveJail) and jail.name == edit.name)]
    for one, other in zip(before, found, strict=True):
        if one.name != other.name:
            continue
        assert other.failed <= one.failed
        mine, theirs = says(one), says(other)
        differing = {name for name in {**mine, **theirs} if mine.get(name) != theirs.get(name)}
        if differing and not one.failed:
            assert reached(edit, one.name)
            assert not isinstance(edit, AddJail | RenameJail | RemoveJail)
            assert {n for n in differing if not uses_variables(other, n, data)} <= options(edit.name)


def check_meaning(old: Evaluation, new: Evaluation, edit: Edit) -> None:
    """A jail's parameter reads as the edit says."""
    if isinstance(edit, AddJail | RenameJail | RemoveJail) or edit.where.jail is None or edit.name.startswith("$"):
        return
    (before,) = [jail.get(edit.name) for jail in old.jails if jail.name == edit.where.jail]
    (jail,) = [jail for jail in new.jails if jail.name == edit.where.jail]
    after = jail.get(edit.name)
    if jail.failed or isinstance(edit, Unset):
        return
    assert after is not None
    had = before.values if before else ()
    match edit:
        case Set():
            assert (after.name, after.values) == (edit.name, edit.values)
        case Append():
            assert after.values == had + edit.values
        case SetElement():
            assert after.values == (*had[: edit.index], edit.value, *had[edit.index + 1 :])


def check_laws(reading: CheckedReading, edit: Edit) -> bool:
    """All of it; returns whether the edit was possible."""
    file = reading.file
    try:
        later = edited(reading, [edit])
    except EditError as error:
        sentence = str(error)
        assert any(known in sentence for known in LEGITIMATE), sentence
        return False
    assert later.file.faults == ()
    old, new = reading.evaluation, later.evaluation
    if not old.crash:
        assert not new.crash
        check_jails(old, new, edit, later.file.data, all_blocks(file.statements))
        check_meaning(old, new, edit)
    if not isinstance(edit, AddJail | RenameJail | RemoveJail | Append | Unset):
        assert apply_to(later, [edit]).empty, "the same again changes nothing"
    return True


def blocks(file: File) -> list[str]:
    return [one.name for one in file.statements if isinstance(one, Block) and is_wildcard(one.name)]


def file_of(random: Random, dialect: Dialect) -> File:
    file = parse(generate.file(random, dialect), "jail.conf", dialect)
    assert file.faults == (), file.data
    return file


def edits_of(random: Random, file: File, count: int) -> list[Edit]:
    said = {jail.name: [setting.name for setting in jail.params] for jail in read(file).jails}
    return [generate.edit(random, list(said), blocks(file), said) for _ in range(count)]


RANDOM = st.randoms(use_true_random=True)


@given(RANDOM, st.sampled_from(["13", "14", "15"]))
@settings(max_examples=400, deadline=None)
def test_edit_of_any_file_keeps_the_laws(random: Random, dialect: Dialect) -> None:
    file = file_of(random, dialect)
    (edit,) = edits_of(random, file, 1)
    note(f"{file.data!r}\n{edit}")
    check_laws(CheckedReading(file), edit)


@given(RANDOM, st.sampled_from(["13", "14", "15"]))
@settings(max_examples=150, deadline=None)
def test_several_edits_are_one_change(random: Random, dialect: Dialect) -> None:
    file = file_of(random, dialect)
    edits = edits_of(random, file, random.randint(2, 4))
    note(f"{file.data!r}\n{edits}")
    try:
        change = apply(file, edits)
    except EditError:
        return
    assert change.before == file.data
    step = file
    for edit in edits:
        step = parse(apply(step, [edit]).after, "jail.conf", dialect)
    assert step.data == change.after


@given(RANDOM, st.sampled_from(["13", "15"]))
@settings(max_examples=100, deadline=None)
def test_setting_what_every_jail_has_changes_no_byte(random: Random, dialect: Dialect) -> None:
    reading = CheckedReading(file_of(random, dialect))
    note(f"{reading.file.data!r}")
    for jail in reading.evaluation.jails:
        if not jail.failed:
            edits = [Set(EditPlace(jail=jail.name), setting.name, setting.values) for setting in jail.params]
            assert apply_to(reading, edits).empty


def corpus() -> Iterator[tuple[str, str]]:
    for line in shared("jailconf/expected.jsonl").read_text().splitlines():
        told = json.loads(line)
        if told["kind"] in ("ok", "ok+warnings"):
            yield told["file"], told["dialect"]


def corpus_edits(old: Evaluation) -> Iterator[Edit]:
    yield Set(EditPlace(globally=True), "host.domainname", ("a b",))
    yield AddJail("brand-new", (("path", ("/j",)), ("vnet", ()), ("exec.start", ("a $b", "c"))))
    for jail in old.jails[:1]:
        here = EditPlace(jail=jail.name)
        yield Set(here, "x.new", ('a"b', "$c"))
        yield RenameJail(jail.name, jail.name + "x")
        yield RemoveJail(jail.name)
        yield AddJail("brand-new", (("path", ("/j",)),), like=jail.name)
        for setting in jail.params:
            if setting.name not in ("name", "jid"):
                yield Set(here, setting.name, ("changed it",))
                yield Append(here, setting.name, ("added",))
                yield Unset(here, setting.name)
                yield SetElement(here, setting.name, len(setting.values) - 1, "'")


@pytest.mark.parametrize("dialect", ["13", "15"])
def test_edits_of_the_corpus_keep_the_laws(dialect: str) -> None:
    folder: Path = shared("jailconf/files")
    done = refused = 0
    for name, which in corpus():
        if which == dialect:
            file = parse((folder / name).read_bytes(), name, dialect)  # type: ignore[arg-type]
            reading = CheckedReading(file)
            for edit in corpus_edits(reading.evaluation):
                try:
                    possible = check_laws(reading, edit)
                except Exception as error:
                    raise AssertionError(f"{name}: {edit}") from error
                done, refused = done + possible, refused + (not possible)
    assert done > 1200
    assert refused < done / 3
