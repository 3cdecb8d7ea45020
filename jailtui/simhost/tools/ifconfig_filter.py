"""The VLAN filter words of FreeBSD 15's bridges (FREEBSD.md 8; recordings ifconfig/bridge-vlan)."""

from __future__ import annotations

from jailtui.simhost.kernel import bridges
from jailtui.simhost.kernel.state import Ifnet, Kernel, KernelError

FLAGS = {"vlanfilter": "VLANFILTER", "defqinq": "DEFQINQ"}
PORT_WORDS = ("ifuntagged", "iftagged", "+iftagged", "-iftagged", "ifvlanproto")
ALL_TAGS = frozenset(range(1, 4095))


def step(kernel: Kernel, bridge: Ifnet, words: list[str]) -> int | str | None:
    """As `ifconfig_bridge.step`, for the words of VLAN filtering."""
    word = words[0]
    if word.removeprefix("-") in FLAGS:
        set_flag(bridge, FLAGS[word.removeprefix("-")], not word.startswith("-"))
        return 1
    if word == "-defuntagged":
        bridge.settings["defuntagged"] = 0
        return 1
    if word == "defuntagged" and len(words) > 1:
        if (tag := tag_of(words[1])) is None:
            return f"invalid VLAN identifier: {words[1]}"
        bridge.settings["defuntagged"] = tag
        return 2
    if word == "-ifuntagged" and len(words) > 1:
        return port(kernel, bridge, word, words[1], "")
    if word in PORT_WORDS and len(words) > 2:
        return port(kernel, bridge, word, words[1], words[2])
    return None


def set_flag(bridge: Ifnet, name: str, on: bool) -> None:
    flags = bridge.settings["flags"]
    assert isinstance(flags, list)
    kept = [flag for flag in FLAGS.values() if (flag in flags and flag != name) or (flag == name and on)]
    bridge.settings["flags"] = kept


def tag_of(text: str) -> int | None:
    """A VLAN number, 1 to 4094."""
    return int(text) if text.isdecimal() and 0 < int(text) < 4095 else None


def port(kernel: Kernel, bridge: Ifnet, word: str, name: str, value: str) -> int | str:
    tag = tag_of(value)
    if word == "ifuntagged" and tag is None:
        return f"invalid VLAN identifier: {value}"
    tags = tags_of(value)
    if word.endswith("iftagged") and tags is None:
        return f"invalid vlan set: {value}"
    try:
        entry = bridges.entry_of(kernel, bridge, name)
    except KernelError as error:
        return f"BRDGSIFPVID {value}: {error}"
    if word.endswith("ifuntagged"):
        entry["untagged"] = tag or 0
    elif word == "ifvlanproto":
        entry["proto"] = value
    else:
        old = tags_of(str(entry["tagged"]) or "none") or frozenset()
        new = tags or frozenset()
        entry["tagged"] = shown({"+": old | new, "-": old - new}.get(word[0], new))
    return 2 if word == "-ifuntagged" else 3


def tags_of(text: str) -> frozenset[int] | None:
    """`1,5-7`, `all` or `none` as a set; None if it is not such a list."""
    if text in ("all", "none"):
        return ALL_TAGS if text == "all" else frozenset()
    tags: set[int] = set()
    for piece in text.split(","):
        low, dash, high = piece.partition("-")
        first, last = tag_of(low), tag_of(high if dash else low)
        if first is None or last is None:
            return None
        tags |= set(range(first, last + 1))
    return frozenset(tags)


def shown(tags: frozenset[int]) -> str:
    """A set as ifconfig prints it: runs joined by a dash."""
    runs: list[list[int]] = []
    for tag in sorted(tags):
        if runs and runs[-1][1] == tag - 1:
            runs[-1][1] = tag
        else:
            runs.append([tag, tag])
    return ",".join(str(low) if low == high else f"{low}-{high}" for low, high in runs)
