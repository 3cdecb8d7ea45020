"""Hosts for the forms' tests: a reading made of texts alone, and an embedded host with a given jail.conf."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from jailtui.backend import HostBackend
from jailtui.cli.hosts import Choice, open_host
from jailtui.config.jails import ConfigurationReader
from jailtui.exchange import Result, Section, Step
from jailtui.forms.opening import FormName, open_form
from jailtui.forms.protocol import Form
from jailtui.forms.sources import Sources
from jailtui.model.state import Bridge, HostFacts, HostState, Interface, Jail, JailState
from jailtui.preferences import Config
from jailtui.simhost import machine, setup
from jailtui.simhost.call import Call, capture
from jailtui.simhost.run import run
from jailtui.snapshot import Snapshot
from tests.support import host_commands

RCCONF = {"jail_enable": "YES"}
MAIN = "/etc/jail.conf"


def sources(
    texts: Mapping[str, bytes],
    *,
    release: str = "15.1-RELEASE",
    rcconf: Mapping[str, str] | None = None,
    jail_rc: str | None = None,
    bridges: Iterable[str] = (),
) -> Sources:
    """What a form would read of a host with these files, on which no jail runs.

    `jail_rc` is the rc.conf of the jail the form is about (None: it was not read), `bridges` are those that exist.
    """
    told = RCCONF if rcconf is None else rcconf
    decoded = {path: data.decode("utf-8", "surrogateescape") for path, data in texts.items()}
    configuration = ConfigurationReader().read(decoded, told, release)
    names = tuple(bridges)
    state = HostState(
        facts=HostFacts(name="nas", hostname="nas.home.arpa", release=release, user="root", uid=0),
        jails=tuple(
            Jail(key=name, name=name, jid=None, state=JailState.STOPPED, vnet=one.vnet, path=one.path, configured=one)
            for name, one in configuration.jails.items()
        ),
        bridges=tuple(Bridge(name, up=True, mtu=1500) for name in names),
        interfaces=(
            Interface("em0", "ether", up=True, mtu=1500),
            *(Interface(name, "bridge", up=True, mtu=1500) for name in names),
        ),
    )
    about = {} if jail_rc is None else {"jail-rc": Section("jail-rc", 0, jail_rc)}
    return Sources(state, texts, told, about, Snapshot(state, configuration.chosen))


IN_PROCESS = frozenset(("ifconfig", "daemon", "route", "netstat", "jls", "pgrep", "sysctl", "mount", "umount"))
"""Commands that run no others: asked in this process, which takes a tenth of the time."""


class Embedded:
    """An embedded host in a folder: freshly booted, with these files, bridges and folders, and no jail running."""

    def __init__(
        self,
        folder: Path,
        texts: Mapping[str, bytes],
        *,
        release: str = "15.1",
        bridges: Sequence[str] = (),
        folders: Iterable[str] = (),
    ) -> None:
        self.folder = folder
        setup.clear(folder)
        machine.booted(folder, release)
        for path in folders:
            for part in ("dev", "etc"):
                (folder / path.strip("/") / part).mkdir(parents=True, exist_ok=True)
        for path, data in texts.items():
            place = folder / path.strip("/")
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(data)
        self.environment = setup.environment(folder)
        for name in bridges:
            self.ask("ifconfig", "bridge", "create", "name", name, "up")

    def ask(self, *words: str) -> str:
        """What a command of the host prints; AssertionError if it fails."""
        name, *args = words
        if name in IN_PROCESS or (name == "jexec" and args[1] in IN_PROCESS):
            call = capture(Call(str(self.folder), name, args, self.environment))
            assert run(call) == 0, f"{' '.join(words)}: {''.join(call.errors or ())}"
            return "".join(call.captured or ())
        done = host_commands.ask(f"{self.environment['PATH']}/{name}", args, self.environment)
        assert done.returncode == 0, f"{' '.join(words)}: {done.stdout}{done.stderr}"
        return done.stdout

    def backend(self) -> HostBackend:
        """The host as the console reaches it."""
        return open_host(Choice(host="demo", demo_dir=self.folder), Config())

    def default_routes(self, jail: str) -> list[str]:
        """The gateways of the jail's default routes, IPv4 and IPv6."""
        lines = [line.split() for line in self.ask("jexec", jail, "netstat", "-rn").splitlines()]
        return [words[1] for words in lines if len(words) > 1 and words[0] in ("default", "::/0")]


def form_of(backend: HostBackend, name: FormName, subject: str) -> tuple[Form, Snapshot]:
    """The form that `backend.form` opens, and the reading that it was opened by."""
    read = backend.sources(subject)
    assert isinstance(read.reading, Snapshot)
    return open_form(name, subject, read), read.reading


def execute(backend: HostBackend, *argv: str) -> Result:
    """One command of the host, run as a step of a plan is."""
    return backend.source.execute(Step(argv), lambda _: None)
