"""ifconfig: the words after an interface's name, carried out in turn until one fails (FREEBSD.md 4.2, 4.3)."""

from __future__ import annotations

from jailtui.simhost.call import Call
from jailtui.simhost.kernel import interfaces
from jailtui.simhost.kernel.state import ERRORS, KernelError
from jailtui.simhost.tools import ifconfig_bridge
from jailtui.simhost.tools.ifconfig_address import finish_address, set_address
from jailtui.simhost.tools.ifconfig_options import FAMILIES, IfconfigOptions, stack_of
from jailtui.simhost.tools.ifconfig_settings import FLAG_WORDS, OFFLOADS, PLAIN, VALUED, set_flag, set_offload
from jailtui.simhost.tools.ifconfig_vlan import VLAN_WORDS, create_vlan, finish_vlan, vlan_word
from jailtui.simhost.tools.ifconfig_work import Failed, Work


def change(call: Call, options: IfconfigOptions) -> int:
    """Carry out the words; those before one that fails stay done."""
    with call.transaction(True) as kernel:
        try:
            vnet = stack_of(call, kernel, options)
        except LookupError as error:
            return call.fail(str(error.args[0]))
        if call.jid and not kernel.jails[call.jid].own_vnet:
            return call.fail("socket(family 2,SOCK_DGRAM): Protocol not supported")
        work = Work(call, kernel, vnet, options.words[0])
        work.no_load = options.no_load
        try:
            perform(work, options.words[1:])
            rc = 0
        except Failed as error:
            rc = call.fail(str(error))
        if work.print_name and work.interface is not None:
            call.out(work.interface.name + "\n")
    return rc


def perform(work: Work, words: list[str]) -> None:
    work.interface = work.kernel.find(work.vnet, work.name)
    if work.interface is None:
        if words[0] in ("create", "plumb"):
            if len(work.name) >= interfaces.NAME_SIZE:
                raise Failed(f"{work.name}: cloning name too long")
            work.creating = {}
            words = words[1:]
        elif words[0] != "-vnet":
            raise Failed(f"interface {work.name} does not exist")
    elif words[0] in ("create", "plumb"):
        raise Failed(f"interface {work.name} already exists")
    if words and words[0] in FAMILIES:
        create(work)
    while words:
        words = words[step(work, words) :]
    create(work)
    finish_vlan(work)
    finish_address(work)


def step(work: Work, words: list[str]) -> int:
    """Carry out the first word; returns the number of words used."""
    word = words[0]
    if word in VLAN_WORDS and (work.creating is not None or work.interface is not None):
        return vlan_word(work, words)
    create(work)
    if word in FAMILIES:
        work.family = {"link": "ether", "lladdr": "ether"}.get(word, word)
        return 1
    if word in FLAG_WORDS:
        set_flag(work, word)
        return 1
    if word.removeprefix("-") in OFFLOADS:
        set_offload(work, word)
        return 1
    if (simple := PLAIN.get(word)) is not None:
        simple(work)
        return 1
    if (valued := VALUED.get(word)) is not None:
        if len(words) < 2:
            raise Failed(f"'{word}' requires argument")
        valued(work, words[1])
        return 2
    if (taken := ifconfig_bridge.step(work.call, work.kernel, work.interface, words, work.lost)) is not None:
        if isinstance(taken, str):
            raise Failed(taken)
        return taken
    set_address(work, word)
    return 1


def create(work: Work) -> None:
    """Create the interface of `create`, once its VLAN words are read."""
    if work.creating is None:
        return
    vlan_words, work.creating = work.creating, None
    work.allow(f"SIOCIFCREATE2 ({work.name}): {ERRORS['EPERM']}")
    try:
        if vlan_words:
            work.interface = create_vlan(work, vlan_words)
        else:
            work.interface = interfaces.clone(work.kernel, work.vnet, work.name, load=not work.no_load)
    except KernelError as error:
        if error.code == "EEXIST":
            raise Failed(f"interface {work.name} already exists") from None
        if str(error) == "invalid vlan tag":
            raise Failed(str(error)) from None
        raise Failed(f"SIOCIFCREATE2 ({work.name}): {error}") from None
    work.print_name = work.interface.name != work.name
