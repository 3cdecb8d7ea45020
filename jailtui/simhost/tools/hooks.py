"""The commands of jail.conf (exec.prestart and the like), run by the simulated tools and never by this machine's.

Hooks name FreeBSD's tools by absolute path. Here such a path means the simulated host's folder of commands,
wherever it stands in the text: in quotes, after `;` or `&&`, in `$(...)`, in an assignment, in a PATH.
Sources: jail(8), FREEBSD.md 2.4 (command.c run_command).
"""

from __future__ import annotations

import os

TOOL_FOLDERS = (
    "usr/local/sbin", "usr/local/bin", "usr/local/libexec", "usr/sbin", "usr/bin", "usr/libexec", "usr/games",
    "sbin", "bin", "libexec", "rescue",
)  # fmt: skip
SHELL_CHARACTERS = frozenset("!\"$&'()*;<>?[\\]`{|}~")
BACKGROUND = " &"
NOT_STARTED = 255
"""The exit status of jail(8)'s child when the command can't be executed."""

OUTSIDE = "the embedded host opens no file outside of its folder"
MARK = "JAILTUI_SIM_HOOK"
"""The variable that says that a hook runs: CHECKED, what the sh that it is given to runs was looked through; STARTED,
it was not."""
CHECKED, STARTED = "checked", "started"


def marked(argv: list[str]) -> dict[str, str]:
    """The variable for the words of a hook that `refusal` has looked through."""
    return {MARK: CHECKED if os.path.basename(argv[0]) == "sh" else STARTED}


def refusal(words: list[str], bindir: str) -> str | None:
    """Why the (mapped) words of a hook are not run, see hook_limits.py; None: they are."""
    from jailtui.simhost.tools import hook_limits  # a simulated command that a hook calls needs none of it

    return hook_limits.refusal(words, bindir)


def map_paths(text: str, bindir: str) -> str:
    """`text` (a word, or shell text) with every folder of tools replaced by `bindir`; the quotes in it stay.

    A plain path of a tool, and a word without one, take no regular expression: to import `re` takes 8 ms.
    """
    folder, _, name = text.rpartition("/")
    if SHELL_CHARACTERS.isdisjoint(text) and "command" not in text:
        if not any(place.rpartition("/")[2] in text for place in TOOL_FOLDERS):
            return text
        if name and folder.startswith("/") and folder[1:] in TOOL_FOLDERS:
            return f"{bindir}/{name}"
    from jailtui.simhost.tools import hook_paths

    return hook_paths.mapped(text, bindir, TOOL_FOLDERS)


def shown(command: str) -> str:
    """The command as jail(8) prints it in messages."""
    return " ".join(words(command))


def words(command: str) -> list[str]:
    """What jail(8) executes: the words, or the shell with the text where there are shell characters."""
    text = command[: -len(BACKGROUND)] if in_background(command) else command
    return ["/bin/sh", "-c", text] if not SHELL_CHARACTERS.isdisjoint(text) else text.split()


def in_background(command: str) -> bool:
    """Whether the command ends in ` &`, so that jail(8) doesn't wait for it."""
    return command.endswith(BACKGROUND) and len(command) > len(BACKGROUND)


def executable(word: str, bindir: str) -> str | None:
    """The file that the (mapped) word names: in `bindir`, or None. Nothing else is ever executed directly."""
    name = word[len(bindir) + 1 :] if word.startswith(bindir + "/") else word
    path = f"{bindir}/{name}"
    usable = name not in ("", ".", "..") and "/" not in name
    return path if usable and os.access(path, os.X_OK) else None


def environment(
    base: dict[str, str], bindir: str, *, jid: int = 0, jail: tuple[int, str, str] | None = None, clean: bool = False
) -> dict[str, str]:
    """The environment of a hook. `jid`: of the jail it runs in (0: the host). `jail`: what 15 gives host commands."""
    kept = {key: value for key, value in base.items() if key.startswith("JAILTUI_") or key == "LC_ALL"}
    variables = kept if clean else dict(base)
    if clean:
        variables |= {"HOME": "/root", "SHELL": "/bin/sh", "USER": "root", "TERM": base.get("TERM", "su")}
    variables["PATH"] = bindir
    variables.pop("JAILTUI_SIM_JID", None)
    if jid:
        variables["JAILTUI_SIM_JID"] = str(jid)
    elif jail:
        variables["JID"], variables["JNAME"], variables["JPATH"] = str(jail[0]), jail[1], jail[2]
    return variables


def start(argv: list[str], env: dict[str, str], bindir: str, output: int | None = None) -> int:
    """Start mapped words in a process group of their own, standard output and error to `output`. Returns the pid.

    A first word that is not `executable` ends with NOT_STARTED, and nothing is printed.
    """
    pid = os.fork()
    if pid:
        return pid
    try:
        os.setpgid(0, 0)
        if output is not None:
            os.dup2(output, 1)
            os.dup2(output, 2)
        path = executable(argv[0], bindir)
        if path is not None:
            os.execve(path, argv, env)
    except OSError:
        pass
    finally:
        os._exit(NOT_STARTED)
    return pid


def wait(pid: int, seconds: float = 0) -> int | None:
    """The status of `pid`: its exit code, -N when signal N ended it, None when `seconds` ran out and it was killed."""
    if not seconds:
        return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    import signal  # it takes 6 ms, and few hooks have a time limit

    previous = signal.signal(signal.SIGALRM, _too_late)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    except TimeoutError:
        os.killpg(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
        return None
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, previous)


def _too_late(_number: int, _frame: object) -> None:
    raise TimeoutError
