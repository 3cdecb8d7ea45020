"""What every test may count on."""

from __future__ import annotations

import signal

# Under nohup(1) the suite would hand an ignored SIGHUP on to every program it starts.
signal.signal(signal.SIGHUP, signal.SIG_DFL)
