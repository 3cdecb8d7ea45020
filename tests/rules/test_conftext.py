"""The text of jail.conf that is not what it looks like, and what mends it."""

from __future__ import annotations

from pathlib import Path

import pytest

from jailtui.rules.finding import Finding
from tests.support.contexts import context, findings, found
from tests.support.jail_hosts import house, template

MAIN = "/etc/jail.conf"
WEB = template("web")


def one(text: str, code: str, release: str = "15.1-RELEASE") -> Finding:
    """The one finding of that rule about a jail.conf; it is about the file."""
    (finding,) = found(context(text, release=release), code)
    assert (finding.subject.kind, finding.subject.key) == ("file", MAIN)
    return finding


def mended(finding: Finding) -> bytes:
    """The file's text behind the finding's one step."""
    (remedy,) = finding.remedies
    (step,) = remedy.task.steps
    assert step.file is not None
    assert step.file.path == MAIN
    return step.file.new


def test_template_is_what_it_looks_like() -> None:
    codes = {"CONF-COMMENT", "CONF-BYTE", "CONF-SEMICOLON", "CONF-CR", "CONF-INCLUDE", "CONF-UNKNOWN"}
    for release in ("13.2-RELEASE", "14.2-RELEASE", "15.1-RELEASE"):
        assert [it for code in codes for it in found(context(WEB, release=release), code)] == []


def test_list_as_a_whole_value_crashes_jail8() -> None:
    finding = one("$v = 1.1.1.1, 2.2.2.2;\na {\n  path = /a;\n  ip4.addr = $v;\n}\n", "CONF-LIST-VARIABLE")
    assert finding.severity == "error"
    assert "line 4" in finding.text
    assert finding.evidence[0].source == f"{MAIN}:4"


def test_list_inside_a_longer_text_is_no_crash() -> None:
    assert found(context('$v = a, b;\na { path = "/x/$v"; }\n'), "CONF-LIST-VARIABLE") == ()


@pytest.mark.parametrize(
    ("line", "severity"),
    [
        ("path = /x//y;", "error"),
        ("path = /x#y\n;", "warning"),
        ("path = /x/*y*/;", "warning"),
        ("path = /usr/jails/*;", "error"),
        ('path = "/x"#y;', "error"),
        ("exec.start = fetch\\ http://x;", "error"),
    ],
)
def test_comment_inside_a_value(line: str, severity: str) -> None:
    finding = one(f"a {{\n  {line}\n  persist;\n}}\n", "CONF-COMMENT")
    assert (finding.severity, finding.evidence[0].source) == (severity, f"{MAIN}:2")
    assert "quotes" in finding.remedies[0].task.label


@pytest.mark.parametrize(
    "line",
    [
        'path = "/x//y#z/*";',
        "path = '/x//y';",
        "path = /x; # why",
        "path = /x;#why",
        "path = /x /* why */;",
        'path = "/x"# why\n;',
        "path = /x;/* a *//* b */",
        "path = /x\\#y;",
    ],
)
def test_comment_between_values_and_signs_in_quotes_are_fine(line: str) -> None:
    assert found(context(f"a {{\n  {line}\n  persist;\n}}\n"), "CONF-COMMENT") == ()


def test_byte_order_mark_ends_the_file_and_is_taken_out() -> None:
    finding = one(f"\ufeff{WEB}", "CONF-BYTE")
    assert finding.severity == "error"
    assert "line 1" in finding.text
    assert mended(finding) == WEB.encode()


def test_letter_between_blocks_ends_the_file_there() -> None:
    finding = one("a { path = /a; }\nä { path = /b; }\n", "CONF-BYTE")
    assert finding.evidence[0].source == f"{MAIN}:2"
    assert finding.remedies[0].task.steps == ()


def test_letters_in_quotes_and_comments_are_fine() -> None:
    assert found(context("# für später\na { path = /a; host.hostname = \"jürgen\"; $x = 'ö'; }\n"), "CONF-BYTE") == ()


@pytest.mark.parametrize(
    ("text", "line", "after"),
    [
        ("a {\n  persist\n  path = /a;\n}\n", 2, "a {\n  persist;\n  path = /a;\n}\n"),
        ("a {\n  vnet # own\n  mount.devfs;\n}\n", 2, "a {\n  vnet; # own\n  mount.devfs;\n}\n"),
        ('a {\n  path = "/a"\n  persist;\n}\n', 2, 'a {\n  path = "/a";\n  persist;\n}\n'),
        ("a {\n  path = /a;\n  persist\n}\n", 3, "a {\n  path = /a;\n  persist;\n}\n"),
        ("a { vnet mount.devfs; path = /a; }\n", 1, "a { vnet; mount.devfs; path = /a; }\n"),
    ],
)
def test_missing_semicolon_is_found_and_put_in(text: str, line: int, after: str) -> None:
    finding = one(text, "CONF-SEMICOLON")
    assert (finding.severity, finding.evidence[0].source) == ("error", f"{MAIN}:{line}")
    assert mended(finding) == after.encode()
    assert found(context(after), "CONF-SEMICOLON") == ()


@pytest.mark.parametrize(
    "text",
    [
        "a { path /a; depend b; persist; }\n",
        'a { exec.start\n  "/bin/sh /etc/rc"; }\n',
        "a { path = /a; }\n}\n",
        "a { path = ; }\n",
    ],
)
def test_left_out_equals_sign_and_other_faults_are_no_missing_semicolon(text: str) -> None:
    assert found(context(text), "CONF-SEMICOLON") == ()


def test_cr_is_an_error_on_13_only() -> None:
    text = WEB.replace("\n", "\r\n")
    finding = one(text, "CONF-CR", "13.2-RELEASE")
    assert finding.severity == "error"
    assert mended(finding) == WEB.encode()
    assert found(context(text, release="14.2-RELEASE"), "CONF-CR") == ()


def test_include_on_13_and_with_an_equals_sign_includes_nothing() -> None:
    plain = '.include "/etc/jail.conf.d/*.conf";\n'
    assert "13 does not know" in one(plain, "CONF-INCLUDE", "13.2-RELEASE").text
    assert one(plain.replace("include", "include ="), "CONF-INCLUDE").severity == "error"
    assert found(context(plain, release="14.2-RELEASE"), "CONF-INCLUDE") == ()


def test_unknown_parameter_keeps_a_jail_from_starting() -> None:
    (finding,) = found(context("web {\n  path = /web;\n  exec.prestrat = true;\n}\n"), "CONF-UNKNOWN")
    assert (finding.severity, finding.confidence) == ("error", "likely")
    assert (finding.subject.key, finding.evidence[0].source) == ("web", f"{MAIN}:3")
    assert "exec.prestrat" in finding.text


def test_parameter_of_a_later_release() -> None:
    text = "web { path = /web; meta = x; allow.nfsd; }\n"
    (finding,) = found(context(text, release="13.2-RELEASE"), "CONF-UNKNOWN")
    assert "meta, allow.nfsd" in finding.text
    assert "later release" in finding.remedies[0].task.why
    assert found(context(text), "CONF-UNKNOWN") == ()


def test_negations_modules_and_keys_are_known() -> None:
    text = (
        "web { path = /web; mount.nodevfs; noexec.clean; allow.nomount; allow.mount.zfs; linux.osname = Linux; "
        "meta.color = red; nopersist; sysvshm = new; zfs.dataset = t/x; allow.vmm; host.hostuuid = x; }\n"
    )
    assert found(context(text), "CONF-UNKNOWN") == ()


@pytest.mark.parametrize(
    ("code", "release", "old", "new"),
    [
        ("CONF-BYTE", "15.1", "web {", "\ufeffweb {"),
        ("CONF-SEMICOLON", "15.1", "mount.devfs;", "mount.devfs"),
        ("CONF-CR", "13.2", "\n", "\r\n"),
    ],
)
def test_edit_mends_the_file_of_the_host(tmp_path: Path, code: str, release: str, old: str, new: str) -> None:
    host = house(tmp_path / "host", WEB.replace(old, new), "web", release=release)
    backend = host.backend()
    (finding,) = findings(backend, code)
    (step,) = finding.remedies[0].task.steps
    assert backend.source.execute(step, lambda _: None).ok
    assert findings(backend, code) == ()
    assert (host.folder / "etc/jail.conf").read_text(encoding="utf-8") == WEB
