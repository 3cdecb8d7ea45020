"""jail.conf(5), sentence by sentence: what is read, what is refused, and with which words."""

from __future__ import annotations

import pytest

from jailtui.jailconf import Block, Dialect, Include, Param, parse

DIALECTS: tuple[Dialect, ...] = ("13", "14", "15")


def messages(text: str | bytes, dialect: Dialect = "15") -> list[str]:
    data = text if isinstance(text, bytes) else text.encode()
    return [
        fault.message.removeprefix("jail: f ").removeprefix("jail: f: ") for fault in parse(data, "f", dialect).faults
    ]


def values(text: str) -> list[list[tuple[str, str]]]:
    """The pieces of each value of the one parameter of `text`."""
    (param,) = parse(text.encode()).statements
    assert isinstance(param, Param)
    return [[(piece.kind, piece.text) for piece in value.pieces] for value in param.values]


def test_a_statement_knows_its_bytes_and_those_of_its_name_and_values() -> None:
    data = b'# c\nweb {\n\tip4.addr += 10.0.0.1, "$x" ;\n}\n'
    (block,) = parse(data).statements
    assert isinstance(block, Block)
    (param,) = block.body
    assert isinstance(param, Param)
    assert data[block.start : block.end] == b'web {\n\tip4.addr += 10.0.0.1, "$x" ;\n}'
    assert data[param.start : param.end] == b'ip4.addr += 10.0.0.1, "$x" ;'
    assert data[param.name_start : param.name_end] == b"ip4.addr"
    assert [data[value.start : value.end] for value in param.values] == [b"10.0.0.1", b'"$x"']
    assert (param.op, param.variable, block.name, data[block.open : block.open + 1]) == ("+=", False, "web", b"{")


@pytest.mark.parametrize(
    ("text", "op"), [("persist;", None), ("path = /x;", "="), ("path += /x;", "+="), ("path /x;", "")]
)
def test_the_operator_tells_the_four_forms_apart(text: str, op: str | None) -> None:
    (param,) = parse(text.encode()).statements
    assert isinstance(param, Param)
    assert param.op == op


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        (r"v = 'a\tb$x';", [[("text", "a\tb$x")]]),
        (r'v = "\x41\101\e\q";', [[("text", "AAeq")]]),
        ('v = "/j/"\'x y\'$name"/r";', [[("text", "/j/"), ("text", "x y"), ("variable", "name"), ("text", "/r")]]),
        ('v = "$host.hostname";', [[("text", ""), ("variable", "host"), ("text", ".hostname")]]),
        ("v = $5, a$;", [[("text", "$"), ("text", "5")], [("text", "a"), ("text", "$")]]),
        (r'v = "x\0z""y";', [[("text", "x"), ("text", "y")]]),
        ('v = "a\\\nb";', [[("text", "ab")]]),
        (r"v = ${a\}b};", [[("variable", "a}b")]]),
        ("v = /x#y\n;", [[("text", "/"), ("text", "x")]]),
    ],
)  # fmt: skip
def test_quotes_escapes_and_variables_are_read_as_pieces(text: str, pieces: list[list[tuple[str, str]]]) -> None:
    assert values(text) == pieces


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a { path = /x }", ["line 1: }: syntax error"]),
        ('a {\n exec.start = "x"\n exec.stop = "y";\n}', ["line 3: exec.stop: syntax error"]),
        ('a { v = "x" "y\nz"; }', ['line 2: "y\nz": syntax error']),
        ("a b { persist; }", ["line 1: {: syntax error"]),
        ("fo\\157 { }", ["line 1: \\157: syntax error"]),
        ("a$name { }", ["line 1: $name: syntax error"]),
        ('"a${x}" { }', ["line 1: ${x}: syntax error"]),
        ("a { v = 1/**/2; }", ["line 1: 2: syntax error"]),
        ("a", ["unexpected EOF"]),
        ("a { persist; /* oops }\n", ["line 2: unterminated comment", "unexpected EOF"]),
        ("a { path = '/x; persist; }\n", ["line 1: unterminated string", "unexpected EOF"]),
        ('a { v = "x ${foo"; }', ["line 1: unterminated variable"]),
        ("a { persist; \x7f }", ["line 1: \x7f: syntax error"]),
        (b"a { h\xc3\xb6st; }", ["line 1: \udcc3: syntax error"]),
        (b"a { persist; \0 }", ["unexpected EOF"]),
    ],
)
def test_refusals_are_worded_as_jail_words_them(text: str | bytes, said: list[str]) -> None:
    assert messages(text) == said


def test_after_an_error_the_parser_goes_on_at_the_next_semicolon_and_is_silent_for_three_tokens() -> None:
    assert messages("a { = ; }\nb { , ; }\nc { persist } \nd { x = ; y = 1 2; }\n") == [
        "line 1: =: syntax error",
        "line 2: ,: syntax error",
        "line 3: }: syntax error",
        "line 4: 2: syntax error",
    ]


@pytest.mark.parametrize(
    "data", [b"a { persist; }\n\xc3\xa9 garbage { ; = }", b"a { persist; }\0b { ; = }", b"\xef\xbb\xbfa {"]
)
def test_outside_of_blocks_a_nul_or_a_high_byte_ends_the_file(data: bytes) -> None:
    file = parse(data)
    assert file.faults == ()
    assert len(file.statements) == data.startswith(b"a")


def test_13_has_no_blocks_in_blocks_no_include_and_no_carriage_returns() -> None:
    nested, returns = "a { b { } }", "a { persist; }\r\n"
    assert (
        messages(nested, "13") == ["line 1: {: syntax error", "line 1: }: syntax error"][: len(messages(nested, "13"))]
    )
    assert messages(nested, "13") == ["line 1: {: syntax error"]
    assert messages(returns, "13") == ["line 1: \r: syntax error"]
    assert [messages(text, dialect) for text in (nested, returns) for dialect in ("14", "15")] == [[], [], [], []]
    kinds = [type(parse(b'.include "x";', "f", dialect).statements[0]) for dialect in DIALECTS]
    assert kinds == [Param, Include, Include]


def test_only_the_form_without_an_equals_sign_includes() -> None:
    kinds = [
        type(parse(text).statements[0]) for text in (b".include x;", b".include = x;", b".include += x;", b".include;")
    ]
    assert kinds == [Include, Param, Param, Param]
    assert messages('\n.include "x$f"\n;') == ["line 3: variables not permitted in '.include' filename"]


def test_blocks_are_open_3332_deep_as_far_as_byaccs_stack_reaches() -> None:
    def nested(depth: int, inner: str) -> list[str]:
        return messages("a {" * depth + inner + "}" * depth)

    assert (nested(3331, "v = x;"), nested(3332, "persist;")) == ([], [])
    assert nested(3332, "v = x;") == ["line 1: x: yacc stack overflow"]
    assert nested(3333, "") == ["line 1: {: yacc stack overflow"]


def test_the_caret_stands_below_the_token_behind_tabs_wide_letters_and_control_bytes() -> None:
    data = 'a {\n\tv = "ü旗\x1b" "y旗";\n}\n'.encode()
    (fault,) = parse(data, "f").faults
    shown = '\tv = "ü旗\N{REPLACEMENT CHARACTER}" "y旗";'
    assert fault.caret(data) == f'jail: f line 2: "y旗": syntax error\n{shown}\n\t           ^^^^^'
    assert (fault.line, fault.column) == (2, 15)
