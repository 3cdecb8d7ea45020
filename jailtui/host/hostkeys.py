"""What an operator has to know of a host key that ssh does not accept."""

from __future__ import annotations

import re

from jailtui.exchange import Argv, shell_line

KEY_REFUSED = "Host key verification failed"
CHANGED = re.compile(r"Host key for (\S+) has changed")
OLD_KEY = re.compile(r"^Offending \S+ key in (.+):\d+\s*$", re.MULTILINE)
SENT = re.compile(r"\b(SHA256:[A-Za-z0-9+/=]+)")


def key_refused(complaint: str, by_hand: Argv) -> str:
    """Sentences about a host key that is unknown or has changed, with the command to run on a line of its own.

    `by_hand` are the arguments with which the operator runs ssh for this host.
    """
    if changed := CHANGED.search(complaint):
        return _changed(complaint, changed[1])
    asked = ("-o", "StrictHostKeyChecking=ask") if "strict checking" in complaint else ()
    return (
        "Its host key is not known here. Connect once by hand, and accept the key if its fingerprint is the host's:\n"
        f"  {shell_line(('ssh', *asked, *by_hand))}"
    )


def _changed(complaint: str, name: str) -> str:
    sent, old = SENT.search(complaint), OLD_KEY.search(complaint)
    now = f" It sends {sent[1]}." if sent else ""
    file = ("-f", old[1]) if old else ()
    return (
        f"Its host key has changed: it was reinstalled, or another host answers.{now} If you know why, "
        f"remove the old key:\n  {shell_line(('ssh-keygen', *file, '-R', name))}"
    )
