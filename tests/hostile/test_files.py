"""Files below a jail's root are read without following any link, however fast the jail exchanges what is there."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from itertools import chain
from pathlib import Path

import pytest

from jailtui.host.host import Host
from jailtui.host.shell import local_shell
from tests.hostile.jail_root import JailRoot
from tests.support.attacked import Attacked

OWN, SECRET = "the jail's own\n", "a secret of the host\n"
WORDS = ("only", "root=/jails/web", "under=/jails/web", "log=/jails/web/etc/rc.conf")
FILES = ("root=/jails/web", "log=/jails/web/etc/rc.conf")
AGAIN = 5
"""How often a reading reads the files."""
READS = 2
READERS = 4
"""At a time: the jail exchanges files as long as it lasts."""
LISTED = 10


@contextmanager
def exchanged(swap: Callable[[], None]) -> Iterator[None]:
    """The jail calls `swap` all the time."""
    over = threading.Event()

    def work() -> None:
        while not over.is_set():
            with suppress(OSError):
                swap()

    thread = threading.Thread(target=work)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def file_swapper(etc: Path, secret: Path) -> Callable[[], None]:
    link, own, file = etc / "link", etc / "own", etc / "rc.conf"

    def swap() -> None:
        link.symlink_to(secret)
        link.replace(file)
        own.write_text(OWN)
        own.replace(file)

    return swap


def folder_swapper(etc: Path, secret: Path) -> Callable[[], None]:
    aside = etc.with_name("aside")

    def swap() -> None:
        etc.rename(aside)
        etc.symlink_to(secret.parent)
        etc.unlink()
        aside.rename(etc)

    return swap


@pytest.mark.parametrize("attacked", ["15.1"], indirect=True)
@pytest.mark.parametrize("swapper", [file_swapper, folder_swapper])
def test_no_read_is_raced_into_a_file_of_the_host(
    attacked: Attacked, swapper: Callable[[Path, Path], Callable[[], None]]
) -> None:
    etc = JailRoot(attacked).root / "etc"
    etc.mkdir(parents=True, exist_ok=True)
    (etc / "rc.conf").write_text(OWN)
    secret = attacked.folder / "secrets/rc.conf"
    secret.parent.mkdir()
    secret.write_text(SECRET)
    host = Host("demo", lambda: local_shell(environment=attacked.environment))

    def reader(_: int) -> list[str]:
        own = Host("demo", lambda: local_shell(environment=attacked.environment))
        sections = [section for _ in range(READS) for section in own.about((*WORDS, *FILES * (AGAIN - 1)))]
        return [section.out for section in sections if section.name != "root"]

    with exchanged(swapper(etc, secret)), ThreadPoolExecutor(READERS) as pool:
        read = list(chain.from_iterable(pool.map(reader, range(READERS))))

    assert len(read) == READERS * READS * AGAIN * len(FILES)
    assert set(read) <= {"", OWN}
    again = {section.name: section.out for section in host.about(WORDS)}
    assert (again["jail-rc"], again["log /jails/web/etc/rc.conf"]) == (OWN, OWN)


@pytest.mark.parametrize("attacked", ["15.1"], indirect=True)
def test_a_pipe_in_the_place_of_a_file_is_not_waited_for(attacked: Attacked) -> None:
    etc = JailRoot(attacked).root / "etc"
    etc.mkdir(parents=True, exist_ok=True)
    (etc / "rc.conf").unlink(missing_ok=True)
    os.mkfifo(etc / "rc.conf")
    host = Host("demo", lambda: local_shell(environment=attacked.environment))
    assert {section.out for section in host.about(WORDS) if section.name != "root"} == {""}


@pytest.mark.parametrize("attacked", ["15.1"], indirect=True)
def test_no_folder_of_the_host_is_listed_where_a_jail_exchanges_its_own(attacked: Attacked) -> None:
    etc = JailRoot(attacked).root / "etc"
    (etc / "d").mkdir(parents=True, exist_ok=True)
    (etc / "d/own").write_text(OWN)
    secrets = attacked.folder / "secrets"
    (secrets / "d").mkdir(parents=True)
    (secrets / "d/secret").write_text(SECRET)
    host = Host("demo", lambda: local_shell(environment=attacked.environment))
    words = ("only", "folder=/jails/web//etc/d", "hosts=/jails/web//etc/d/own", "hosts=/jails/web//etc/d/secret")
    read: list[str] = []
    with exchanged(folder_swapper(etc, secrets / "d")):
        for _ in range(LISTED):
            read += [section.out for section in host.about(words)]

    assert set(read) <= {"", "own\n", OWN}
    again = {section.name: section.out for section in host.about(words)}
    assert (again["folder /jails/web/etc/d"], again["hosts /jails/web/etc/d/own"]) == ("own\n", OWN)
    (etc / "d").rename(etc / "e")
    (etc / "d").symlink_to(secrets / "d")
    assert {section.out for section in host.about(words)} == {""}
