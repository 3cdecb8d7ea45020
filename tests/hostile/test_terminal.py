"""Whatever a jail's root calls things, no verb writes what a terminal would act on, to a pipe or to a terminal."""

from __future__ import annotations

import io
import os
import pty
import re
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

import jailtui.cli
from jailtui.cli.conf import CONF_VERBS
from jailtui.cli.main import VERBS
from jailtui.cli.talk import ask, talk_traceback
from tests.hostile.jail_root import ATTACK, RAW, Hostile
from tests.support.attacked import Attacked
from tests.support.program import PROGRAM, environ
from tests.support.pseudo_terminal import Terminal

WORDS: dict[str, list[tuple[str, ...]]] = {
    "show": [("show",), ("show", "--json"), ("show", ATTACK)],
    "map": [("map",), ("map", "--dot"), ("map", ATTACK)],
    "doctor": [("doctor",), ("doctor", "--json"), ("doctor", "--openmetrics"), ("doctor", "--select", ATTACK)],
    "watch": [("watch", ATTACK), ("watch", "--interval", ATTACK)],
    "path": [("path", "web"), ("path", "web", "--json"), ("path", ATTACK), ("path", "web", ATTACK)],
    "explain": [("explain",), ("explain", "EPAIR-LOST"), ("explain", ATTACK)],
    "start": [("start", "mail", ATTACK, "--dry-run"), ("start", "web", "broken", "--yes")],
    "stop": [("stop", "web", ATTACK, "--dry-run"), ("stop", "web")],
    "restart": [("restart", "web", ATTACK, "--dry-run"), ("restart", "web", "--yes")],
    "reclaim": [("reclaim", "--all", "--dry-run"), ("reclaim", ATTACK, "--all")],
    "inside": [("inside", ATTACK), ("inside", "web"), ("inside", "web", "--json")],
    "logs": [("logs", ATTACK), ("logs", "web")],
    "shell": [("shell", ATTACK), ("shell", "web", ATTACK)],
    "undo": [("undo", ATTACK), ("undo", "/etc/jail.conf", "--dry-run"), ("undo", "--file", f"/{ATTACK}")],
    "collect": [("collect", "/nosuch/" + ATTACK)],
    "log": [("log",), ("log", ATTACK), ("log", "--json")],
    "keep": [("keep",)],
    "steps": [("steps",), ("steps", "--json"), ("steps", ATTACK), ("steps", ATTACK, "--stop", "--yes")],
    "schema": [("schema", "show"), ("schema", ATTACK)],
    "help": [("help", "conf"), ("help", ATTACK)],
    "": [(f"--{ATTACK}",), (ATTACK,), ("--interval", ATTACK), ("show", "--config", f"/{ATTACK}")],
}
CONF_WORDS: dict[str, list[tuple[str, ...]]] = {
    "get": [("web", ATTACK), (ATTACK, "path")],
    "explain": [("web", "exec.poststart"), ("web", "$evil")],
    "set": [("web", "exec.poststart", ATTACK), ("web", ATTACK, "x", "--yes")],
    "add": [("web", "exec.poststart", ATTACK), (ATTACK, "exec.poststart", "x", "--yes")],
    "unset": [("web", ATTACK), ("web", "exec.poststart")],
    "network": [("web",), ("web", "--json"), (ATTACK,), ("web", f"hostname={ATTACK}"), ("web", f"{ATTACK}=x")],
    "permissions": [("web",), ("web", "--json"), ("web", f"mount={ATTACK}"), ("web", ATTACK)],
    "bridge": [(), ("bridge0",), ("bridge0", f"description={ATTACK}"), (ATTACK,)],
    "vlan": [(), ("em0.20",), (ATTACK,), (f"name={ATTACK}", "tag=5")],
    "new": [(), (f"name={ATTACK}",)],
    "copy": [("web",), ("web", f"name={ATTACK}"), (ATTACK,)],
    "log": [("web",), ("web", f"path={ATTACK}")],
    "rename": [("web",), ("web", f"name={ATTACK}")],
    "remove": [("web", "--dry-run"), (ATTACK,)],
    "remove-bridge": [("bridge0", "--dry-run"), (ATTACK,)],
    "remove-vlan": [("em0.20", "--dry-run"), (ATTACK,)],
    "check": [("{conf}",), ("{bad}",), (f"/{ATTACK}",)],
    "dump": [("{conf}",), ("{bad}",), ("--json", f"/{ATTACK}")],
}
"""What each verb is asked, `{conf}` and `{bad}` being files with such text."""


def commands() -> Iterator[tuple[str, ...]]:
    for asked in WORDS.values():
        yield from asked
    for verb, asked in CONF_WORDS.items():
        yield from (("conf", verb, *words) for words in asked)


def test_every_verb_is_asked() -> None:
    screens = {"demo"}
    assert WORDS.keys() - {""} | {"conf"} | screens == VERBS.keys()
    assert CONF_WORDS.keys() == CONF_VERBS.keys()


@pytest.fixture(scope="module")
def ruled(hostile: Hostile) -> Hostile:
    """A host on which whoever wrote the files did what he could too."""
    attacked = hostile.attacked
    attacked.host("ifconfig", "epair9a", "description", ATTACK)
    attacked.host("ifconfig", "epair161a", "name", "e\x9b\x1b[2J")
    evil = f'    $evil = "{ATTACK}";\n    exec.poststart = "echo {ATTACK}', '";\n    # ', "\n"
    conf = attacked.folder / "etc/jail.conf"
    text = conf.read_bytes()
    lines = b"web {\n" + evil[0].encode() + RAW + evil[1].encode() + RAW + evil[2].encode()
    assert text.count(b"web {\n") == 1
    conf.write_bytes(text.replace(b"web {\n", lines))
    (attacked.folder / "bad.conf").write_bytes(b"web {\n path = /x " + ATTACK.encode() + RAW + b";\n}\n")
    return hostile


@pytest.fixture
def host(
    ruled: Hostile, capsysbinary: pytest.CaptureFixture[bytes], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Attacked:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    ruled.remembered.use(monkeypatch)
    ruled.remembered.parse_once(monkeypatch)
    ruled.attacked.capsys = capsysbinary
    return ruled.attacked


def asked(host: Attacked, words: tuple[str, ...]) -> tuple[str, ...]:
    """The words with the files in place of their marks."""
    files = {"{conf}": str(host.folder / "etc/jail.conf"), "{bad}": str(host.folder / "bad.conf")}
    return tuple(files.get(word, word) for word in words)


def run(host: Attacked, words: tuple[str, ...]) -> tuple[str, str]:
    """Standard output and standard error."""
    try:
        _, out, err = host.verb(*asked(host, words))
    except SystemExit:  # argparse
        out, err = host.printed()
    return out, err


def acted_on(text: str) -> set[str]:
    """What a terminal would act on in it, but for line ends and tabs."""
    return {char for char in set(text) if char not in "\n\t" and not char.isprintable()}


class OnTerminal:
    """Standard output and error are a terminal, whose text is kept."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self._ours, theirs = pty.openpty()
        self._text = b""
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()
        self._stream = os.fdopen(theirs, "w", encoding="utf-8", errors="backslashreplace")
        monkeypatch.setattr(sys, "stdout", self._stream)
        monkeypatch.setattr(sys, "stderr", self._stream)

    def _read(self) -> None:
        try:
            while piece := os.read(self._ours, 65536):
                self._text += piece
        except OSError:  # Linux ends a terminal so
            pass

    def ended(self) -> str:
        """All that was written, which must be UTF-8."""
        self._stream.close()
        self._reader.join(10)
        os.close(self._ours)
        return self._text.decode("utf-8").replace("\r\n", "\n")


EXACT_VERBS = [
    ("conf", "get", "web", "exec.poststart"),
    ("conf", "get", "web", "$evil"),
    ("conf", "set", "web", "path", "/x", "--diff"),
    ("conf", "network", "web", "hostname=a.b", "--diff"),
    ("conf", "network", "web", "hostname=a.b", "--dry-run"),
]


def test_nothing_that_a_terminal_acts_on_is_written(host: Attacked, monkeypatch: pytest.MonkeyPatch) -> None:
    """To a pipe, but for scripts, which are exact, nor to a terminal."""
    assert "\ufffd]52;c" in run(host, ("show",))[0] + run(host, ("doctor",))[0]
    for words in (*commands(), *EXACT_VERBS):
        out, err = run(host, words)
        assert out or err, words
        assert acted_on(err) == set(), words
        if "--dry-run" not in words and words not in EXACT_VERBS:
            assert acted_on(out) == set(), words
        with monkeypatch.context() as patched:
            terminal = OnTerminal(patched)
            run(host, words)
            text = terminal.ended()
        assert text, words
        assert acted_on(text) == set(), words


@pytest.mark.parametrize("hostile", ["15.1"], indirect=True)
def test_a_pipe_gets_the_bytes_of_the_file_and_a_terminal_signs(host: Attacked, tmp_path: Path) -> None:
    file = str(host.folder / "etc/jail.conf")
    words = (*PROGRAM, "conf", "get", "web", "exec.poststart", "--file", file)
    done = subprocess.run(words, env=environ(tmp_path, LANG="C"), capture_output=True, check=True)
    assert done.stdout == b"echo " + ATTACK.encode() + RAW + b"\n"

    with pytest.MonkeyPatch.context() as patched:
        terminal = OnTerminal(patched)
        run(host, ("conf", "get", "web", "exec.poststart"))
        assert terminal.ended() == "echo ^[]52;c;eA==^G\\u009b31m\\u202e^H\\xff\\x9b31m\n"


class Asked(io.StringIO):
    """A terminal at which nobody types."""

    def isatty(self) -> bool:
        return True


def test_question_and_traceback_are_clean_too(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "stdin", Asked())
    ask(f"This takes {ATTACK}. Take it?", "")
    talk_traceback(ValueError, ValueError(ATTACK), None)
    err = capsys.readouterr().err
    assert "Take it? [y/N]" in err
    assert "ValueError: " in err
    assert acted_on(err) == set()


def test_a_fault_inside_jailtui_goes_through_the_door(tmp_path: Path) -> None:
    code = f"import sys; from jailtui.cli import main; main.main(['help']); raise ValueError({ATTACK!r})"
    done = subprocess.run((sys.executable, "-c", code), env=environ(tmp_path), capture_output=True, check=False)
    assert (done.returncode, b"ValueError: " in done.stderr) == (1, True)
    assert acted_on(done.stderr.decode()) == set()


def test_a_fault_of_the_screen_prints_nothing_that_the_terminal_acts_on(tmp_path: Path) -> None:
    fails = f"def fails(self): raise ValueError({ATTACK!r})"
    code = (
        f"from jailtui.cli.main import main\nfrom jailtui.ui.app import ConsoleApp\n{fails}\n"
        f"ConsoleApp.on_mount = fails\nraise SystemExit(main(['demo', '--demo-dir', {str(tmp_path / 'demo')!r}]))"
    )
    terminal = Terminal((sys.executable, "-c", code), {**os.environ, **environ(tmp_path)})
    try:
        assert terminal.ended(60) == 1
    finally:
        terminal.close()
    assert b"ValueError: " in terminal.written
    assert b"\x1b]52" not in terminal.written
    assert "\u202e".encode() not in terminal.written


def test_there_is_one_door() -> None:
    writes = re.compile(r"\bprint\(|sys\.(?:__)?std(?:out|err)(?:__)?\.(?:buffer|write)|os\.write\(")
    folder = Path(jailtui.cli.__file__).parent
    others = {file.name for file in folder.rglob("*.py") if writes.search(file.read_text())}
    assert others == {"talk.py", "streams.py"}
