"""What `collect` leaves out, and what it keeps."""

from __future__ import annotations

import json

import pytest

from jailtui import jailconf
from jailtui.host.secrets import HIDDEN, PATTERNS, without_secrets
from tests.support.large_hosts import large_host

KEY = "aGVsbG8gd29ybGQgaGVsbG8gd29ybGQgaGVsbG8gd28="


SECRETS = [
    f'exec.poststart="wg set wg0 private-key {KEY}"',
    f"peer {KEY} allowed-ips 10.0.0.0/8",
    'wpa_psk="hunter2"',
    "PGPASSWORD=hunter2 psql",
    "db_password: hunter2",
    "--token hunter2",
    "api_key='hunter2'",
    "fetch https://user:hunter2@example.org/file",
    "fetch ftp://user:hu/hunter2@example.org/file",
    "postgres://app:hunter2@db/app",
    "git clone https://hunter2@example.org/repository",
    "curl -u admin:hunter2 http://db",
    "curl -uadmin:hunter2 http://db",
    "curl --user=admin:hunter2",
    "curl -u 'admin:hunter2' x",
    "curl -u admin:'two hunter2' x",
    "MYSQL_PWD=hunter2 mysql",
    "RESTIC_PASS=hunter2",
    "SMTPPASSPHRASE=hunter2",
    "openssl enc -pass pass:hunter2",
    "curl -H 'Authorization: Bearer hunter2'",
    'curl -H "Authorization: Basic hunter2" x',
    "Proxy-Authorization: hunter2",
    "Cookie: session=hunter2",
    "key=hunter2",
    "ENCRYPTION_KEY=hunter2",
    "tailscale up --auth-key hunter2",
    'password = "correct horse hunter2";',
    "PASSWORD='correct horse hunter2' program",
    'secret="correct \\"horse\\" hunter2"',
    'wpa_psk="correct\nhorse hunter2"\n',
    "password: correct horse hunter2\nuser: x",
    '"exec.start": "PASSWORD=\\"correct horse hunter2\\" program"',
    "sshpass -p hunter2 ssh db",
    "-----BEGIN OPENSSH PRIVATE KEY-----\nhunter2\n-----END OPENSSH PRIVATE KEY-----",
]


@pytest.mark.parametrize("text", SECRETS)
def test_secret_is_left_out(text: str) -> None:
    kept = without_secrets(text)
    assert KEY not in kept
    assert "hunter2" not in kept
    assert HIDDEN in kept


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ('password = "two words"; next = "x";', 'password = "LEFT-OUT"; next = "x";'),
        ("PASS='two words' program x", "PASS='LEFT-OUT' program x"),
        ("https://user:hunter2@example.org/a b", "https://user:LEFT-OUT@example.org/a b"),
        ("curl -u admin:hunter2 http://db", "curl -u admin:LEFT-OUT http://db"),
        ("curl -H 'Authorization: Bearer x' db", "curl -H 'Authorization: LEFT-OUT' db"),
        ("A_PWD=x b", "A_PWD=LEFT-OUT b"),
    ],
)
def test_rest_of_the_line_stays(text: str, kept: str) -> None:
    assert without_secrets(text) == kept
    assert without_secrets(kept) == kept


@pytest.mark.parametrize(
    "text",
    [
        "pass in quick on em0",
        "PWD=/root",
        'keymap="us"',
        "token { path = /jails/token; }",
        "/data/secrets /jails/web/secrets nullfs ro 0 0",
        "passwd -l www",
        "ssh://root@nas:22/",
        "jexec -U www 4 id",
        "--password-file /etc/restic",
        "exec.start = '/bin/sh /etc/rc';",
    ],
)
def test_what_is_no_secret_stays(text: str) -> None:
    assert without_secrets(text) == text


def test_reading_of_a_host_without_secrets_stays() -> None:
    sections = large_host(2).sections
    assert [without_secrets(section.out) for section in sections] == [section.out for section in sections]


def spellings(text: str) -> set[str]:
    """The text in upper case, and with letters that a pattern takes for an s or a k."""
    return {text, text.upper(), text.replace("s", "\u017f").replace("k", "\u212a")}


@pytest.mark.parametrize("text", SECRETS)
def test_what_a_pattern_needs_is_in_each_text_that_it_matches(text: str) -> None:
    texts = spellings(text)
    matched = [(kept, needed) for pattern, needed in PATTERNS for kept in texts if pattern.search(kept)]
    assert matched
    assert all(any(part in kept.casefold() for part in needed) for kept, needed in matched)


CONF = """\
web {
    path = /jails/web;
    exec.start = "PASSWORD='two words' /usr/local/bin/start -u app:x --token y https://a:b@c/";
    exec.stop = "curl -H 'Authorization: Bearer x' http://db";
    $key = "k e y";
}
"""


def test_files_and_json_still_read() -> None:
    kept = without_secrets(CONF)
    before, after = (jailconf.evaluate(jailconf.parse(text.encode(), "x")) for text in (CONF, kept))
    names = [[setting.name for setting in read.jails[0].params] for read in (before, after)]
    assert (after.faults, names[1]) == ((), names[0])
    document = {"exec.start": 'A_PASS="x y" b\nKEY=z\n', "token": 'q"r', "next": "x"}
    assert json.loads(without_secrets(json.dumps(document)))["next"] == "x"
