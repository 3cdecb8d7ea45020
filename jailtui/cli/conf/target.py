"""What `jailtui conf get` and its like work on: a jail.conf of this machine, or the one on the host."""

from __future__ import annotations

from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from jailtui import jailconf
from jailtui.cli.exits import Exit, Stop
from jailtui.cli.opening import opened
from jailtui.config.jails import dialect_of, files_of, release_of
from jailtui.exchange import HostError
from jailtui.formats import sysrc
from jailtui.jailconf.gather import glob_files
from jailtui.jailconf.hostfiles import globber, reader

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from jailtui.cli.verb import Arguments
    from jailtui.preferences import Config


class Target(NamedTuple):
    """The file that defines the jail, what all files together evaluate to, how other files are read, and how a new
    text of the file is saved: `save` gives whether that worked, and a sentence.
    """

    file: jailconf.File
    evaluation: jailconf.Evaluation
    save: Callable[[bytes], tuple[bool, str]]
    read: Callable[[str], bytes]
    glob: Callable[[str], Sequence[str]]


@contextmanager
def opened_target(arguments: Arguments, config: Config) -> Iterator[Target]:
    """What the command line names. Raises Stop where there is none, or where jail(8) refuses it."""
    if arguments.file:
        target = local_target(arguments, config.backups)
        refuse_faults(target)
        yield target
        return
    with opened(arguments, config) as backend:
        target = host_target(arguments, backend.source, config.backups)
        refuse_faults(target)
        yield target


def refuse_faults(target: Target) -> None:
    """Raises Stop with what jail(8) says of the files."""
    if faults := target.evaluation.faults:
        raise Stop("\n".join(fault.message for fault in faults), Exit.FAILED)


def local_target(arguments: Arguments, keep: int) -> Target:
    """A file of this machine with what it includes."""
    path = arguments.file
    try:
        data = Path(path).read_bytes()
    except OSError as error:
        raise Stop(f"{path}: {error.strerror}", Exit.REFUSED) from error
    file = jailconf.parse(data, path, arguments.dialect or "15")

    def save(new: bytes) -> tuple[bool, str]:
        from jailtui.host import files
        from jailtui.host.shell import local_shell

        absolute = str(Path(path).absolute())
        return files.report(
            files.save_file(local_shell(), absolute, files.digest(data), new, check=False, keep=keep), data
        )

    return Target(file, jailconf.evaluate(file), save, lambda name: Path(name).read_bytes(), glob_files)


def host_target(arguments: Arguments, source: Any, keep: int) -> Target:
    """The file of the host that defines the jail, chosen as rc.d/jail does. Raises HostError."""
    capture = source.capture()
    texts = {path: text.encode("utf-8", "surrogateescape") for path, text in files_of(capture).items()}
    rcconf = next((sysrc.parse(section.out) for section in capture.sections if section.name == "sysrc"), ())
    dialect = arguments.dialect or dialect_of(release_of(capture))
    chosen = jailconf.choose(texts, dialect, dict(rcconf))
    jail = chosen.get(arguments.jail)
    root = jail.file if jail else "/etc/jail.conf"
    if root not in chosen.evaluations:
        raise Stop("The host has no /etc/jail.conf.", Exit.REFUSED)
    path = jail.jail.block.file if jail else root
    file = jailconf.parse(texts[path], path, dialect)

    def save(new: bytes) -> tuple[bool, str]:
        from jailtui.host import files

        if source.read_only:
            return False, str(source.read_only)
        try:
            return files.report(source.save_file(path, files.digest(texts[path]), new, keep=keep), texts[path])
        except HostError as error:
            return False, str(error)

    return Target(file, chosen.evaluations[root], save, reader(texts), globber(texts))
