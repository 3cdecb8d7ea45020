"""A relay before a real sshd that passes no bytes while em0 of the embedded host is down or has no address."""

from __future__ import annotations

import socket
import threading
import time
from pathlib import Path

from jailtui.simhost.kernel.state import HOST
from jailtui.simhost.kernel.store import transaction


class Relay:
    """`port` is where to connect; `held` counts how often bytes had to wait, `passed` all bytes."""

    def __init__(self, target: int, demo: Path, address: str = "192.168.1.10") -> None:
        self.held = self.passed = 0
        self.demo = demo
        self._target, self._address = target, address
        self._closed = False
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._listener.getsockname()[1])
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        self._closed = True
        self._listener.close()

    def passes(self) -> bool:
        """Whether em0 is up and has the address."""
        with transaction(str(self.demo), write=False) as kernel:
            em0 = next(interface for interface in kernel.listed(HOST) if interface.name == "em0")
            return "UP" in em0.flags and any(entry["address"] == self._address for entry in em0.addresses)

    def _accept(self) -> None:
        while not self._closed:
            try:
                near, _ = self._listener.accept()
            except OSError:
                return
            far = socket.create_connection(("127.0.0.1", self._target))
            for source, sink in ((near, far), (far, near)):
                threading.Thread(target=self._pump, args=(source, sink), daemon=True).start()

    def _pump(self, source: socket.socket, sink: socket.socket) -> None:
        try:
            while data := source.recv(65536):
                if not self.passes():
                    self.held += 1
                while not self.passes() and not self._closed:
                    time.sleep(0.05)
                sink.sendall(data)
                self.passed += len(data)
        except OSError:
            pass
        for end in (source, sink):
            end.close()
