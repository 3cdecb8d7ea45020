"""Rules about the text of jail.conf: what jail(8) can't load, and what it loads as something else (FREEBSD.md 1)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jailtui.config.jails import dialect_of
from jailtui.config.parameters import is_parameter
from jailtui.exchange import FileEdit, Step
from jailtui.rules.finding import Evidence, Finding, Remedy, Severity, Subject, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jailtui.config.hazards import Hazard, Sort
    from jailtui.config.world import JailSettings
    from jailtui.rules.context import Context

CRASH = "jail(8) crashes on the list"
QUOTE = Remedy.of(
    "Put the value in quotes",
    why='Between double quotes #, // and /* are plain text: path = "/x//y"; (jail.conf(5)).',
)


@rule("CONF-LIST-VARIABLE", "error", "List variable that crashes jail(8)", preflight=True)
def list_variable(context: Context) -> Iterator[Finding]:
    """A variable that holds a list, `$v = 1.1.1.1, 2.2.2.2;`, is used as a whole value, `ip4.addr = $v;`. This makes
    jail(8) of 13.2 and 15.1 crash with a segmentation fault (exit 139) before it starts, stops or shows any jail of the
    file. Repeat the values where they are used. Inside a longer text a list is refused too.
    """
    # Sources: FREEBSD.md 1.2.
    for fault in context.world.faults:
        if CRASH in fault.message:
            yield Finding(
                "CONF-LIST-VARIABLE",
                "error",
                Subject("file", fault.file, fault.file),
                f"jail(8) crashes on {fault.file}: line {fault.line} uses a list variable as a whole value.",
                (Evidence(f"{fault.file}:{fault.line}", fault.message),),
                remedies=(_by_hand(fault.file, fault.line, "Write the values themselves, separated by commas."),),
            )


@rule("CONF-COMMENT", "warning", "Comment that begins inside a value")
def glued_comment(context: Context) -> Iterator[Finding]:
    """Outside quotes, #, // and /* begin a comment anywhere, even in the middle of a word: `path = /x//y;` sets the
    path /x and loses the semicolon, `a#b` is a, and `/usr/jails/*;` opens a comment that ends at the next `*/` or the
    end of the file. What follows is read as something else, or not at all. Put the value in double quotes.
    """
    # Sources: FREEBSD.md 1.1.
    for hazard in _hazards(context, "comment"):
        text = f"A comment begins inside a value at line {hazard.line} of {hazard.file}."
        yield _finding("CONF-COMMENT", "error" if hazard.fatal else "warning", hazard, text, QUOTE)


@rule("CONF-BYTE", "error", "Byte that ends the file for jail(8)", preflight=True)
def stray_byte(context: Context) -> Iterator[Finding]:
    """A byte order mark, a NUL or a letter that is not ASCII stands outside quotes and comments. The parser of jail(8)
    takes such a byte for the end of the file. Between two blocks it says nothing, and no jail below it exists; inside a
    block it reports a syntax error. Editors that save as "UTF-8 with BOM" put such a mark at the beginning. Remove it,
    or put the value in quotes.
    """
    for hazard in _hazards(context, "byte"):
        text = f"jail(8) reads {hazard.file} only up to line {hazard.line}: a byte there ends it."
        label = "Remove the byte order mark" if hazard.mended is not None else ""
        yield _finding("CONF-BYTE", "error", hazard, text, _mend(hazard, label) or QUOTE)


@rule("CONF-SEMICOLON", "error", "Missing semicolon", preflight=True)
def missing_semicolon(context: Context) -> Iterator[Finding]:
    """A semicolon is missing. The `=` of a statement may be left out, so a name without its semicolon takes the next
    name for its value: `vnet` followed by the line `mount.devfs;` sets vnet to "mount.devfs", and no devfs is mounted.
    In most other places it is a syntax error, reported for the line below, and jail(8) loads nothing of the file. The
    last statement before a `}` needs its semicolon too.
    """
    # Sources: FREEBSD.md 1.2.
    for hazard in _hazards(context, "semicolon"):
        what = "jail(8) loads nothing of it" if hazard.fatal else "the next name becomes its value"
        text = f"A semicolon is missing at line {hazard.line} of {hazard.file}: {what}."
        fallback = _by_hand(hazard.file, hazard.line, "End the statement with a semicolon.")
        yield _finding("CONF-SEMICOLON", "error", hazard, text, _mend(hazard, "Add the semicolon") or fallback)


@rule("CONF-CR", "error", "Lines that end in CR LF on FreeBSD 13", preflight=True)
def carriage_return(context: Context) -> Iterator[Finding]:
    """The file was written with the line ends of Windows. For jail(8) of 13 a carriage return is a syntax error, and it
    loads nothing of the file; since 14 it is white space. Save the file with LF line ends.
    """
    # Sources: FREEBSD.md 1.1, 11.
    for hazard in _hazards(context, "return"):
        text = f"{hazard.file} has lines that end in CR LF: jail(8) of 13 loads nothing of it."
        fallback = _by_hand(hazard.file, hazard.line, "Save the file with LF line ends.")
        yield _finding("CONF-CR", "error", hazard, text, _mend(hazard, "Save it with LF line ends") or fallback)


@rule("CONF-INCLUDE", "error", "`.include` that includes nothing", preflight=True)
def dead_include(context: Context) -> Iterator[Finding]:
    """`.include "FILE";` exists since 14, and only without an `=`. On 13, or with one, jail(8) silently stores the line
    as an unknown parameter called `.include`: it reads no file, and the jails in those files do not exist. On 13, put
    each jail in a file of its name in /etc/jail.conf.d and list the names in jail_list.
    """
    # Sources: FREEBSD.md 1.2, 11.
    for hazard in _hazards(context, "include"):
        what = "13 does not know .include" if context.major == 13 else "the = makes it a parameter"
        text = f"Line {hazard.line} of {hazard.file} includes nothing: {what}."
        hint = "Use /etc/jail.conf.d/NAME.conf and jail_list." if context.major == 13 else "Remove the =."
        yield _finding("CONF-INCLUDE", "error", hazard, text, _by_hand(hazard.file, hazard.line, hint))


@rule("CONF-UNKNOWN", "error", "Parameter that this release does not know", preflight=True, drafts=True)
def unknown_parameter(context: Context) -> Iterator[Finding]:
    """The name of a parameter is misspelt, or the parameter is of a later release. jail(8) passes it on, the kernel
    answers `unknown parameter`, and the jail is not created. Kernel modules may add parameters (allow.mount.*,
    linux.*): those are not judged here. `sysctl -d security.jail.param` lists what this host knows.
    """
    # Sources: FREEBSD.md 2.2.
    if not context.major:
        return
    dialect = dialect_of(context.state.facts.release)
    for jail in context.judged:
        if wrong := [name for name in jail.params if not is_parameter(name, dialect) and name != ".include"]:
            live = context.jails.get(jail.name)
            if live is None or not live.running:  # what runs was made with its parameters
                yield _unknown(jail, wrong, context.state.facts.release)


def _unknown(jail: JailSettings, wrong: list[str], release: str) -> Finding:
    file, line = jail.place(wrong[0])
    of_later = is_parameter(wrong[0], "15")
    why = "It is of a later release: remove it." if of_later else "Correct the name, or remove it."
    return Finding(
        "CONF-UNKNOWN",
        "error",
        Subject("jail", jail.name, jail.name),
        f"{jail.name} sets {', '.join(wrong)}, which FreeBSD {release} does not know: it can't be started.",
        tuple(Evidence(":".join(map(str, jail.place(name))), name) for name in wrong),
        "likely",
        remedies=(_by_hand(file, line, why),),
        fields=tuple(("permissions", name) for name in wrong if name.startswith("allow.")),
    )


def _hazards(context: Context, sort: Sort) -> Iterator[Hazard]:
    return (hazard for hazard in context.world.hazards if hazard.sort == sort)


def _finding(code: str, severity: Severity, hazard: Hazard, text: str, remedy: Remedy) -> Finding:
    return Finding(
        code,
        severity,
        Subject("file", hazard.file, hazard.file),
        text,
        (Evidence(f"{hazard.file}:{hazard.line}", hazard.text),),
        remedies=(remedy,),
    )


def _mend(hazard: Hazard, label: str) -> Remedy | None:
    """The edit that mends it, where only one can be meant."""
    if hazard.mended is None:
        return None
    what = "the ends of lines" if hazard.sort == "return" else f"line {hazard.line}"
    step = Step(("save", hazard.file), label, file=FileEdit(hazard.file, hazard.old, hazard.mended))
    return Remedy.of(label, (step,), f"Changes {what} and nothing else.", undo="the previous text is kept")


def _by_hand(file: str, line: int, what: str) -> Remedy:
    return Remedy.of(f"Edit {file} at line {line}", why=what)
