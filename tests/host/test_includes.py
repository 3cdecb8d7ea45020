"""`.include` on a host: the files come in rounds, as jail(8)'s own reader asks for them; what it refuses is found."""

from __future__ import annotations

from pathlib import Path

import pytest

from jailtui.backend import HostBackend
from jailtui.exchange import Argv
from jailtui.host.collect import FileHost, dump
from jailtui.host.host import Host
from jailtui.host.shell import Shell, local_shell
from jailtui.snapshot import Snapshot
from tests.support.put_back import Homes, PutBack


class CountingShell(Shell):
    """A shell that counts the scripts it is given."""

    runs = 0

    def run(self, text: str, words: Argv, limit: float) -> tuple[int, str, str]:
        self.runs += 1
        return super().run(text, words, limit)


class Included:
    """The embedded host whose jail.conf the test writes."""

    def __init__(self, home: PutBack) -> None:
        self.etc = home.folder / "etc"
        self.shell = CountingShell(local_shell(environment=home.environment).command)
        self.backend = HostBackend(Host("demo", lambda: self.shell, reached="demo"))

    def write(self, name: str, text: str) -> None:
        path = self.etc / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)

    def read(self) -> tuple[Snapshot, int]:
        """A reading, and how many scripts it took."""
        before = self.shell.runs
        snapshot = self.backend.read()
        return snapshot, self.shell.runs - before


@pytest.fixture
def host(homes: Homes, monkeypatch: pytest.MonkeyPatch) -> Included:
    home = homes.of("15.1")
    home.use(monkeypatch)
    made = Included(home)
    made.backend.read()
    return made


def jail(name: str) -> str:
    return f"{name} {{ path = /; }}\n"


def names(snapshot: Snapshot) -> set[str]:
    return {jail.name for jail in snapshot.config.jails if jail.name.startswith("in")}


FORMS = {
    "a list over lines": '.include "inc/a.conf",\n  "inc/b.conf"\n;',
    "the name on the next line": '.include\n"inc/a.conf"; .include\n\n"inc/b.conf";',
    "a comment for a blank": ".include/**/inc/a.conf; .include # and\n inc/b.conf;",
    "a semicolon in a name": '.include "inc/a;1.conf"; .include "inc/b.conf";',
    "an escape in a name": '.include "inc/\\x61.conf", inc/b\\.conf;',
    "pieces": '.include inc/\'a\'".conf", "inc/"b.conf;',
    "a pattern": '.include "inc/[!x].conf";',
    "a quote in a name": ".include \"inc/it's a.conf\", 'inc/b.conf';",
}


@pytest.mark.parametrize("form", FORMS)
def test_included_files_are_read_however_they_are_named(host: Included, form: str) -> None:
    host.write("jail.conf", FORMS[form])
    for name in ("a.conf", "a;1.conf", "it's a.conf"):
        host.write(f"inc/{name}", jail("ina"))
    host.write("inc/b.conf", jail("inb"))
    snapshot, _ = host.read()
    assert names(snapshot) == {"ina", "inb"}
    assert not snapshot.world.faults


@pytest.mark.parametrize("count", [3, 400])
def test_files_are_read_however_long_their_paths_are_together(host: Included, count: int) -> None:
    """A command may have up to 64 KiB of them; more are handed to it by xargs(1)."""
    for number in range(count):
        host.write(f"inc/{number} $(odd) '*' {'x' * 200}.conf", jail(f"in{number}"))
    host.write("jail.conf", '.include "inc/*.conf";\n')
    host.read()
    assert {f"in{number}" for number in range(count)} <= names(host.read()[0])


def test_a_round_is_made_for_each_level_and_only_when_a_file_that_includes_has_changed(host: Included) -> None:
    host.write("jail.conf", '.include "1.conf";\n' + jail("in0"))
    for level in range(1, 33):
        host.write(f"{level}.conf", f'.include "{level + 1}.conf";\n' * (level < 32) + jail(f"in{level}"))
    snapshot, scripts = host.read()
    assert names(snapshot) == {f"in{level}" for level in range(33)}
    assert scripts == 1 + 32
    host.write("7.conf", '.include "8.conf";\n' + jail("seven"))
    snapshot, scripts = host.read()
    assert (snapshot.config.get("seven") is not None, scripts) == (True, 1)
    host.write("7.conf", '.include "x/*.conf";\n' + jail("in7"))
    host.write("x/x.conf", jail("inx"))
    assert host.read()[1] == 2
    host.write("x/y.conf", jail("iny"))
    snapshot, scripts = host.read()
    assert (names(snapshot), scripts) == ({*(f"in{level}" for level in range(8)), "inx", "iny"}, 1)


def test_bastille_is_read_in_one_round_and_where_its_jails_are_elsewhere_in_two_once(
    host: Included, tmp_path: Path
) -> None:
    host.write("../usr/local/bastille/jails/a/jail.conf", jail("ina"))
    host.write("../opt/b/c/jail.conf", jail("inc"))
    assert names(host.read()[0]) == set()
    host.write("../usr/local/etc/bastille/bastille.conf", "")
    snapshot, scripts = host.read()
    assert (names(snapshot), scripts) == ({"ina"}, 2)  # the second one asks which of its jails start at boot
    assert host.read()[1] == 1
    host.write(
        "../usr/local/etc/bastille/bastille.conf", 'bastille_prefix=/opt\nbastille_jailsdir="${bastille_prefix}/b"'
    )
    snapshot, scripts = host.read()
    assert (names(snapshot), scripts) == ({"inc"}, 3)
    assert host.read()[1] == 1
    collected = tmp_path / "collected.json"
    collected.write_text(dump(host.backend.capture(everything=True)))
    assert names(HostBackend(FileHost(collected)).read()) == {"inc"}


def test_the_33rd_level_is_refused_as_jail_refuses_it(host: Included) -> None:
    host.write("jail.conf", '.include "./jail.conf";\n')
    snapshot, _ = host.read()
    assert [fault.message for fault in snapshot.world.faults] == ["jail: maximum include depth exceeded"]


def test_jail_conf_of_13_includes_nothing(homes: Homes) -> None:
    host = Included(homes.of("13.2"))
    host.backend.read()
    host.write("jail.conf", '.include "a.conf";\n' + jail("in0"))
    snapshot, scripts = host.read()
    assert (names(snapshot), scripts) == ({"in0"}, 1)


def test_a_collected_file_holds_all_files(host: Included, tmp_path: Path) -> None:
    host.write("jail.conf", '.include "a.conf", "d/*.conf";\n')
    host.write("a.conf", jail("ina"))
    (host.etc / "d" / "sub.conf").mkdir(parents=True)
    collected = tmp_path / "collected.json"
    collected.write_text(dump(host.backend.capture(everything=True)))
    there, here = host.read()[0], HostBackend(FileHost(collected)).read()
    assert [fault.text for fault in here.world.faults] == [fault.text for fault in there.world.faults] != []
    assert here.config.missing == ()
    (host.etc / "d" / "sub.conf").rmdir()
    collected.write_text(dump(host.backend.capture(everything=True)))
    assert names(HostBackend(FileHost(collected)).read()) == {"ina"}


def test_a_file_collected_before_its_files_were_asked_for_is_read_as_far_as_it_goes(
    host: Included, tmp_path: Path
) -> None:
    host.write("jail.conf", jail("in0") + '.include "a.conf";\n')
    host.write("a.conf", jail("ina"))
    collected = tmp_path / "collected.json"
    collected.write_text(dump(host.backend.source.capture(everything=True)))
    snapshot = HostBackend(FileHost(collected)).read()
    assert [fault.message for fault in snapshot.world.faults] == ["jail: /etc/a.conf: No such file or directory"]


def test_what_is_not_asked_for_yet_leaves_no_jails_behind(host: Included) -> None:
    host.write("jail.conf", jail("in0"))
    host.read()
    host.write("jail.conf", jail("in0") + jail("in1") + '.include "none.conf";\n')
    state = host.read()[0].state
    assert {jail.name for jail in state.jails if jail.name.startswith("in")} == {"in0"}, "as it last could be read"


REFUSED = {
    '.include "d/*.conf";': ("input in flex scanner failed", "/etc/d/sub.conf is a directory"),
    '.include "l/*.conf";': (
        "jail: /etc/l/gone.conf: No such file or directory",
        "/etc/l/gone.conf is a symbolic link to a file that does not exist",
    ),
    '.include "d/.*";': ("input in flex scanner failed", "/etc/d/. is a directory"),
    '.include "d";': ("input in flex scanner failed", "/etc/d is a directory"),
    '.include "";': ("input in flex scanner failed", "/etc/ is a directory"),
    '.include "a.conf/";': ("jail: /etc/a.conf/: Not a directory", ""),
    '.include "none.conf";': ("jail: /etc/none.conf: No such file or directory", ""),
}


@pytest.mark.parametrize("line", REFUSED)
def test_what_jail_refuses_is_refused_with_the_link_or_directory(host: Included, line: str) -> None:
    host.write("jail.conf", jail("in0") + line + "\n")
    host.write("a.conf", "")
    (host.etc / "d" / "sub.conf").mkdir(parents=True)
    (host.etc / "l").mkdir()
    (host.etc / "l" / "gone.conf").symlink_to("nothing")
    snapshot, _ = host.read()
    (fault,) = snapshot.world.faults
    assert (fault.message, fault.cause) == REFUSED[line]
    finding = next(finding for finding in snapshot.findings if finding.code == "CONF-SYNTAX")
    assert fault.cause in finding.text
    status, out, err = host.shell.run("jail -f /etc/jail.conf -e '|'", (), 30)
    assert (err, status) == (f"{fault.message}\n", 1 if fault.message.startswith("jail") else 2)
    assert out == ""


@pytest.mark.parametrize("pattern", ["[z-a]", "[]", "[a-\\\\[]", "[!z-a]x", "[^a]", "\\\\\\\\*", "[\\\\]"])
def test_a_pattern_that_no_shell_knows_ends_in_no_traceback(host: Included, pattern: str) -> None:
    host.write("jail.conf", jail("in0") + f'.include "inc/{pattern}*.conf";\n')
    host.write("inc/^.conf", jail("inc"))
    snapshot, _ = host.read()
    assert "in0" in names(snapshot)
    assert ("inc" in names(snapshot)) is (pattern == "[^a]")
