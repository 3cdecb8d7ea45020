"""mkdir(1), rmdir(1), rm(1), cp(1), chmod(1), chflags(1) and tar(1), as far as root directories of jails need them.

All paths lie below the folder of the simulated host. File flags are not kept: chflags does nothing.
"""

from __future__ import annotations

import os

from jailtui.simhost.call import Call, leads_outside, rooted

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator


def main(call: Call) -> int:
    """Run the command of that name; a jail has none of them, since its paths are not the host's."""
    if call.jid:
        return call.fail("No such file or directory")
    words = [word for word in call.args if not word.startswith("-")]
    paths = words[1:] if call.name in ("chmod", "chflags") else words
    if not call.privileged or not all(inside(call, path) for path in paths):
        return call.fail("Operation not permitted")
    if call.name == "tar":
        return extract(call)
    problems = list(ACTIONS[call.name](call, words))
    for problem in problems:
        call.err(f"{call.name}: {problem}\n")
    return 1 if problems else 0


def inside(call: Call, path: str) -> bool:
    """Whether the path is absolute and stays in the folder of the simulated host, whatever links there are."""
    place = rooted(call.root, path)
    return path.startswith("/") and not leads_outside(call.root, os.path.dirname(place) if call.name == "rm" else place)


def make(call: Call, words: list[str]) -> Iterator[str]:
    """`mkdir [-p] DIRECTORY ...`: with -p also the parents, and a directory may exist."""
    with_parents = "-p" in call.args
    for word in words:
        path = rooted(call.root, word)
        try:
            if with_parents:
                os.makedirs(path, exist_ok=True)
            else:
                os.mkdir(path)
        except OSError as error:
            yield f"{word}: {error.strerror}"


def unmake(call: Call, words: list[str]) -> Iterator[str]:
    for word in words:
        try:
            os.rmdir(rooted(call.root, word))
        except OSError as error:
            yield f"{word}: {error.strerror}"


def remove(call: Call, words: list[str]) -> Iterator[str]:
    """`rm -rfx`: a path may be missing."""
    import shutil

    for word in words:
        path = rooted(call.root, word)
        if path.rstrip("/") == call.root:
            yield '"/" may not be removed'
            continue
        if os.path.basename(path.rstrip("/")) in (".", ".."):  # `inside` has looked at the folder before it only
            yield '"." and ".." may not be removed'
            continue
        try:
            if os.path.isdir(path) and not os.path.islink(path):
                shutil.rmtree(path)
            elif os.path.lexists(path):
                os.unlink(path)
        except OSError as error:
            yield f"{word}: {error.strerror}"


def copy(call: Call, words: list[str]) -> Iterator[str]:
    """`cp -a SOURCE ... DIRECTORY`."""
    import shutil

    *sources, target = words
    for source in sources:
        path = rooted(call.root, source)
        try:
            shutil.copytree(path, f"{rooted(call.root, target)}/{os.path.basename(path)}", symlinks=True)
        except shutil.Error as error:
            yield f"{source}: {error}"
        except OSError as error:
            yield f"{source}: {error.strerror}"


def mode(call: Call, words: list[str]) -> Iterator[str]:
    bits, *paths = words
    for word in paths:
        try:
            os.chmod(rooted(call.root, word), int(bits, 8))
        except OSError as error:
            yield f"{word}: {error.strerror}"


def flags(call: Call, words: list[str]) -> Iterator[str]:
    for word in words[1:]:
        if not os.path.lexists(rooted(call.root, word)):
            yield f"{word}: No such file or directory"


ACTIONS = {"mkdir": make, "rmdir": unmake, "rm": remove, "cp": copy, "chmod": mode, "chflags": flags}


def extract(call: Call) -> int:
    """`tar -xpf ARCHIVE -C DIRECTORY`."""
    import tarfile

    if len(call.args) != 4 or call.args[0] != "-xpf" or call.args[2] != "-C":
        return call.fail("The embedded host has tar -xpf ARCHIVE -C DIRECTORY only.")
    _, archive, _, directory = call.args
    try:
        with tarfile.open(rooted(call.root, archive)) as packed:
            packed.extractall(rooted(call.root, directory), filter="tar")
    except tarfile.TarError:
        return call.fail("Error opening archive: Unrecognized archive format")
    except OSError:
        return call.fail(f"Error opening archive: Failed to open '{archive}'")
    return 0
