"""Rules about the text of jail.conf that jail(8) refuses or misreads (FREEBSD.md 1)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jailtui.config.jails import dialect_of
from jailtui.config.parameters import is_parameter
from jailtui.exchange import FileEdit, Step
from jailtui.rules.finding import Evidence, Finding, Remedy, Severity, Subject, rule
from jailtui.rules.jailwords import about

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jailtui.config.hazards import Hazard, Sort
    from jailtui.rules.context import Context

CRASH = "jail(8) crashes on the list"
QUOTE = Remedy.of(
    "Put the value in quotes",
    why='Between double quotes #, // and /* are plain text: path = "/x//y"; (jail.conf(5)).',
)


@rule("CONF-LIST-VARIABLE", "error", "List variable that crashes jail(8)", preflight=True, parts=())
def list_variable(context: Context) -> Iterator[Finding]:
    """A variable that holds a list, `$v = 1.1.1.1, 2.2.2.2;`, is used as a whole value, `ip4.addr = $v;`. This makes
    jail(8) of 13.2 and 15.1 crash with a segmentation fault (exit 139) before it starts, stops or shows any jail of the
    file. Repeat the values where they are used. Inside a longer text a list is refused too.
    """
    # Sources: FREEBSD.md 1.2.
    for fault in context.world.faults:
        if CRASH in fault.message:
            text = f"jail(8) crashes on {fault.file}: line {fault.line} uses a list variable as a whole value."
            remedy = _by_hand(fault.file, fault.line, "Write the values themselves, separated by commas.")
            yield _in_file(fault.file, fault.line, fault.message, text, remedy)


def _in_file(file: str, line: int, shown: str, text: str, remedy: Remedy, severity: Severity | None = None) -> Finding:
    return Finding.of(
        Subject("file", file, file), text, [Evidence(f"{file}:{line}", shown)], [remedy], severity=severity
    )


@rule("CONF-COMMENT", "warning", "Comment that begins inside a value", parts=())
def glued_comment(context: Context) -> Iterator[Finding]:
    """Outside quotes, #, // and /* begin a comment anywhere, even in the middle of a word: `path = /x//y;` sets the
    path /x and loses the semicolon, `a#b` is a, and `/usr/jails/*;` opens a comment that ends at the next `*/` or the
    end of the file. What follows is read as something else, or not at all. Put the value in double quotes.
    """
    # Sources: FREEBSD.md 1.1.
    for hazard in _hazards(context, "comment"):
        text = f"A comment begins inside a value at line {hazard.line} of {hazard.file}."
        yield _in_file(hazard.file, hazard.line, hazard.text, text, QUOTE, "error" if hazard.fatal else None)


@rule("CONF-BYTE", "error", "Byte that ends the file for jail(8)", preflight=True, parts=())
def stray_byte(context: Context) -> Iterator[Finding]:
    """A byte order mark, a NUL or a letter that is not ASCII stands outside quotes and comments. The parser of jail(8)
    takes such a byte for the end of the file. Between two blocks it says nothing, and no jail below it exists; inside a
    block it reports a syntax error. Editors that save as "UTF-8 with BOM" put such a mark at the beginning. Remove it,
    or put the value in quotes.
    """
    for hazard in _hazards(context, "byte"):
        text = f"jail(8) reads {hazard.file} only up to line {hazard.line}: a byte there ends it."
        yield _of_hazard(hazard, text, "Remove the byte order mark", QUOTE)


@rule("CONF-SEMICOLON", "error", "Missing semicolon", preflight=True, parts=())
def missing_semicolon(context: Context) -> Iterator[Finding]:
    """A semicolon is missing. The `=` of a statement may be left out, so a name without its semicolon takes the next
    name for its value: `vnet` followed by the line `mount.devfs;` sets vnet to "mount.devfs", and no devfs is mounted.
    In most other places it is a syntax error, reported for the line below, and jail(8) loads nothing of the file. The
    last statement before a `}` needs its semicolon too.
    """
    # Sources: FREEBSD.md 1.2.
    for hazard in _hazards(context, "semicolon"):
        effect = "jail(8) loads nothing from the file" if hazard.fatal else "the next name becomes its value"
        text = f"A semicolon is missing at line {hazard.line} of {hazard.file}: {effect}."
        by_hand = _by_hand(hazard.file, hazard.line, "End the statement with a semicolon.")
        yield _of_hazard(hazard, text, "Add the semicolon", by_hand)


@rule("CONF-CR", "error", "Lines that end in CR LF on FreeBSD 13", preflight=True, parts=())
def carriage_return(context: Context) -> Iterator[Finding]:
    """The file was written with the line ends of Windows. For jail(8) of 13 a carriage return is a syntax error, and it
    loads nothing of the file; since 14 it is white space. Save the file with LF line ends.
    """
    # Sources: FREEBSD.md 1.1, 11.
    for hazard in _hazards(context, "return"):
        text = f"{hazard.file} has lines that end in CR LF: jail(8) of 13 loads nothing from the file."
        by_hand = _by_hand(hazard.file, hazard.line, "Save the file with LF line ends.")
        yield _of_hazard(hazard, text, "Save it with LF line ends", by_hand)


@rule("CONF-INCLUDE", "error", "`.include` that includes nothing", preflight=True, parts=())
def dead_include(context: Context) -> Iterator[Finding]:
    """`.include "FILE";` exists since 14, and only without an `=`. On 13, or with one, jail(8) silently stores the line
    as an unknown parameter called `.include`: it reads no file, and the jails in those files do not exist. On 13, put
    each jail in a file of its name in /etc/jail.conf.d and list the names in jail_list.
    """
    # Sources: FREEBSD.md 1.2, 11.
    for hazard in _hazards(context, "include"):
        if context.major == 13:
            why, hint = "13 does not know .include", "Use /etc/jail.conf.d/NAME.conf and jail_list."
        else:
            why, hint = "the = makes it a parameter", "Remove the =."
        text = f"Line {hazard.line} of {hazard.file} includes nothing: {why}."
        by_hand = _by_hand(hazard.file, hazard.line, hint)
        yield _in_file(hazard.file, hazard.line, hazard.text, text, by_hand)


@rule("CONF-UNKNOWN", "error", "Parameter that this release does not know", preflight=True, drafts=True, parts=())
def unknown_parameter(context: Context) -> Iterator[Finding]:
    """The name of a parameter is misspelt, or the parameter is of a later release. jail(8) passes it on, the kernel
    answers `unknown parameter`, and the jail is not created. Kernel modules may add parameters (allow.mount.*,
    linux.*): those are not judged here. `sysctl -d security.jail.param` lists what this host knows.
    """
    # Sources: FREEBSD.md 2.2.
    release = context.state.facts.release
    dialect = dialect_of(release)
    names = context.parameters if context.major else ()
    unknown_names = {name for name in names if not is_parameter(name, dialect) and name != ".include"}
    for jail in context.setting(*unknown_names):
        unknown = [name for name in jail.params if name in unknown_names]
        if jail.name in context.live:  # what runs was made with its parameters
            continue
        of_later = is_parameter(unknown[0], "15")
        why = "It is of a later release: remove it." if of_later else "Correct the name, or remove it."
        yield Finding.of(
            about(jail),
            f"{jail.name} sets {', '.join(unknown)}, which FreeBSD {release} does not know: it can't be started.",
            [Evidence("{}:{}".format(*jail.place(name)), name) for name in unknown],
            [_by_hand(*jail.place(unknown[0]), why)],
            confidence="likely",
            fields=tuple(("permissions", name) for name in unknown if name.startswith("allow.")),
        )


def _hazards(context: Context, sort: Sort) -> Iterator[Hazard]:
    return (hazard for hazard in context.world.hazards if hazard.sort == sort)


def _of_hazard(hazard: Hazard, text: str, label: str, otherwise: Remedy) -> Finding:
    """The finding of a hazard, with the edit that corrects it if there is only one."""
    remedy = otherwise
    if hazard.mended is not None:
        step = Step(("save", hazard.file), label, file=FileEdit(hazard.file, hazard.old, hazard.mended))
        place = "the ends of lines" if hazard.sort == "return" else f"line {hazard.line}"
        why = f"Changes {place} and nothing else."
        remedy = Remedy.of(label, (step,), why, undo="the previous text is kept")
    return _in_file(hazard.file, hazard.line, hazard.text, text, remedy)


def _by_hand(file: str, line: int, why: str) -> Remedy:
    return Remedy.of(f"Edit {file} at line {line}", why=why)
