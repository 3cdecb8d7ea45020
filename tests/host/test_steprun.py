"""A step on its host: what its command gets, what is kept of it, and when it counts as running. Real shells."""

from __future__ import annotations

import os
import subprocess
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from jailtui.exchange import Argv, Step
from jailtui.host.executor import NOT_SEEN, NOTHING_KEPT, Executor, _note
from jailtui.host.shell import Shell, local_shell
from jailtui.host.steprun import Ending, kept_steps, new_id, run_step, stop_step
from tests.support.waiting import until

MIB = 1 << 20
OTHER = "0123456789abcdef"


@pytest.fixture
def shell(tmp_path: Path) -> Shell:
    return local_shell(environment={"JAILTUI_ROOT": str(tmp_path)})


def nothing(text: str) -> None:
    """Take output that no test looks at."""


def outcome(shell: Shell, *argv: str) -> tuple[Ending, str]:
    pieces: list[str] = []
    return run_step(shell, new_id(), argv, pieces.append, 60), "".join(pieces)


def begun(shell: Shell, argv: Argv, output: Callable[[str], None] = nothing) -> tuple[str, threading.Thread]:
    identity = new_id()
    thread = threading.Thread(target=run_step, args=(shell, identity, argv, output, 60))
    thread.start()
    until(lambda: kept_steps(shell))
    return identity, thread


def folder(tmp_path: Path) -> Path:
    return tmp_path / "var" / "run" / "jailtui"


def test_command_has_the_umask_and_the_signals_that_it_has_without_us(shell: Shell) -> None:
    text = "umask; grep SigIgn /proc/self/status || true"
    here = shell.run(f"{text}\n", (), 10)[1]
    assert outcome(shell, "sh", "-c", text)[1].splitlines() == here.splitlines()


def test_output_is_kept_to_the_first_mib_and_the_command_runs_to_its_end(shell: Shell) -> None:
    ending, text = outcome(shell, "sh", "-c", "yes 123456789 | head -c 3000000; exit 3")
    assert (ending.kind, ending.status) == ("ended", 3)
    assert MIB <= len(text) < MIB + 1024
    assert text.startswith("123456789\n1234")


def test_many_short_pieces_are_kept_whole(shell: Shell) -> None:
    text = "n=0; while [ $n -lt 3000 ]; do echo line $n; n=$((n + 1)); done"
    assert outcome(shell, "sh", "-c", text)[1].splitlines() == [f"line {number}" for number in range(3000)]


def test_process_that_holds_the_output_open_is_not_waited_for(shell: Shell) -> None:
    ending, text = outcome(shell, "sh", "-c", "echo begun; sleep 30 & echo $!")
    assert ending.status == 0
    assert text.splitlines()[0] == "begun"
    shell.run(f"kill {int(text.splitlines()[1])}\n", (), 10)


def test_step_runs_only_while_its_own_runner_does(shell: Shell, tmp_path: Path) -> None:
    identity, thread = begun(shell, ("sleep", "30"))
    (step,) = kept_steps(shell)
    assert (step.identity, step.line, step.status, step.lost) == (identity, "sleep 30", None, False)
    other = folder(tmp_path) / "steps" / OTHER
    other.mkdir()
    for name in ("runner", "pid", "begun", "line"):  # after a boot: the numbers are those of other processes
        (other / name).write_text((folder(tmp_path) / "steps" / identity / name).read_text())
    assert {step.identity: step.lost for step in kept_steps(shell)} == {identity: False, OTHER: True}
    assert stop_step(shell, OTHER) == "it has ended"
    assert stop_step(shell, identity) == ""
    thread.join(30)
    assert [step.identity for step in kept_steps(shell)] == [OTHER]


@pytest.mark.parametrize("way", ["link", "open", "file"])
def test_step_is_refused_where_others_may_write_what_is_kept(shell: Shell, tmp_path: Path, way: str) -> None:
    place = folder(tmp_path)
    place.parent.mkdir(parents=True)
    if way == "link":
        (tmp_path / "elsewhere").mkdir(mode=0o700)
        place.symlink_to(tmp_path / "elsewhere")
    elif way == "open":
        place.mkdir()
        place.chmod(0o770)
    else:
        place.touch()
    ending, text = outcome(shell, "touch", str(tmp_path / "done"))
    assert ending.kind == "refused"
    assert "jailtui" in text
    assert not (tmp_path / "done").exists()


def test_steps_that_begin_at_once_on_a_host_that_keeps_nothing_yet_all_begin(shell: Shell) -> None:
    with ThreadPoolExecutor(8) as pool:
        endings = pool.map(lambda number: outcome(shell, "echo", f"step {number}"), range(8))
    assert [(ending.status, text) for ending, text in endings] == [(0, f"step {number}\n") for number in range(8)]


def left_behind(tmp_path: Path, number: int, **files: str) -> str:
    """A step that was begun so many seconds after 1970, with these files."""
    place = folder(tmp_path) / "steps" / f"{number:016x}"
    place.mkdir(parents=True, mode=0o700)
    folder(tmp_path).chmod(0o700)
    for name, text in {"begun": f"{number}\n", "line": "true\n", **files}.items():
        (place / name).write_text(text)
    os.utime(place, (number, number))
    return place.name


def test_of_the_steps_that_nobody_fetches_the_newest_stay_and_all_that_run(shell: Shell, tmp_path: Path) -> None:
    waiting = ("sh", "-c", "read -r word")
    running = subprocess.Popen((*waiting, "sh", f"{1:016x}", "begin"), stdin=subprocess.PIPE)
    other = subprocess.Popen(waiting, stdin=subprocess.PIPE)  # after a boot it has the number of a runner
    with running, other:
        runs = left_behind(tmp_path, 1, runner=f"{running.pid}\n")
        left_behind(tmp_path, 2, runner=f"{other.pid}\n")
        ended = [left_behind(tmp_path, number, status="0\n") for number in range(3, 40)]
        assert outcome(shell, "true")[0].status == 0
        until(lambda: len(kept_steps(shell)) == 33)
        assert [step.identity for step in kept_steps(shell)] == [runs, *ended[-32:]]


def test_step_that_is_left_at_its_time_limit_runs_to_its_end_and_is_fetched(shell: Shell, tmp_path: Path) -> None:
    executor = Executor(limit=0.2)
    script = f"echo begun; while [ ! -e {tmp_path}/go ]; do sleep 0.02; done; echo ended; exit 3"
    result = executor.run(Step(("sh", "-c", script)), lambda _: shell, nothing)
    assert (result.rc, result.output) == (None, "begun\n")
    assert result.note == "still running after 0.2 s; it continues on the host (`jailtui steps`)"
    (step,) = kept_steps(shell)
    assert (step.status, step.lost) == (None, False)
    (tmp_path / "go").touch()
    fetched = Executor().fetch(step.identity, lambda _: shell, nothing)
    assert (fetched.rc, fetched.output) == (3, "begun\nended\n")
    until(lambda: not kept_steps(shell))


def test_step_that_ends_while_it_is_listed_was_not_killed(shell: Shell, tmp_path: Path) -> None:
    place = folder(tmp_path) / "steps" / left_behind(tmp_path, 1)
    os.mkfifo(place / "runner")
    process = subprocess.Popen(("true",))
    process.wait()

    def end() -> None:
        with (place / "runner").open("w") as runner:  # it is being read
            (place / "status").write_text("3\n")
            runner.write(f"{process.pid}\n")

    thread = threading.Thread(target=end)
    thread.start()
    (step,) = kept_steps(shell)
    thread.join(10)
    assert (step.status, step.lost) == (3, False)


def test_step_that_is_being_removed_is_in_no_list_and_goes_with_the_next(shell: Shell, tmp_path: Path) -> None:
    """Its files go one by one: without its status and with its runner it would look lost."""
    half = folder(tmp_path) / "steps" / f".{OTHER}"
    assert outcome(shell, "true")[0].kind == "ended"
    half.mkdir()
    (half / "runner").write_text("1\n")
    (half / "begun").write_text("1796039692\n")
    assert kept_steps(shell) == ()
    assert outcome(shell, "true")[0].kind == "ended"
    until(lambda: not list((folder(tmp_path) / "steps").iterdir()))


@pytest.mark.parametrize(("shown", "note"), [(0, NOT_SEEN), (5, NOTHING_KEPT)])
def test_of_a_step_that_the_host_keeps_nothing_of_nothing_is_concluded(shell: Shell, shown: int, note: str) -> None:
    ending = run_step(shell, new_id(), (), nothing, 30, shown)
    assert (ending.kind, ending.status) == ("unknown", None)
    assert _note(ending, 600) == note
