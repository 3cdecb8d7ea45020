"""The text of a hook as commands: plain texts take a shorter way, which has to come to the same."""

from __future__ import annotations

import pytest

from jailtui.config.hooks.commands import decides
from jailtui.config.hooks.shell import commands

PLAIN = (
    "",
    " \t ",
    "true",
    "/sbin/ifconfig epair5b inet 192.168.1.5/24 up",
    "  ifconfig\tepair5b   up  ",
)


@pytest.mark.parametrize("text", PLAIN)
def test_plain_text_comes_to_the_same_by_the_longer_way(text: str) -> None:
    longer = commands(f"true; {text}")
    assert longer is not None
    assert [one.argv for one in commands(text) or ()] == [one.argv for one in longer[1:]]
    text = f"true; {text}"
    assert all(text[word.start : word.end] == word.text for one in longer for word in one.words)


def test_what_the_shell_puts_in_is_told() -> None:
    texts = ("ifconfig 'e$x' up", "ifconfig e$x up", "ifconfig \\$x up", "ls *.conf", '"~"', "'~'")
    assert [one[0].plain for text in texts if (one := commands(text))] == [True, False, True, False, True, True]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("ifconfig epair7 create # now", ["ifconfig", "epair7", "create", "#", "now"]),
        ("if true", ["if", "true"]),
        ("one\x0btwo\nthree\r", ["one", "two", "three"]),
        ("caf\xe9 on\xa0e", ["caf\xe9", "on\xa0e"]),
    ],
)
def test_without_a_shell_character_jail8_splits_at_blanks_alone(text: str, words: list[str]) -> None:
    """FREEBSD.md 2.4: no comment, no keyword, no list; a last ` &` alone is no shell character."""
    for written in (text, f"{text} &"):
        (one,) = commands(written) or ()
        assert ([word.text for word in one.words], one.ends) == (words, written[len(text) + 1 :])


@pytest.mark.parametrize(
    ("text", "deciding"),
    [
        ("a; b", ["b"]),
        ("a && b", ["a", "b"]),
        ("a || b", []),
        ("a | b", ["b"]),
        ("a & b", ["b"]),
        ("! a", []),
        ("( a; b ) && c", ["b", "c"]),
        ("a && { b; c; }", ["a", "c"]),
        ("( a || b ); c", ["c"]),
        ("sh -c 'a; b' && c", ["b", "c"]),
        ("if a; then b; fi", []),
        ("if a; then b; fi; c", ["c"]),
        ("[ -e /x ] && a", ["["]),
        ("set -e; a; b", ["a", "b"]),
        ("set -e; a || b", []),
        ("a &", []),
    ],
)
def test_the_commands_whose_failure_is_that_of_the_text(text: str, deciding: list[str]) -> None:
    found = commands(text)
    assert found is not None
    names = [one.argv[0] for number, one in enumerate(found) if decides(found, number)]
    assert [name for name in names if name not in ("set",)] == deciding


@pytest.mark.parametrize(
    ("text", "last"),
    [
        ("n=7; echo $n ${n}", ["echo", "7", "7"]),
        ("n=7 && echo epair${n}a \"${n}\" '$n'", ["echo", "epair7a", "7", "$n"]),
        ("p=epair7a; echo ${p%a}b ${p#epair}", ["echo", "epair7b", "7a"]),
        ("o='up mtu 900'; ifconfig epair7a $o", ["ifconfig", "epair7a", "up", "mtu", "900"]),
        ("o='up mtu 900'; echo \"$o\"", ["echo", "up mtu 900"]),
        ("p=$(ifconfig epair7 create); echo $p", ["echo", "epair7a"]),
        ("p=`ifconfig epair create`; q=$(ifconfig epair create); echo $p $q", ["echo", "epair?a", "epair?2a"]),
        ("export n=7; echo $n", ["echo", "7"]),
        ("( n=7 ); echo $n", None),
        ("if true; then n=7; fi; echo $n", None),
        ("[ -e /x ] && n=7; echo $n", None),
        ("n=$(cat /x); echo $n", None),
        ("echo $n", None),
        ("n='*'; echo ${n:-7}", None),
    ],
)
def test_variables_are_put_in_where_their_value_is_known(text: str, last: list[str] | None) -> None:
    found = commands(text)
    assert found is not None
    assert (list(found[-1].argv) if found[-1].plain else None) == last


@pytest.mark.parametrize(
    "text",
    ["for a in b; do c; done", "while a; do b; done", "case a in b) c;; esac", "f() { a; }", "a <<E\nb\nE", "a 'b",
     "( a", "a )", "if a; then b", "{ a", "then a;", "a;;b", "()"],
)  # fmt: skip
def test_a_text_with_more_than_lists_groups_and_if_is_not_followed(text: str) -> None:
    assert commands(text) is None


@pytest.mark.parametrize(("opened", "closed"), [("(", ")"), ("{ ", "; }"), ("if a; then ", "; fi"), ("(a; ", ")")])
def test_groups_too_deep_for_the_reader_are_not_followed(opened: str, closed: str) -> None:
    assert commands(f"{opened * 400}a{closed * 400}") is None
    assert commands(f"{opened * 20}a{closed * 20}") is not None


@pytest.mark.parametrize("text", ["e>", "true; >", "(true) >", "true 2> && false", "true >\n"])
def test_a_redirection_to_nothing_is_not_followed(text: str) -> None:
    """sh says `Syntax error: newline unexpected`, and runs none of it."""
    assert commands(text) is None


def test_variables_that_double_themselves_are_not_followed() -> None:
    double = 'b="$a$a"; a="$b$b"; '
    assert commands(f"a=x; {double * 50}ifconfig $a up") is None
    few = commands(f"a=x; {double * 2}ifconfig $a up")
    assert few is not None
    assert few[0].argv == ("ifconfig", "x" * 16, "up")


def test_a_text_of_thousands_of_commands_is_not_followed() -> None:
    assert commands("a|" * 8000 + "a") is None
    assert commands("a;" * 900) is not None


def test_of_a_pipe_each_command_but_the_last_is_ignored() -> None:
    assert [one.ends for one in commands("a | b | { c; d; } | e") or ()] == ["|", "|", "|", "|", ""]
