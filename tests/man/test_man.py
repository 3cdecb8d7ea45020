"""The manual page: what of it is made from the code, and how it is set as plain text."""

from __future__ import annotations

import re
import shlex
import textwrap
from pathlib import Path

import pytest

from jailtui import man
from jailtui.cli.main import main, parsed
from jailtui.cli.verb import Exit
from jailtui.config.managers import MANAGERS
from jailtui.exchange import Verb
from jailtui.preferences import Config, load
from tests.manual import written

LINES = man.PAGE.read_text(encoding="utf-8").splitlines()


def test_tables_are_those_of_the_code() -> None:
    assert man.PAGE.read_text(encoding="utf-8") == written(), "write it anew: python -m tests.manual"


def test_configuration_file_of_the_examples_can_be_used(tmp_path: Path) -> None:
    file = tmp_path / "config.yaml"
    file.write_text(textwrap.dedent(man.text("examples").partition("configuration file):\n")[2]))
    assert load(file) == Config(host="root@nas", interval=5, keys={"jail.start": "f5"})


def test_commands_of_the_examples_are_ones_that_the_program_takes() -> None:
    examples = [line.strip() for line in man.text("examples").splitlines() if line.startswith("        jailtui")]
    assert len(examples) >= 6
    for line in examples:
        parsed(shlex.split(re.split("[>|;]", line)[0])[1:])


def test_page_uses_only_macros_that_are_set() -> None:
    used = {line[1:].split()[0] for line in LINES if line.startswith(".") and not line.startswith('.\\"')}
    blocks = {"Sh", "Ss", "Pp", "Bl", "It", "El", "Bd", "Ed", "Dl"}
    assert used - {"Dd", "Dt", "Os"} <= man.MACROS | blocks


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("Nm Cm show", "jailtui show"),
        ("Op Fl -host Ar host", "[--host host]"),
        ("Fl -json | Fl -diff", "--json | --diff"),
        ("Cm j , Cm down", "j, down"),
        ("Xr jail.conf 5 , Xr jail 8 .", "jail.conf(5), jail(8)."),
        ("Pq see Xr jail 8 .", "(see jail(8))."),
        (r"Ql \&? ,", "'?',"),
        ('Ar user@box Ns Op ":" Ns Ar port', "user@box[:port]"),
        (r'Cm "a  b" \e', "a  b \\"),
        ("Nm jailtui", "jailtui"),
    ],
)
def test_line_of_macros_is_spaced_as_mdoc_spaces_it(line: str, told: str) -> None:
    assert man.inline(line) == told


def test_no_line_is_wider_than_asked_and_no_macro_is_left() -> None:
    for width in (40, man.WIDTH):
        lines = [line for line in man.text(width=width).splitlines() if len(line) > width]
        assert not [line for line in lines if len(line.split()) > 1 and not line.startswith(" " * 8)]
    assert not [line for line in man.text().splitlines() if re.match(r"\s*\.[A-Z]", line)]


def test_topic_is_a_heading_or_a_word_of_one_in_any_case() -> None:
    assert man.text("keys").startswith("  Keys\n    Press '?' for all keys")
    assert "\n    epair.reclaim" not in man.text("Keys")
    assert man.text("stop") == man.text("start, stop, restart")
    assert man.text("exit").startswith("EXIT STATUS\n    0")
    assert "SEE ALSO" not in man.text("exit")
    assert man.text("verbs") in man.text(), "a section is told with its subsections"
    assert "  reclaim\n" in man.text("verbs")


def test_topic_of_managers_is_their_page_with_each_of_them() -> None:
    page = " ".join(man.text("managers").split())
    assert page.startswith("WITH A JAIL MANAGER")
    for manager in MANAGERS:
        assert shlex.join(manager.argv(Verb.START, "NAME")) in page


def test_topic_that_there_is_not_is_told_with_the_one_that_may_be_meant() -> None:
    with pytest.raises(man.NoTopic, match="The manual has no topic kyes; did you mean keys"):
        man.text("kyes")
    with pytest.raises(man.NoTopic, match="topics are: name; synopsis;"):
        man.text("zzz")


def test_topic_of_two_words_needs_no_quotes(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["help", "exit", "status"]) == Exit.OK
    assert capsys.readouterr().out == man.text("exit status") != man.text()
