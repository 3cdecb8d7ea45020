"""The command line of ifconfig(8): its options as each release reads them (sbin/ifconfig/ifconfig.c)."""

from __future__ import annotations

from jailtui.simhost.call import Call
from jailtui.simhost.kernel.state import Kernel
from jailtui.simhost.tools import ifconfig_text as text

FLAGS = {"a": "all", "l": "names", "C": "cloners", "d": "down", "u": "up", "n": "no_load"}
FAMILIES = ("inet", "inet6", "ether", "link", "lladdr")


class Usage(Exception):
    """Wrong options: the usage is printed, after `text` if there is any."""


class IfconfigOptions:
    """The options of one call and the words after them."""

    def __init__(self) -> None:
        self.all = self.names = self.cloners = self.down = self.up = self.no_load = False
        self.jail = ""
        self.group: str | None = None
        self.not_group: str | None = None
        self.style = text.StanzaStyle()
        self.warnings: list[str] = []
        self.words: list[str] = []


def parse(call: Call, kernel: Kernel) -> IfconfigOptions:
    """The options as getopt(3) reads them on this release. Usage for an unknown option."""
    options = IfconfigOptions()
    letters = "adklmnuvLC" + ("D" if kernel.release.drivername else "")
    valued = "fgG" + ("j" if kernel.release.jail_option else "")
    words = list(call.args)
    if form := call.environ.get("IFCONFIG_FORMAT"):
        set_formats(options, kernel, form)
    while words and words[0].startswith("-") and words[0] != "-":
        cluster = words.pop(0)[1:]
        if cluster == "-":
            break
        while cluster:
            letter, cluster = cluster[0], cluster[1:]
            if letter in valued:
                if not cluster and not words:
                    raise Usage(f"ifconfig: option requires an argument -- {letter}\n")
                value, cluster = cluster or words.pop(0), ""
                take_value(options, kernel, letter, value)
            elif letter in letters:
                take_flag(options, letter)
            else:
                raise Usage(f"ifconfig: illegal option -- {letter}\n")
    options.words = words
    if not options.names and not words and not options.cloners and options.group is None:
        options.all = True
    return options


def take_flag(options: IfconfigOptions, letter: str) -> None:
    if letter in FLAGS:
        setattr(options, FLAGS[letter], True)
    elif letter == "m":
        options.style.supported = True
    elif letter in "vD":
        options.style.drivername = True
        options.style.verbose = options.style.verbose or letter == "v"


def take_value(options: IfconfigOptions, kernel: Kernel, letter: str, value: str) -> None:
    if letter == "j":
        options.jail = value
    elif letter == "f":
        set_formats(options, kernel, value)
    elif letter == "g":
        if options.group is not None:
            raise Usage
        options.group = value
    else:
        if options.not_group is not None or not options.all:
            raise Usage
        options.not_group = value


def set_formats(options: IfconfigOptions, kernel: Kernel, value: str) -> None:
    """`-f type:format[,…]`; a word without a colon is skipped with a warning, but 14's `cidr`."""
    for piece in value.split(","):
        kind, colon, form = piece.partition(":")
        if colon:
            options.style.formats[kind] = form
        elif kernel.release.short_cidr and kind == "cidr":
            options.style.formats |= {"inet": "cidr", "inet6": "cidr"}
        else:
            specification = " specification" if not kernel.release.short_cidr else ""
            options.warnings.append(f"ifconfig: Skipping invalid format{specification}: {kind}\n\n")


def check(options: IfconfigOptions) -> None:
    """Raises Usage for a combination that ifconfig refuses."""
    if options.names and (options.all or options.style.supported):
        raise Usage
    if options.cloners and (options.all or options.names or options.style.supported or options.words):
        raise Usage
    if options.all and len(options.words) > 1:
        raise Usage


def usage(kernel: Kernel) -> str:
    jail = "[-j jail] " if kernel.release.jail_option else ""
    return (
        f"usage: ifconfig {jail}[-f type:format] [-g groupname] [-C] [-L] interface address_family\n"
        "                [address [dest_address]] [parameters]\n"
        f"       ifconfig {jail}interface create\n"
        f"       ifconfig {jail}-a [-g groupname] [-C] [-L] [-d] [-m] [-u] [-v] [address_family]\n"
        f"       ifconfig {jail}-l [-d] [-u] [address_family]\n"
        f"       ifconfig {jail}[-g groupname] [-C] [-L] [-d] [-m] [-u] [-v]\n"
    )


def stack_of(call: Call, kernel: Kernel, options: IfconfigOptions) -> int:
    """The stack of `-j`, else of the caller. LookupError with ifconfig's message if there is none."""
    if not options.jail:
        return call.vnet(kernel)
    jail = kernel.jail_by(options.jail)
    if jail is None or (call.jid and jail.parent != call.jid):
        raise LookupError("jail not found: No such file or directory")
    if not call.privileged:
        raise LookupError("cannot attach to jail: permission denied")
    return jail.vnet
