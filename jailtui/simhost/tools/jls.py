"""jls(8): text, `-n`, `-s`, `-v` and libxo JSON, as recorded (jail-basic/jls-*, jail/jls-*)."""

from __future__ import annotations

from jailtui.simhost.call import Call
from jailtui.simhost.kernel import jail_params
from jailtui.simhost.kernel.state import Kernel, Prison
from jailtui.simhost.tools.jail_config import split_no

USAGE = "usage: jls [-dhNnqv] [-j jail] [param ...]"
USAGE_15 = "            jls -c [-d] -j jail\n"
ESCAPES = str.maketrans({'"': '\\"', "\\": "\\\\", "\n": "\\n", "\r": "\\r"})
"""What libxo escapes in JSON; other control bytes come raw (found/hostname)."""
HEADINGS = {
    "plain": "   JID  IP Address      Hostname                      Path\n",
    "named": " JID             IP Address      Hostname                      Path\n",
    "verbose": (
        "   JID  Hostname                      Path\n"
        "        Name                          State\n"
        "        CPUSetID\n"
        "        IP Address(es)\n"
    ),
}


class JlsOptions:
    def __init__(self) -> None:
        self.flags: set[str] = set()
        self.jail = ""
        self.xo = ""
        self.params: list[str] = []

    def has(self, flag: str) -> bool:
        return flag in self.flags


def main(call: Call) -> int:
    options = JlsOptions()
    words = list(call.args)
    while words and words[0].startswith("-") and words[0] != "-":
        word = words.pop(0)
        if word == "--libxo" or word.startswith("--libxo="):
            options.xo = word[8:] or (words.pop(0) if words else "")
            bad = [part for part in options.xo.split(",") if part not in ("json", "pretty", "text", "xml")]
            if bad:
                return call.fail(f"unknown libxo option value: '{bad[0]}'")
            continue
        if word == "--":
            break
        for at, letter in enumerate(word[1:], 2):
            if letter == "j":
                options.jail = word[at:] or (words.pop(0) if words else "")
                break
            if letter not in "adhNnqsv" + ("c" if call_has_c(call) else ""):
                return usage(call, letter)
            options.flags.add("d" if letter == "a" else letter)
    options.params = words
    if options.has("c") and not options.jail:
        call.err(f"jls: -j jail to check must be provided for -c\njls: {USAGE}\n{USAGE_15}")
        return 1
    return answer(call, options)


def call_has_c(call: Call) -> bool:
    with call.transaction(write=False) as kernel:
        return kernel.release.name.startswith("15")


def usage(call: Call, letter: str) -> int:
    call.err(f"jls: illegal option -- {letter}\njls: {USAGE}\n")
    if call_has_c(call):
        call.err(USAGE_15)
    return 1


def answer(call: Call, options: JlsOptions) -> int:
    with call.transaction(write=False) as kernel:
        unknown = [name for name in options.params if not known(kernel, name)]
        if not unknown:
            text, error = render(call, kernel, options)
    if unknown and call.privileged and not call.jid:
        with call.transaction(write=True) as kernel:
            loaded = [jail_params.load_module(kernel, name) for name in unknown]
        if all(loaded):
            return answer(call, options)
        unknown = [name for name, ok in zip(unknown, loaded, strict=True) if not ok]
    if unknown:
        if options.xo.startswith("json"):
            call.out("{ }\n")
        return call.fail(f"unknown parameter: {unknown[0]}")
    call.out(text)
    if error:
        return call.fail(error) if not options.has("c") else 1
    return 0


def known(kernel: Kernel, name: str) -> bool:
    names = [*jail_params.names(kernel), "all"]
    plain, negated = split_no(name)
    if negated and plain in names and jail_params.is_boolean(plain):
        return True
    return name in names or ("meta" in names and name.startswith(("meta.", "env.")))


def render(call: Call, kernel: Kernel, options: JlsOptions) -> tuple[str, str]:
    """Standard output, and an error or ""."""
    jails, error = chosen(call, kernel, options)
    jails = [relative(kernel.jails.get(call.jid), jail) for jail in jails]
    if options.has("c"):
        return "", error or ("" if jails else "none")
    if options.params == ["all"] or (not options.params and options.flags & {"h", "n", "s"}):
        names = jail_params.names(kernel)
        if options.has("s"):
            names = [name for name in names if name not in jail_params.READ_ONLY]
    else:
        names = options.params
    if options.xo.startswith("json"):
        rows = [json_row(kernel, jail, options, names) for jail in jails]
        return document(rows, "pretty" in options.xo), error
    if names:
        heading = " ".join(names) + "\n" if options.has("h") and not options.has("v") else ""
        return heading + "".join(text_row(kernel, jail, options, names) for jail in jails), error
    kind = "verbose" if options.has("v") else "named" if options.has("N") else "plain"
    return HEADINGS[kind] + "".join(table_row(kernel, jail, kind) for jail in jails), error


def chosen(call: Call, kernel: Kernel, options: JlsOptions) -> tuple[list[Prison], str]:
    dying = options.has("d")
    if options.jail:
        jail = kernel.jail_by(options.jail, dying)
        if jail is not None and visible(call, jail):
            return [jail], ""
        shown = options.jail if options.jail.isdigit() else f'"{options.jail}"'
        if not dying and kernel.jail_by(options.jail, True) is not None:
            return [], f"jail {shown} is dying"
        return [], f"jail {shown} not found"
    jails = [jail for _, jail in sorted(kernel.jails.items())]
    return [jail for jail in jails if (dying or not jail.dying) and visible(call, jail)], ""


def visible(call: Call, jail: Prison) -> bool:
    """A jailed caller sees its own children only; their names are relative to it (deeper levels are not simulated)."""
    return not call.jid or jail.parent == call.jid


# text


def relative(call_jail: Prison | None, jail: Prison) -> Prison:
    """A jail as a jailed caller sees it: its name without the caller's, the caller as its parent 0."""
    if call_jail is None:
        return jail
    seen = Prison(**vars(jail))
    seen.name = jail.name.removeprefix(call_jail.name + ".")
    seen.parent = 0
    return seen


def encoded(text: str) -> str:
    """Text as libxo prints it outside JSON: nothing where it is no UTF-8 (found/hostname/24)."""
    return "" if any("\udc80" <= char <= "\udcff" for char in text) else text


def column(text: str) -> str:
    """The hostname's column: libxo pads by width, and control characters have none (found/hostname/05, /25)."""
    shown = encoded(text)
    controls = sum(char < " " or "\x7f" <= char < "\xa0" for char in shown)
    return f"{shown:{29 + controls}.{29 + controls}s}" if shown or not text else ""


def table_row(kernel: Kernel, jail: Prison, kind: str) -> str:
    host = column(str(jail_params.value(kernel, jail, "host.hostname")))
    addresses = jail_params.value(kernel, jail, "ip4.addr")
    four = list(addresses) if isinstance(addresses, list) else []
    if kind != "verbose":
        first = f"{jail.jid:6d}  " if kind == "plain" else f" {jail.name:15.15s} "
        return f"{first}{(four or [''])[0]:15.15s} {host} {jail.path:.74s}\n"
    six = jail_params.value(kernel, jail, "ip6.addr")
    state = "DYING" if jail.dying else "ACTIVE"
    text = f"{jail.jid:6d}  {host} {jail.path:.74s}\n        {jail.name:29.29s} {state:.74s}\n"
    text += f"        {jail_params.value(kernel, jail, 'cpuset.id')}\n"
    return text + "".join(f"        {address}\n" for address in [*four, *(six if isinstance(six, list) else [])])


def text_row(kernel: Kernel, jail: Prison, options: JlsOptions, names: list[str]) -> str:
    pairs = options.has("n") or options.has("s")
    words = []
    for name in names:
        value = jail_params.value(kernel, jail, name)
        if options.has("s") and hidden(kernel, jail, name):
            continue
        if isinstance(value, bool):
            words.append((name if value else negated(name)) if pairs else str(value).lower())
            continue
        if isinstance(value, list):
            text = ",".join(value) if value else ('""' if options.has("q") else "" if pairs else "-")
        else:
            text = quoted(encoded(value), options.has("q")) if encoded(value) or not value else ""
        words.append(f"{name}={text}" if pairs else text)
    return " ".join(words) + "\n"


def hidden(kernel: Kernel, jail: Prison, name: str) -> bool:
    """`-s` leaves out what means nothing: below a subsystem that is not `new`."""
    system = next((key for key, prefix in jail_params.JAIL_SYSTEMS.items() if name.startswith(prefix)), "")
    return bool(system) and jail_params.value(kernel, jail, system) != "new"


def negated(name: str) -> str:
    head, dot, last = name.rpartition(".")
    return f"{head}{dot}no{last}"


def quoted(text: str, quote: bool) -> str:
    if not text:
        return '""'
    if quote and any(char in text for char in " \t\n\"'"):
        return f"'{text}'" if '"' in text and "'" not in text else f'"{text}"'
    return text


# JSON

Field = tuple[str, str | list[str]]


def json_row(kernel: Kernel, jail: Prison, options: JlsOptions, names: list[str]) -> list[Field]:
    """(key, value as JSON text) of one jail; a list stays one, of texts."""
    if names:
        bare = options.has("n") or options.has("s")
        row: list[Field] = []
        for name in names:
            if options.has("s") and hidden(kernel, jail, name):
                continue
            value = jail_params.value(kernel, jail, name)
            if isinstance(value, bool):
                row.append((name, str(value).lower() if bare else f'"{str(value).lower()}"'))
            else:
                row.append((name, [string(item) for item in value] if isinstance(value, list) else string(value)))
        return row
    host = string(str(jail_params.value(kernel, jail, "host.hostname")))
    four, six = (jail_params.value(kernel, jail, name) for name in ("ip4.addr", "ip6.addr"))
    if not options.has("v"):
        first = ("name", string(jail.name)) if options.has("N") else ("jid", str(jail.jid))
        address = string(four[0] if isinstance(four, list) and four else "")
        return [first, ("ipv4", address), ("hostname", host), ("path", string(jail.path))]
    return [
        ("jid", str(jail.jid)),
        ("hostname", host),
        ("path", string(jail.path)),
        ("name", string(jail.name)),
        ("state", string("DYING" if jail.dying else "ACTIVE")),
        ("cpusetid", str(jail_params.value(kernel, jail, "cpuset.id"))),
        ("ipv4_addrs", [string(address) for address in four] if isinstance(four, list) else []),
        ("ipv6_addrs", [string(address) for address in six] if isinstance(six, list) else []),
    ]


def string(text: str) -> str:
    return f'"{text.translate(ESCAPES)}"'


def document(rows: list[list[Field]], pretty: bool) -> str:
    if pretty:
        inner = ",\n".join("      {\n" + ",\n".join(map(pretty_field, row)) + "\n      }" for row in rows)
        inner += "\n" if rows else ""
        return f'{{\n  "__version": "2", \n  "jail-information": {{\n    "jail": [\n{inner}    ]\n  }}\n}}\n'
    inner = ", ".join("{" + "".join(compact_fields(row)) + "}" for row in rows)
    return f'{{"__version": "2", "jail-information": {{"jail": [{inner}]}}}}\n'


def compact_fields(row: list[Field]) -> list[str]:
    """libxo puts a blank before a list's name."""
    out = []
    for at, (key, value) in enumerate(row):
        comma = "" if at == 0 else ", " if isinstance(value, list) else ","
        out.append(f'{comma}"{key}": [{",".join(value)}]' if isinstance(value, list) else f'{comma}"{key}":{value}')
    return out


def pretty_field(field: Field) -> str:
    key, value = field
    if not isinstance(value, list):
        return f'        "{key}": {value}'
    items = ",\n".join(f"          {item}" for item in value) + ("\n" if value else "")
    return f'        "{key}": [\n{items}        ]'
