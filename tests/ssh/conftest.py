"""A real sshd on a free loopback port, with its own keys and config, whose sessions land on the embedded host."""

from __future__ import annotations

import getpass
import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

import pytest

from jailtui.simhost import setup
from tests.support import privilege
from tests.support.sshd import Sshd, free_port


@pytest.fixture
def sshd(tmp_path: Path) -> Iterator[Sshd]:
    """Who logs in is root there."""
    yield from started(tmp_path, setup.prepare(tmp_path / "demo"))


@pytest.fixture
def alice_sshd(tmp_path: Path) -> Iterator[Sshd]:
    """Who logs in is alice there, who may become root by doas and by sudo."""
    environment = privilege.standing_in(tmp_path / "privilege", setup.prepare(tmp_path / "demo", user="alice"))
    yield from started(tmp_path, environment)


@cache
def key_pair(name: str) -> tuple[bytes, bytes]:
    """The private and the public key of that name, made once in a process of pytest."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, name)
        subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(file)], check=True)
        return file.read_bytes(), file.with_suffix(".pub").read_bytes()


def started(tmp_path: Path, environment: Mapping[str, str]) -> Iterator[Sshd]:
    program = shutil.which("sshd") or "/usr/sbin/sshd"
    for name in ("host_key", "user_key"):
        private, public_key = key_pair(name)
        (tmp_path / name).touch(0o600)
        (tmp_path / name).write_bytes(private)
        (tmp_path / f"{name}.pub").write_bytes(public_key)
    port = free_port()
    # Not this machine's home: bash(1) reads its .bashrc also for a command, and that may take longer than the command.
    home = {"HOME": str(tmp_path)}
    given = " ".join(f'"{name}={value}"' for name, value in {**environment, **home}.items())
    (tmp_path / "sshd_config").write_text(
        f"Port {port}\nListenAddress 127.0.0.1\nHostKey {tmp_path}/host_key\nPidFile none\nUsePAM no\n"
        f"StrictModes no\nAuthorizedKeysFile {tmp_path}/user_key.pub\nPasswordAuthentication no\n"
        f"KbdInteractiveAuthentication no\nSetEnv {given}\n"
    )
    kind, public, *_ = (tmp_path / "host_key.pub").read_text().split()
    (tmp_path / "known_hosts").write_text(f"[127.0.0.1]:{port} {kind} {public}\n")
    config = tmp_path / "ssh_config"
    config.write_text(
        f"Host *\n IdentityFile {tmp_path}/user_key\n IdentitiesOnly yes\n IdentityAgent none\n"
        f" UserKnownHostsFile {tmp_path}/known_hosts\n StrictHostKeyChecking yes\n"
    )
    if os.getuid() == 0:
        Path("/run/sshd").mkdir(exist_ok=True)  # Debian's sshd wants it when root starts it
    process = subprocess.Popen(
        [program, "-D", "-e", "-f", str(tmp_path / "sshd_config")], stderr=subprocess.DEVNULL, stdin=subprocess.DEVNULL
    )
    until = time.monotonic() + 10
    while time.monotonic() < until:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                break
    found = Sshd(tmp_path, f"{getpass.getuser()}@127.0.0.1:{port}", config, tmp_path / "demo", process)
    yield found
    found.drop_connections()
    process.terminate()
    process.wait()
