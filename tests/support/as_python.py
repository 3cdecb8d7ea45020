"""A program run in a process that was forked, which ends as any Python does."""

from __future__ import annotations

import sys
from collections.abc import Callable


def ending(main: Callable[[], object]) -> object:
    """What the program gives to exit(3): its status, or a text or None as SystemExit has it; 1 after a traceback."""
    try:
        return main()
    except SystemExit as end:
        return end.code
    except BaseException:  # noqa: BLE001 (shown as at the end of any Python)
        sys.excepthook(*sys.exc_info())
        return 1
