"""Where the logs of a jail are, and what is new in them."""

from __future__ import annotations

from jailtui.exchange import Section
from jailtui.model.logs import GAP, FollowedLog, JailLog, logs, no_console
from tests.support.captures import conf, row, state

LOG = JailLog("messages", "/jails/web/var/log/messages", "/var/log/messages", "/jails/web", 4)


def read(log: FollowedLog, text: str, file: str = "1.2", end: int = 0) -> tuple[str, ...] | None:
    """The new lines where the file holds that text, of which the last `end` characters are read."""
    known = f"{file}.{len(text)}.9"
    sent = "" if f"known={known}" in log.question else text[-end:]
    return log.take({f"end {LOG.path}": Section(f"end {LOG.path}", 0, f"{known}\n{sent}")})


def test_the_console_log_and_the_messages_of_a_jail() -> None:
    host = state(rows=[row(4, "web")], conf=conf("web", 154, extra=['exec.consolelog = "/jails/web/log"']))
    jail = host.jails[0]
    assert [(log.name, log.under, log.jid) for log in logs(host, jail)] == [
        ("/jails/web/log", "/jails/web", None),
        ("/var/log/messages", "/jails/web", 4),
    ]
    assert no_console(jail) == ""


def test_a_console_log_that_is_not_set_is_told() -> None:
    host = state(rows=[row(4, "web")], conf=conf("web", 154))
    assert no_console(host.jails[0]) == "no log: exec.consolelog is not set"


def test_only_new_whole_lines_are_taken_and_they_are_clean() -> None:
    log = FollowedLog(LOG)
    assert read(log, "one\n\x1b[31mtwo\nthr") == ("one", "two")
    assert read(log, "one\n\x1b[31mtwo\nthr") == ()
    assert read(log, "one\n\x1b[31mtwo\nthree\n") == ("three",)


def test_lines_that_repeat_are_new_each_time() -> None:
    log = FollowedLog(LOG)
    assert read(log, "a\na\n") == ("a", "a")
    assert read(log, "a\na\na\n") == ("a",)


def test_what_came_between_two_readings_and_was_not_read_is_told() -> None:
    log = FollowedLog(LOG)
    read(log, "old\n")
    assert read(log, "old\nlost\nnew\n", end=4) == (GAP, "new")
    assert read(log, "old\nlost\nnew\n", file="1.3") == (GAP, "old", "lost", "new")
    assert read(log, "") == (GAP,)


def test_an_empty_log_that_grows() -> None:
    log = FollowedLog(LOG)
    assert read(log, "") == ()
    assert read(log, "one\n") == ("one",)


def test_the_jail_is_asked_where_a_link_is_on_the_way() -> None:
    log = FollowedLog(LOG)
    refused = Section(f"end {LOG.path}", 1, "", "/jails/web/var/log/messages: a link leads there")
    assert log.take({refused.name: refused}) is None
    assert log.question == ("in=4", "end-in=/var/log/messages")

    def through_the_jail(text: str) -> tuple[str, ...] | None:
        return log.take({"end-in /var/log/messages": Section("end-in /var/log/messages", 0, text)})

    assert through_the_jail("one\none\n") == ("one", "one")
    assert through_the_jail("one\none\none\n") == ("one",)
    assert through_the_jail("ne\none\none\ntwo\n") == (GAP, "ne", "one", "one", "two")
    assert log.why == ""


def test_why_a_log_can_not_be_read() -> None:
    log = FollowedLog(LOG._replace(jid=None))
    assert log.take({f"end {LOG.path}": Section(f"end {LOG.path}", 1, "", "/bin/sh: 7: cd: can't cd to ./var")}) == ()
    assert log.why == "there is no such file, or a link is on the way"
    denied = "/jails/web/var/log/messages: Permission denied"
    assert log.take({f"end {LOG.path}": Section(f"end {LOG.path}", 1, "", denied)}) == ()
    assert log.why == denied
    assert log.take({f"end {LOG.path}": Section(f"end {LOG.path}", 1, "")}) == ()
    assert log.why == "there is no such file, or a link is on the way"
