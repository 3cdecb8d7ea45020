"""The parts of jailtui.8 that are made from the code: `python -m tests.manual` writes them, a test compares them."""

from __future__ import annotations

import argparse
import ast
import inspect
import re
from collections.abc import Iterable, Iterator
from typing import Any

import jailtui.rules.registry  # noqa: F401 - fills RULES
from jailtui.cli.conf import forms
from jailtui.cli.documents import SCHEMAS, schema
from jailtui.cli.main import parser
from jailtui.cli.verb import Exit
from jailtui.config.managers import BASTILLE, MANAGERS
from jailtui.exchange import Verb
from jailtui.man import MACROS, PAGE
from jailtui.rules.finding import RULES
from jailtui.ui.commands import COMMANDS, key_names

PART = re.compile(r'(?m)^(\.\\" begin ([\w-]+))\n(?:.*\n)*?(?=^\.\\" end$)')
SHARED = ("host", "screen")
"""Groups of options that many verbs have: they are listed once."""


def escaped(text: str) -> str:
    """Text fit for lines of mdoc, each sentence on a line of its own."""
    text = text.replace("\\", r"\e").replace("`", "")
    return re.sub(r"(?m)^(?=[.'])", r"\\&", re.sub(r"(?<=[a-z)]\.) (?=[A-Z(])", "\n", text))


def quoted(word: str) -> str:
    """A word fit for an argument of a macro: punctuation and the names of macros are words there, too."""
    return rf"\&{word}" if word in ".,:;()[]?!|" or word in MACROS else escaped(word)


def tagged(rows: Iterable[tuple[str, str]], width: str = "Ds") -> str:
    """A list of tags, each a line of macros, with their texts; a text may end in a list of its own."""
    items = ""
    for tag, text in rows:
        words, begin, below = text.partition("\n.Bl ")
        items += f".It {tag}\n{escaped(words)}{begin}{below.rstrip()}\n"
    return f".Bl -tag -width {width} -compact\n{items}.El\n"


# Keys, exit statuses, rules.


def keys() -> Iterator[tuple[str, str]]:
    """The keys of the screen, what they do, and the ids of their commands."""
    for command in COMMANDS:
        names = " , ".join(f"Cm {quoted(key)}" for key in key_names(command, {}))
        yield names, f"{command.help} ({command.id})"


def exits() -> Iterator[tuple[str, str]]:
    """The exit statuses."""
    body = ast.parse(inspect.getsource(Exit)).body[0]
    assert isinstance(body, ast.ClassDef)
    for name, doc in zip(body.body[1:], body.body[2:], strict=False):
        if isinstance(name, ast.Assign) and isinstance(doc, ast.Expr):
            yield ast.unparse(name.value), inspect.cleandoc(ast.literal_eval(doc.value))


def rules() -> Iterator[tuple[str, str]]:
    """The rules of the doctor."""
    return ((f"Li {rule.code} Pq {rule.severity}", f"{rule.title}.") for rule in RULES.values())


def managers() -> Iterator[tuple[str, str]]:
    """The managers of jails, and the commands that start, stop, restart and list jails of theirs."""
    for manager in MANAGERS:
        argvs = [manager.argv(verb, "NAME") for verb in (Verb.START, Verb.STOP, Verb.RESTART)]
        commands = ", ".join(" ".join(argv) for argv in argvs if argv)
        kernel = manager.in_kernel("a.b")
        named = f"; the jail a.b is {kernel} in the kernel" if kernel != "a.b" else ""
        again = "" if argvs[2] else "; a restart is a stop and a start"
        lists = "" if manager is BASTILLE else f"; {' '.join((manager.command, *manager.lists))} lists its jails"
        yield manager.name, f"{commands}, which see to {manager.also}, too{again}{lists}{named}"


# The command line.

TOP = parser()


def verbs(of: argparse.ArgumentParser) -> dict[str, argparse.ArgumentParser]:
    """The verbs below a parser."""
    action = next((action for action in of._actions if isinstance(action, argparse._SubParsersAction)), None)
    return dict(action.choices) if action else {}


def own(of: argparse.ArgumentParser) -> list[argparse.Action]:
    """The words of a verb, without `--help` and without the options that all verbs share."""
    shared = {id(action) for group in of._action_groups if group.title in SHARED for action in group._group_actions}
    left_out = (argparse._HelpAction, argparse._SubParsersAction)
    return [action for action in of._actions if id(action) not in shared and not isinstance(action, left_out)]


def word(action: argparse.Action) -> str:
    """A word of the command line, as macros."""
    value = f"Ar {action.metavar}" if action.metavar else f"Cm {' | '.join(action.choices or ())}"
    if not action.option_strings:
        return value
    flag = f"Fl {action.option_strings[0][1:]}"
    return flag if action.nargs == 0 else f"{flag} {value}"


def usage(of: argparse.ArgumentParser) -> str:
    """The words of a verb, as lines of macros."""
    lines = []
    for action in own(of):
        many = " ..." if action.nargs in ("+", "*", argparse.REMAINDER) else ""
        optional = action.option_strings or action.nargs in ("?", "*", argparse.REMAINDER)
        lines.append(f".{'Op ' if optional else ''}{word(action)}{many}\n")
    return "".join(lines)


def synopsis() -> str:
    """The forms of the command line."""
    lines = ".Nm\n.Op Ar options\n"
    for name, of in verbs(TOP).items():
        below = ".Ar verb\n.Ar ...\n" if verbs(of) else ""
        lines += f".Nm\n.Cm {name}\n{usage(of)}{below}"
    return lines


def options(actions: Iterable[argparse.Action]) -> str:
    """The options that have a help, as a list."""
    rows = [(word(action), action.help) for action in actions if action.help]
    return f".Pp\n{tagged(rows)}" if rows else ""


def group(name: str) -> str:
    """A group of the options that verbs share."""
    return options(next(group for group in TOP._action_groups if group.title == name)._group_actions)


def about(*names: str) -> str:
    """Verbs: their usage, their help and all their options."""
    of = {name: verbs(TOP)[name] for name in names}
    lines = ".Pp\n".join(f".Nm\n.Cm {name}\n{usage(verb)}" for name, verb in of.items())
    helps = "\n".join(escaped(verb.description or "") for verb in of.values())
    words = {action.dest: action for verb in of.values() for action in own(verb)}
    return f"{lines}.Pp\n{helps}\n{options(words.values())}"


def below_conf(names: Iterable[str]) -> str:
    """Verbs below `conf`: each with its positional words and its help, then all their options."""
    rows = []
    seen: dict[str, argparse.Action] = {}
    for name in names:
        of = verbs(verbs(TOP)["conf"])[name]
        words = " ".join(
            word(action) + (" ..." if action.nargs else "") for action in own(of) if not action.option_strings
        )
        rows.append((f"Cm {name} {words}".strip(), of.description or ""))
        seen |= {action.option_strings[0]: action for action in own(of) if action.option_strings}
    return tagged(rows) + options(seen.values())


# Data.


def kind(of: dict[str, Any], defs: dict[str, Any]) -> str:
    """The type of a JSON value in words."""
    if "anyOf" in of:
        return " or ".join(kind(other, defs) for other in of["anyOf"])
    if "$ref" in of:
        return kind(defs[of["$ref"].rpartition("/")[2]], defs)
    if "enum" in of:
        return "one of " + ", ".join(str(value) or '""' for value in of["enum"])
    if of["type"] == "array":
        items = kind(of["items"], defs)
        return f"list of {items.replace('list', 'lists') if items.startswith('list') else f'{items}s'}"
    return str(of["type"])


def inner(of: dict[str, Any], defs: dict[str, Any]) -> dict[str, Any] | None:
    """The object in a value that has keys of its own."""
    for part in (of, of.get("items", {}), *of.get("anyOf", ())):
        target = defs.get(part.get("$ref", "").rpartition("/")[2], {})
        if "properties" in target:
            return dict(target)
    return None


def properties(of: dict[str, Any], defs: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """The keys of an object, with what stands in them."""
    for name, value in of["properties"].items():
        limits = f", {value['minimum']:g} to {value['maximum']:g}" if "maximum" in value else ""
        default = value.get("default")
        default = "" if default in (None, "") else f", default {str(default).lower()}"
        about = f"; {value['description']}" if "description" in value else ""
        told = f"{kind(value, defs)}{limits}{default}{about}"
        below = inner(value, defs)
        yield f"Li {quoted(name)}", told if below is None else f"{told}\n{tagged(properties(below, defs))}"


def keys_of(name: str) -> str:
    """The keys of a document, from its JSON Schema."""
    document = schema(name)
    return tagged(properties(document, document.get("$defs", {})), "taken_at")


def parts() -> dict[str, str]:
    """The generated parts by name."""
    of_forms = list(forms.CONF_VERBS)
    others = [name for name in verbs(verbs(TOP)["conf"]) if name not in of_forms]
    made = {
        "keys": tagged(keys(), "shift+tab"),
        "exits": tagged(exits()),
        "rules": tagged(rules()),
        "managers": tagged(managers()),
        "synopsis": synopsis(),
        "host": group("host"),
        "screen": group("screen"),
        "conf": below_conf(others),
        "forms": below_conf(of_forms),
    }
    jail_verbs = ("start", "stop", "restart")
    made |= {f"verb-{name}": about(name) for name in verbs(TOP) if name not in ("conf", *jail_verbs)}
    made["verbs-jails"] = about(*jail_verbs)
    return made | {f"data-{name}": keys_of(name) for name in SCHEMAS}


def written() -> str:
    """The page with its generated parts as the code would have them."""
    code = parts()
    return PART.sub(lambda match: f"{match[1]}\n{code[match[2]]}", PAGE.read_text(encoding="utf-8"))


if __name__ == "__main__":
    PAGE.write_text(written(), encoding="utf-8")
