"""What holds of every file, whatever is in it."""

from __future__ import annotations

from hypothesis import given, settings

from jailtui.jailconf import Dialect, Fault, evaluate, parse
from tests.support.jailconf_soup import (
    all_statements,
    assert_spans_nest,
    assert_the_rest_says_nothing,
    dialects,
    files,
    shape,
    slow,
)

law = settings(max_examples=200, deadline=None)


def nothing(name: str) -> bytes:
    raise FileNotFoundError(2, "No such file or directory", name)


@law
@given(files, dialects)
def test_any_bytes_are_parsed_and_evaluated_without_an_exception(data: bytes, dialect: Dialect) -> None:
    file = parse(data, "jail.conf", dialect)
    evaluation = evaluate(file, nothing, lambda pattern: ())
    for jail in evaluation.jails:
        assert jail.block.block == jail.name
        for one in (*jail.params, *jail.variables):
            assert len(one.origins) == max(1, len(one.values))
    for fault in (*evaluation.faults, *evaluation.warnings):
        assert len(fault.caret(file.data).split("\n")) == 3


@law
@given(files, dialects)
def test_the_short_cut_reads_what_the_grammar_reads_token_by_token(data: bytes, dialect: Dialect) -> None:
    assert parse(data, "jail.conf", dialect) == slow(data, dialect)


@law
@given(files, dialects)
def test_statements_stand_where_they_say_and_between_them_is_nothing(data: bytes, dialect: Dialect) -> None:
    file = parse(data, "jail.conf", dialect)
    if not file.faults:
        assert_spans_nest(data, file.statements, 0, len(data))
        assert_the_rest_says_nothing(file)


@law
@given(files, dialects)
def test_the_bytes_of_a_statement_alone_are_the_same_statement(data: bytes, dialect: Dialect) -> None:
    file = parse(data, "jail.conf", dialect)
    if not file.faults:
        for statement in all_statements(file.statements):
            alone = parse(data[statement.start : statement.end], "alone", dialect)
            assert not alone.faults
            assert [shape(one, 0) for one in alone.statements] == [shape(statement, statement.start)]


@law
@given(files, dialects)
def test_a_fault_points_into_the_file_and_names_the_line_in_which_its_token_ends(data: bytes, dialect: Dialect) -> None:
    for fault in parse(data, "jail.conf", dialect).faults:
        assert 0 <= fault.start <= fault.end <= len(data)
        assert fault.column == fault.start - (data.rfind(b"\n", 0, fault.start) + 1) + 1
        if " line " in fault.message and not in_comment_of_13(fault, dialect):
            assert (
                f" line {data.count(chr(10).encode(), 0, fault.end) + 1}" in fault.message
                or "variables" in fault.message
            )


def in_comment_of_13(fault: Fault, dialect: Dialect) -> bool:
    return dialect == "13" and fault.message.endswith("unterminated comment")
