"""What looks like a secret in the text of a host, left out: passwords, tokens, keys.

A secret is told by the name before it or by its form. The manual's section SECURITY says what is not seen.
"""

from __future__ import annotations

import re

HIDDEN = "LEFT-OUT"
"""One word, so that a jail.conf it stands in still reads."""
WORD = r"(?:[^\s\"'`,;|\x1f\\]|\\(?![\"'n]))+"
"""A word without quotes; in JSON it ends before an escaped quote or newline."""
QUOTED = r"""\\"(?:[^"\\]|\\[^"]){0,4000}\\"|"(?:[^"\\\n]|\\.){0,4000}"|'[^'\n]{0,4000}'"""
LONG_QUOTED = r"""\\"(?:[^"\\]|\\[^"]){0,4000}\\"|"(?:[^"\\]|\\.){0,4000}"|'[^']{0,4000}'"""
REST_OF_NAME = r"[\w.-]{0,40}"
"""All is bounded, for a jail may print a word of any length."""
STRONG = (
    r"(?:passw(?:or)?d|passphrase|secret|token|psk|(?:private|auth|access|api)[-_]?key|wepkey|credential)"
    rf"{REST_OF_NAME}"
)
WEAK = rf"(?:pass{REST_OF_NAME}|_pwd|(?<![^\W_])key)"
"""Names that mean a secret only where a value is given to them: `pass` is also a word of pf.conf."""
GIVEN = re.compile(
    rf"(?i)(?P<before>(?:{STRONG}|{WEAK})\\?[\"']?(?:=|[ \t]*[=:][ \t]*))"
    rf"(?P<value>(?<==)(?:{LONG_QUOTED})|{QUOTED}|{WORD})"
)
"""`password=…`, `"token": "…"`, `PGPASS='…'`, `pass:…`."""
AFTER = re.compile(
    rf"(?i)(?P<before>(?<![/\w.-])[\w.-]{{0,60}}?{STRONG}[\"']?[ \t]+)"
    rf"(?P<value>{QUOTED}|(?![{{}}=:/&<>()-]){WORD})"
)
"""`--token …`, `psk …`; a path or another option is no secret."""
REST = re.compile(rf"(?i)(?P<before>(?:{STRONG}:[ \t]+|authorization:[ \t]*|cookie:[ \t]*))(?P<value>[^\"'\n;,}}\\]+)")
"""`Authorization: Bearer …`, `password: two words`: all that follows."""
URL = re.compile(r"(?P<before>://[^\s/:@\"']{0,200}:)(?P<value>[^\s\"'<>]{0,500})(?=@)")
URL_TOKEN = re.compile(r"(?P<before>\bhttps?://)(?P<value>[^\s/:@\"']{1,500})(?=@)")
USER = re.compile(
    r"(?P<before>(?<![\w-])(?:-[uU]|--(?:proxy-)?user)(?:[ \t]+|=)?(?:\\?[\"'])?[^\s:\"'/=-][^\s:\"'/=]{0,200}:)"
    rf"(?P<value>{QUOTED}|{WORD})"
)
"""`curl -u user:…`."""
SSHPASS = re.compile(rf"(?P<before>\bsshpass[ \t]+-p[ \t]*)(?P<value>{QUOTED}|{WORD})")
WIREGUARD = re.compile(r"(?<![A-Za-z0-9+/])(?P<value>[A-Za-z0-9+/]{42}[AEIMQUYcgkosw048]=)(?![A-Za-z0-9+/=])")
PEM = re.compile(r"(?P<before>-----BEGIN [A-Z ]*PRIVATE KEY-----).*?(?=-----END|\Z)", re.DOTALL)
STEMS = ("pass", "secret", "token", "psk", "key", "credential")
"""A name that means a secret has one of these in it."""
PATTERNS = (
    (PEM, ("-----begin",)),
    (WIREGUARD, ("=",)),
    (URL, ("://",)),
    (URL_TOKEN, ("://",)),
    (REST, (*STEMS, "authorization", "cookie")),
    (GIVEN, (*STEMS, "_pwd")),
    (AFTER, STEMS),
    (USER, ("-u",)),
    (SSHPASS, ("sshpass",)),
)
"""Each with what a text in lower case has in it where it matches: to look for that takes a tenth of the time."""


def without_secrets(text: str) -> str:
    """`text` with each value that looks like a secret as one word, between the quotes that it had."""
    folded = text.casefold()
    for pattern, needed in PATTERNS:
        if any(part in folded for part in needed):
            text = pattern.sub(_hidden, text)
    return text


def _hidden(match: re.Match[str]) -> str:
    parts = match.groupdict()
    before, value = parts.get("before", ""), parts.get("value", "")
    if value.startswith(HIDDEN):
        return match[0]
    mark = next((mark for mark in ('\\"', '"', "'") if value.startswith(mark)), "")
    return f"{before}{mark}{HIDDEN}{mark}"
