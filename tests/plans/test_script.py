"""The script of a plan that saves files, run by the real /bin/sh and the real patch(1)."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jailtui.exchange import FileEdit, Step, Task, Verb, difference
from jailtui.plans.plan import Plan
from jailtui.plans.save import save_step

NEW = b"# new\nEND OF PATCH\n$(touch gone) `id` \\\n  web { }\n--- a\n+++ b\n@@ -1 +1 @@\n"
TEXTS = (
    (b"a\nb\n", b"a\nc\n"),
    (b"a\nb", b"a\nc"),
    (b"a\nb", b"a\nb\n"),
    (b"a\nb\n", b"a\nb"),
    (
        b"a\n" * 40 + b"web {\n\tvnet;\n}\n" + b"b\n" * 40,
        b"a\n" * 40 + b"web {\n\tvnet;\n\tpersist;\n}\n" + b"b\n" * 40,
    ),
    (b"", b"a\n"),
    (b"a\n", b""),
    (b"a\r\nb\r\n", b"a\r\nc\r\n"),
    (b"\xff\xfe caf\xe9\n", b"\xff\xfe caf\xe9s\x1b[2J\x0c\x85\n"),
    (b"one\n" + NEW, NEW + b"two"),
    (b"END OF PATCH", b"END OF PATCH\nEND OF PATCH"),
    (None, NEW),
    (None, b"no end"),
    (None, b""),
)


def script(*steps: Step) -> bytes:
    plan = Plan(Verb.SAVE, "nas", (Task("web", "network of web", steps),))
    return plan.script().encode("utf-8", "surrogateescape")


def run(text: bytes, folder: Path) -> subprocess.CompletedProcess[bytes]:
    assert shutil.which("patch"), "install patch(1) to test what a script does"
    return subprocess.run(["/bin/sh"], input=text, cwd=folder, capture_output=True)


@pytest.mark.parametrize(("old", "new"), TEXTS)
def test_script_gives_the_file_its_new_text(old: bytes | None, new: bytes, tmp_path: Path) -> None:
    file = tmp_path / "jail's $conf"
    if old is not None:
        file.write_bytes(old)
    ended = run(script(save_step(FileEdit(str(file), old, new)), Step(("echo", "then"))), tmp_path)
    assert (ended.returncode, ended.stdout, ended.stderr) == (0, b"then\n", b"")
    assert file.read_bytes() == new
    assert list(tmp_path.iterdir()) == [file]


lines = st.sampled_from(
    [b"a", b"", b"END OF PATCH", b"\\", b"-- a", b"\\ No newline at end of file", b"$x'\"", b"\xff"]
)
texts = st.builds(lambda some, end: b"\n".join(some) + end, st.lists(lines, max_size=8), st.sampled_from([b"", b"\n"]))


@settings(max_examples=60, deadline=None)
@given(st.one_of(st.none(), texts), texts)
def test_script_gives_any_file_any_text(old: bytes | None, new: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "jail.conf"
        if old is not None:
            file.write_bytes(old)
        ended = run(script(save_step(FileEdit(str(file), old, new))), Path(folder))
        assert (ended.returncode, ended.stderr) == (0, b"")
        assert file.read_bytes() == new


def test_several_files_and_commands_run_in_their_order_and_end_at_the_first_failure(tmp_path: Path) -> None:
    one, two, three = (tmp_path / name for name in ("one", "two", "three"))
    one.write_bytes(b"a\n")
    two.write_bytes(b"somebody else's\n")
    steps = (
        save_step(FileEdit(str(one), b"a\n", b"b\n")),
        Step(("cat", str(one))),
        save_step(FileEdit(str(two), b"a\n", b"b\n")),
        save_step(FileEdit(str(three), None, b"never\n")),
    )
    ended = run(script(*steps), tmp_path)
    assert ended.returncode != 0
    assert ended.stdout.startswith(b"b\n")
    assert (one.read_bytes(), two.read_bytes(), three.exists()) == (b"b\n", b"somebody else's\n", False)


@pytest.mark.parametrize(("old", "new"), [(b"a\n", b"\0\n"), (b"\0\n", b"a\n")])
def test_text_that_no_script_can_hold_ends_it_and_changes_nothing(tmp_path: Path, old: bytes, new: bytes) -> None:
    file = tmp_path / "jail.conf"
    file.write_bytes(old)
    ended = run(script(save_step(FileEdit(str(file), old, new)), Step(("echo", "then"))), tmp_path)
    assert (ended.returncode, ended.stdout) == (1, b"")
    assert b"no script can hold its text" in ended.stderr
    assert file.read_bytes() == old


def test_path_can_not_end_the_line_of_its_header() -> None:
    edit = FileEdit("/etc/x\nEND OF PATCH\nid", b"a\n", b"b\n")
    assert b"--- /etc/x?END OF PATCH?id\n" in script(save_step(edit))


def test_difference_tells_a_missing_line_end_as_diff1_does() -> None:
    assert difference(b"a\nb", b"a\nb\n", "x") == [
        "--- x", "+++ x", "@@ -1,2 +1,2 @@", " a", "-b", "\\ No newline at end of file", "+b",
    ]  # fmt: skip
    assert difference(b"a\n", b"a\n", "x") == []


def test_step_that_may_fail_does_not_end_the_script(tmp_path: Path) -> None:
    steps = (Step(("false",), may_fail=True), Step(("echo", "one's own")), Step(("false",)), Step(("echo", "never")))
    text = script(*steps)
    assert b"{ false || :; } && \\\necho" in text
    ended = run(text, tmp_path)
    assert (ended.returncode, ended.stdout) == (1, b"one's own\n")
