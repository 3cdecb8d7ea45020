"""Texts of one shape at a length at which a reader that is not linear takes too long."""

from __future__ import annotations

import time

from tests.fuzz.readers import READERS
from tests.fuzz.runner import Fault, Outcome, outcome

LENGTH = 1 << 14
"""Characters of a shape."""


def repeated(text: str, before: str = "", behind: str = "") -> str:
    return before + text * (LENGTH // len(text)) + behind


def numbered(text: str, before: str = "", behind: str = "") -> str:
    """The text with another number for each `N` and the number before for each `M`."""
    count = LENGTH // (len(text) + 6)
    return before + "".join(text.replace("N", str(at)).replace("M", str(at - 1)) for at in range(1, count)) + behind


def jail(text: str) -> str:
    return f"web {{ vnet; exec.start = {text}; }}\n"


CONF = (
    *(
        repeated(sign)
        for sign in ("{", "a{", "*{", "}", "(", "[", '"', "'", "\\", "$", "${", "${a", "/*", "*/", ";", "=")
    ),
    *(
        repeated(text)
        for text in ("a,", "a=b;", '"\n', "'\n", "'\\\n", "${\\}", "#\n", "a+=b;", "\r\n", "\n", '"$a', "é")
    ),
    repeated("${a\\b}x", 'v = "', '";'),
    repeated("$x a", 'v = "${\\"}'),
    repeated("$x", 'a { v = "', '"; $x = y; }'),
    repeated("a{b{c;}}"),
    numbered("aN{}"),
    numbered("aN;", "web {", "}"),
    numbered("xN;noxN;", "web {", "}"),
    numbered("aN=$aM;", "web { $a0=x;", "}").replace("{a", "{$a").replace(";a", ";$a"),
    numbered("$aM=$aN;", "web {", "}"),
    numbered('$aM="$aN$aN";', "web {", "v=$a0; }"),
    numbered('$aM="$aN$aN";', "web { $z = '';", "v=$a0; }"),
    "web { $a99 = x; " + " ".join(f'$a{at} = "$a{at + 1}$a{at + 1}";' for at in range(99)) + " exec.start = $a0; }",
    "web { $a99 = ''; " + " ".join(f'$a{at} = "$a{at + 1}$a{at + 1}";' for at in range(99)) + " exec.start = $a0; }",
    "web { "
    + " ".join(f'$a{at} = "$a{at + 1}$b{at + 1}"; $b{at} = "$a{at + 1}";' for at in range(60))
    + " $a60 = ''; $b60 = ''; exec.start = $a0; }",
    numbered('"$aN",', "web { v = ", "x; }"),
    repeated('.include "/etc/jail.conf";\n'),
    repeated('.include "*";\n'),
    repeated(".include a;\n"),
    numbered('$aN="$bN";')[:4000] + numbered('$bN="$bM";')[:4000] + "web { $b0 = x; exec.start = $a9; }",
    "*{a;}" * 500 + "web{}" * 500,  # jail(8) too takes time for each of both
)
HOOKS = (
    *(
        repeated(sign)
        for sign in ("(", "( ", "{ ", "if ", "! ", "$(", "`", '"', "'", "\\", "${", "$", "<", ">", "#", ";")
    ),
    *(
        repeated(text)
        for text in ("a|", "a;", "a&", "a&&", "a||", "a\n", "a ", ">a ", "\\\n", "(a);", "if a;then ", "'\n")
    ),
    *(
        repeated(text)
        for text in ("${a%", '"\\', "a=b;", "a=b ", "sh -c ", "env ", "sh -c a;", "a=`a`;", '"$a"', "a=$(b);")
    ),
    repeated("(a;", "", ")" * (LENGTH // 3)),
    repeated("b=$a$a;a=$b$b;", "a=x;"),
    repeated('b="$a$a";a="$b$b";', "a=x;", "ifconfig $a up"),
    repeated("sh -c '", "", "'"),
    repeated("ifconfig epair create;"),
    repeated("ifconfig epair7b inet 10.0.0.2/24;"),
    repeated("ifconfig bridge0 addm epair7a;"),
    numbered("ifconfig epairN create;"),
    numbered("a=$(ifconfig epair create);ifconfig $a name xN;"),
    numbered("ifconfig epair7b name xN;ifconfig xN name epair7b;"),
    numbered("aN=$aM;", "a0=x;"),
    numbered("aN=x;(b);"),
    repeated("ifconfig epair7b " + "inet 10.0.0.1/24 alias " * 20 + ";"),
    repeated("route add default 10.0.0.1;"),
    repeated("set -e;"),
)
JSON = (
    *(repeated(sign) for sign in ("[", "{", '{"a":', '"', "\\", '"\\', "1", "[]", "[1,", " ", "\n")),
    repeated("9", '{"jail-information": {"jail": [{"jid": ', "}]}}"),
    repeated("[", '{"jail-information": {"jail": [{"jid": 1, "x": ') + repeated("]", "", "}]}}"),
    numbered('"aN":"b",', '{"jail-information": {"jail": [{', '"jid": 1}]}}'),
)
LINES = (
    *(
        repeated(sign)
        for sign in ("\n", " ", "\t", "\0", "a", "1", ":", '"', '="', "\n\t", " \n", "\\", 'a="\n', "\na:", "1\n")
    ),
    *(repeated(text, "em0: flags=8<UP> metric 0 mtu 1500\n") for text in ("\tether a\n", "\tinet 1 ", "\tmember: a\n")),
    *(
        repeated(text, "em0: flags=8<UP> metric 0 mtu 1500\n\tdescription: a\n")
        for text in ("\tx\n", "\n", "\t\n", "a\n")
    ),
    *(repeated(text, "em0: flags=8<") for text in ("a,", "<", "a")),
    repeated("em0: flags=8<UP> metric 0 mtu 1500\n"),
    repeated("em0: flags= mtu \n"),
    repeated(" flags=a", "em0: flags=8<UP> metric 0 mtu 1500\n\tlaggport: x"),
    repeated(" flags=a<", "em0: flags=8<UP> metric 0 mtu 1500\n\tlaggport: x"),
    repeated(" port 1", "em0: flags=8<UP> metric 0 mtu 1500\n\tmember: a flags=0<>\n\t "),
    repeated(" priority 1", "em0: flags=8<UP> metric 0 mtu 1500\n\tid a"),
    repeated(" proto a", "em0: flags=8<UP> metric 0 mtu 1500\n\tmaxage 1", "\t"),
    repeated("tcp4 0 0 10.5.0.1.37647 10.5.0.2.5000 CLOSE_WAIT\n"),
    numbered("security.jail.param.aN: a\n"),
    numbered("security.jail.param.aN.: a\n"),
    numbered('aN="b"\n'),
    repeated(" admin A", "07:22:32.507 PID 1 delete iface iface#4 epair0a"),
    repeated(" iface a", "07:22:32.507 PID 1 delete addr a", " mtu x"),
    repeated(", link: a", "RTM_IFINFO:"),
    repeated("jail -r a b\n"),
    repeated("1 jail -r a b\n", "", "  JID  UID  PID COMMAND\n") + repeated("0 0 1 jail\n"),
    repeated(" a", "1 jail -r"),
    repeated("JID ", " "),
)
PATTERNS = (
    *(repeated(sign) for sign in ("*", "?", "[", "[a", "]", "[!", "/", "*/", "/.", "\\", "\\\\", "[]", "*a")),
    "*a" * 300 + "b",
    "[" * 1000,
    "[a-" * 300 + "]",
    "/*" * 500,
)
SHAPES: dict[str, tuple[str, ...]] = {"jailconf": CONF, "hooks": HOOKS, "names": PATTERNS}
ANSWERS = LINES + JSON


def shapes(kind: str) -> tuple[str, ...]:
    return SHAPES.get(kind, ANSWERS)


def read_shapes(name: str, slowest: float) -> Outcome:
    """What a reader does with all shapes of its kind; they do not count as mutated texts."""
    reader, begun = READERS[name], time.process_time()
    faults: dict[str, Fault] = {}
    for text in shapes(reader.kind):
        if came := outcome(reader, text, slowest):
            faults.setdefault(f"{came} with {text[:30]!r}", Fault(f"{came} with {text[:30]!r}", text))
    return Outcome(name, 0, 0, time.process_time() - begun, tuple(faults.values()))
