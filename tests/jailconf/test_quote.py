"""Values of any bytes are read back as they were."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from jailtui.jailconf import Block, Param, parse
from jailtui.jailconf.edits_scope import text_of
from jailtui.jailconf.quote import Quote, QuoteError, octets, quote, quote_name, quote_variable, spelled

kinds = st.sampled_from(["", '"', "'"])
anything = st.binary(min_size=0, max_size=40).map(
    lambda raw: raw.replace(b"\0", b"").decode("utf-8", "surrogateescape")
)


@given(anything, kinds, st.sampled_from(["13", "14", "15"]))
@example("a//b", "", "15")
@example("a/", "", "15")
@example("*/", "", "15")
@example("$name ${x} $", '"', "13")
@example("\\101 \\\n'\"", "'", "13")
@example("\x01" + "1", '"', "13")
@example("", "", "15")
def test_value_of_any_bytes_is_read_back_the_same(value: str, kind: Quote, dialect: str) -> None:
    data = b"a { p = " + quote(value, kind) + b"/* c */, " + quote(value, kind) + b"//c\n; }"
    file = parse(data, dialect=dialect)  # type: ignore[arg-type]
    assert file.faults == ()
    (block,) = file.statements
    assert isinstance(block, Block)
    (param,) = block.body
    assert isinstance(param, Param)
    assert [text_of(one) for one in param.values] == [value, value]
    assert all(piece.kind == "text" for one in param.values for piece in one.pieces)


@given(anything, kinds)
def test_name_of_any_bytes_is_read_back_as_one_token(name: str, kind: Quote) -> None:
    file = parse(quote_name(name, kind) + b" { }")
    assert file.faults == ()
    (block,) = file.statements
    assert isinstance(block, Block)
    assert block.name == name


@given(st.text(st.characters(codec="ascii", exclude_characters='\n\r{}"\0\\'), min_size=1))
def test_variable_name_is_read_back_the_same(name: str) -> None:
    (param,) = parse(quote_variable(name) + b" = x;").statements
    assert isinstance(param, Param)
    assert (param.name, param.variable) == (name, True)


@given(anything, st.sampled_from(['"', "'"]))
def test_every_byte_knows_where_it_is_spelled(value: str, kind: Quote) -> None:
    source = quote(value, kind)[1:-1]
    letters = spelled(source, 100)
    assert bytes(one[0] for one in letters) == octets(value)
    assert b"".join(source[start - 100 : end - 100] for _, start, end in letters) == source


@pytest.mark.parametrize("value", ["a\0b", "\ud800"])
def test_what_no_file_can_hold_is_refused(value: str) -> None:
    with pytest.raises(QuoteError):
        quote(value)


@pytest.mark.parametrize("name", ["", "a{b", "a\nb", "a\\b"])
def test_variable_that_nothing_can_name_is_refused(name: str) -> None:
    with pytest.raises(QuoteError):
        quote_variable(name)


def test_values_are_written_as_a_person_would() -> None:
    assert quote("/jails/web", "") == b"/jails/web"
    assert quote("a b", "") == b'"a b"'
    assert quote("echo $x", '"') == rb'"echo \$x"'
    assert quote("echo $x", "'") == b"'echo $x'"
    assert quote("line\nline", '"') == b'"line\nline"'
    assert quote("a\r\tb\x7f", '"') == rb'"a\r\tb\177"'
