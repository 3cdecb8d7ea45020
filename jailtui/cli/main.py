"""The command line: which host, and what to do there. stdout is data, stderr is talk."""

from __future__ import annotations

import argparse
import gc
import sys
from contextlib import closing
from dataclasses import replace
from io import TextIOWrapper
from pathlib import Path
from typing import TYPE_CHECKING

from jailtui import __version__
from jailtui.cli.conf_options import add_verbs
from jailtui.cli.exits import Exit
from jailtui.cli.options import common_options, doctor_options, screen_options, size
from jailtui.cli.talk import talk
from jailtui.preferences import Config, ConfigError, load

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from jailtui.backend import HostBackend, Snapshot
    from jailtui.cli.hosts import Choice
    from jailtui.exchange import Verb
    from jailtui.model.state import HostState
    from jailtui.plans.plan import Plan

Arguments = argparse.Namespace


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line; gives the exit status."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):  # a terminal of few letters gets escapes for the others
            stream.reconfigure(errors="backslashreplace")
    arguments = parsed(argv)
    try:
        config = load(Path(arguments.config) if arguments.config else None)
        return int(arguments.action(arguments, config))
    except ConfigError as error:
        return complain(str(error), Exit.USAGE)
    except KeyboardInterrupt:
        return Exit.INTERRUPTED
    except BrokenPipeError:
        sys.stderr.close()
        return Exit.FAILED


def parsed(argv: Sequence[str] | None) -> Arguments:
    """The command line, taken apart. FIELD=VALUE may stand behind options too, where argparse knows them no more."""
    top = parser()
    arguments, rest = top.parse_known_args(argv)
    if rest and (not hasattr(arguments, "given") or any(word.startswith("-") for word in rest)):
        top.error(f"unrecognized arguments: {' '.join(rest)}")
    if rest:
        arguments.given += rest
    return arguments


def parser() -> argparse.ArgumentParser:
    """The command line's grammar; options of the host may stand before or behind the verb."""
    top = argparse.ArgumentParser(prog="jailtui", description="A console for FreeBSD VNET jails.")
    top.add_argument("--version", action="version", version=f"jailtui {__version__}")
    common_options(top, lambda default: default)
    screen_options(top, lambda default: default)
    top.set_defaults(action=console)
    verbs = top.add_subparsers(metavar="VERB", title="verbs")
    verb_parser(verbs, "show", show, "print jails, bridges, epairs and VLANs").add_argument(
        "what", nargs="?", choices=("jails", "bridges", "epairs", "vlans")
    )
    verbs.choices["show"].add_argument("--json", action="store_true", help="as one JSON object")
    for name, help_text in (
        ("start", "start jails"),
        ("stop", "stop jails"),
        ("restart", "stop jails and start them again"),
        ("reclaim", "take back epairs, or the pairs that jails left over"),
    ):
        verb = verb_parser(verbs, name, act, help_text)
        verb.add_argument("names", nargs="*" if name == "reclaim" else "+", metavar="NAME")
        if name == "reclaim":
            verb.add_argument("--all", action="store_true", help="all orphans but those that another manager made")
        if name in ("start", "restart"):
            verb.add_argument("--clear", action="store_true", help="first carry out what clears the way")
        verb.add_argument("--dry-run", action="store_true", help="print the commands as a shell script, run nothing")
        verb.add_argument("--yes", action="store_true", help="don't ask")
        verb.set_defaults(verb=name)
    doctor_options(verb_parser(verbs, "doctor", doctor, "say what is wrong, what shows it, and the ways back"))
    explain_verb = verb_parser(verbs, "explain", explain, "tell what a rule of the doctor is about, or list all rules")
    explain_verb.add_argument("code", nargs="?", metavar="CODE")
    collect_verb = verb_parser(verbs, "collect", collect, "write what one refresh reads to a file, without secrets")
    collect_verb.add_argument("file", metavar="FILE")
    conf_verb = verbs.add_parser(
        "conf", help="read, check and change jail.conf", description="Read and change jail.conf."
    )
    add_verbs(conf_verb, lambda made: common_options(made, lambda _: argparse.SUPPRESS))
    conf_verb.set_defaults(action=conf)
    undo_verb = verb_parser(verbs, "undo", undo, "give a file its text from before the last save back")
    undo_verb.add_argument("path", metavar="PATH", nargs="?", default="/etc/jail.conf")
    undo_verb.add_argument("--dry-run", action="store_true", help="print the change as a shell script")
    undo_verb.add_argument("--yes", action="store_true", help="don't ask")
    demo = verb_parser(verbs, "demo", console, "open the console on the embedded host")
    screen_options(demo, lambda _: argparse.SUPPRESS)
    demo.add_argument("--reset", action="store_true", help="start its home network afresh")
    demo.add_argument("--jails", type=size, metavar="N", help="make it N VNET jails large")
    demo.add_argument("--release", choices=("13.2", "14.2", "15.1"), help="in the manner of this FreeBSD")
    demo.set_defaults(host="demo")
    return top


def verb_parser(
    verbs: argparse._SubParsersAction[argparse.ArgumentParser],
    name: str,
    action: Callable[[Arguments, Config], int],
    help_text: str,
) -> argparse.ArgumentParser:
    made = verbs.add_parser(name, help=help_text, description=help_text.capitalize() + ".")
    common_options(made, lambda _: argparse.SUPPRESS)
    made.set_defaults(action=action)
    return made


def choice(arguments: Arguments, config: Config) -> Choice:
    """The host the command line and the config file choose."""
    from jailtui.cli.hosts import Choice

    return Choice(
        host=arguments.host or config.host,
        ssh_config=arguments.ssh_config or config.ssh_config,
        become=arguments.become or config.become,
        demo_dir=Path(arguments.demo_dir) if arguments.demo_dir else None,
        demo_jails=getattr(arguments, "jails", None),
        demo_release=getattr(arguments, "release", None),
        demo_reset=getattr(arguments, "reset", False),
    )


def opened(arguments: Arguments, config: Config) -> HostBackend:
    """The chosen host. Raises SystemExit with a message when there is none of that name."""
    from jailtui.cli.hosts import open_host

    try:
        return open_host(choice(arguments, config), config)
    except ValueError as error:
        raise SystemExit(complain(str(error), Exit.USAGE)) from error
    except OSError as error:
        raise SystemExit(complain(f"{error.filename or 'the host'}: {error.strerror}", Exit.USAGE)) from error


def console(arguments: Arguments, config: Config) -> int:
    """Open the screen."""
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        return complain("The console needs a terminal; `jailtui show` prints without one.", Exit.USAGE)
    gc.disable()  # until the first screen stands, nothing dies; the console takes it up again
    from jailtui.cli import screen

    chosen = {name: getattr(arguments, name) for name in ("interval", "theme") if getattr(arguments, name) is not None}
    chosen |= {name: True for name in ("ascii", "slow_link") if getattr(arguments, name)}
    return screen.run(opened(arguments, config), replace(config, **chosen))


def show(arguments: Arguments, config: Config) -> int:
    """`jailtui show`."""
    from jailtui.cli import show as printed

    with closing(opened(arguments, config)) as backend:
        snapshot = read(backend)
    if snapshot is None:
        return Exit.UNREACHABLE
    state = snapshot.state
    if arguments.json:
        print(printed.as_json(state, backend.name, snapshot.taken_at))
    else:
        print(printed.tables(state, (arguments.what,) if arguments.what else printed.KINDS))
        for trouble in state.errors:
            talk(f"{trouble.subject}: {trouble.message}")
    return Exit.UNREACHABLE if printed.blind(state) else Exit.OK


def doctor(arguments: Arguments, config: Config) -> int:
    """`jailtui doctor`."""
    from jailtui.cli import doctor as doctors

    with closing(opened(arguments, config)) as backend:
        return doctors.run(arguments, backend)


def explain(arguments: Arguments, _config: Config) -> int:
    """`jailtui explain`."""
    from jailtui.cli import doctor as doctors

    return doctors.explain(arguments.code)


def act(arguments: Arguments, config: Config) -> int:
    """`jailtui start|stop|restart|reclaim`."""
    if not (arguments.names or getattr(arguments, "all", False)):
        return complain("reclaim wants NAME, or --all.", Exit.USAGE)
    with closing(opened(arguments, config)) as backend:
        snapshot = read(backend)
        return Exit.UNREACHABLE if snapshot is None else act_on(snapshot, backend, arguments)


def act_on(snapshot: Snapshot, backend: HostBackend, arguments: Arguments) -> int:
    """Find the rows that are meant, and do it to them."""
    from jailtui.cli.report import everything
    from jailtui.exchange import Verb

    verb = Verb(arguments.verb)
    keys = [key_of(name, verb, snapshot.state) for name in arguments.names]
    if getattr(arguments, "all", False):
        keys = everything(snapshot.state, keys)
        if not keys:
            return Exit.OK

    def planned(now: Snapshot) -> Plan:
        plan = backend.plan(verb, now, keys)
        offers = [one.key for one in plan.offers] if getattr(arguments, "clear", False) else []
        return backend.plan(verb, now, [*keys, *offers]) if offers else plan

    return settle(planned, snapshot, backend, arguments)


def settle(  # noqa: C901
    planned: Callable[[Snapshot], Plan], snapshot: Snapshot, backend: HostBackend, arguments: Arguments
) -> int:
    """Plan it, show it, ask, run it. `planned` makes the plan by a reading: by `snapshot`, and by a new one once the
    question was answered."""
    from jailtui.cli.report import agreed, meanwhile, put

    plan = planned(snapshot)
    for refusal in plan.refused:
        talk(f"{refusal.subject}: {refusal.reason}")
    for offer in plan.offers:
        talk(f"{offer.subject}: --clear does this first: {offer.label}")
    if arguments.dry_run:
        put(plan)
    if not plan.tasks or (arguments.dry_run and plan.refused):
        return Exit.REFUSED
    if arguments.dry_run:
        return Exit.OK
    if backend.read_only:
        return complain(backend.read_only, Exit.REFUSED)
    if arguments.yes:
        return carry_out(plan, backend, snapshot)
    if not agreed(plan):
        return Exit.DECLINED
    now = read(backend)  # the question may have stood for an hour
    if now is None:
        return Exit.UNREACHABLE
    again = planned(now)
    if not again.does(plan):
        talk("\n".join(meanwhile(plan, again)))
        return complain("The host has changed meanwhile, and other commands would be needed: ask again.", Exit.DECLINED)
    return carry_out(plan, backend, now)


def carry_out(plan: Plan, backend: HostBackend, before: Snapshot) -> int:
    """Run a plan, read the host again and say what is true now."""
    from jailtui.cli.report import reporter

    for task in plan.tasks:
        if task.warning:
            talk(f"{task.subject}: {task.warning}")
    outcomes = backend.run(plan, reporter(plan, talk), lambda: False)
    after = read(backend)
    if after is None:
        return Exit.UNREACHABLE
    found = backend.verdict(plan, outcomes, before, after)
    for verdict in found:
        print(clean(verdict.text))
    if not all(verdict.ok for verdict in found):
        return Exit.FAILED
    return Exit.REFUSED if plan.refused else Exit.OK


def key_of(name: str, verb: Verb, state: HostState) -> str:
    """The row key that NAME means: a key as it is, a jail's jid, of an epair also the name of either end.

    A name that fits several is none of them: it comes back as it is, and the plan knows no such row.
    """
    from jailtui.exchange import Verb

    if state.jail(name) or (verb is Verb.RECLAIM and state.epair(name)):
        return name
    found = [jail.key for jail in state.jails if name == str(jail.jid)]
    if verb is Verb.RECLAIM:
        found += [pair.key for pair in state.epairs if name in (pair.name, pair.a.name, pair.b.name)]
    if len(found) > 1:
        talk(f"{name}: several answer to that name: {', '.join(found)}")
    return found[0] if len(found) == 1 else name


def collect(arguments: Arguments, config: Config) -> int:
    """`jailtui collect FILE`."""
    from jailtui.exchange import HostError
    from jailtui.host.collect import dump

    backend = opened(arguments, config)
    try:
        capture = backend.source.capture(everything=True)
    except HostError as error:
        return complain(f"{backend.name}: {error}", Exit.UNREACHABLE)
    finally:
        backend.close()
    try:
        Path(arguments.file).write_text(dump(capture), encoding="utf-8")
    except OSError as error:
        return complain(f"{arguments.file}: {error.strerror}", Exit.FAILED)
    return Exit.OK


def conf(arguments: Arguments, config: Config) -> int:
    """`jailtui conf`."""
    if hasattr(arguments, "form"):
        return conf_form(arguments, config)
    from jailtui.cli import conf as verbs

    if getattr(arguments, "file", None) or not hasattr(arguments, "jail"):
        return verbs.run(arguments, None, config.backups)
    backend = opened(arguments, config)
    try:
        return verbs.run(arguments, backend.source, config.backups)
    finally:
        backend.close()


def conf_form(arguments: Arguments, config: Config) -> int:
    """`jailtui conf` with the name of a form."""
    from jailtui.cli import conf_forms

    with closing(opened(arguments, config)) as backend:
        snapshot = read(backend)
        if snapshot is None:
            return Exit.UNREACHABLE
        return conf_forms.run(
            arguments, snapshot, backend, lambda planned: settle(planned, snapshot, backend, arguments)
        )


def undo(arguments: Arguments, config: Config) -> int:
    """`jailtui undo`."""
    from jailtui.exchange import HostError

    if not arguments.path.startswith("/"):
        return complain(f"{arguments.path} is no absolute path.", Exit.USAGE)
    with closing(opened(arguments, config)) as backend:
        snapshot = read(backend)
        if snapshot is None:
            return Exit.UNREACHABLE
        if backend.read_only:
            return complain(backend.read_only, Exit.REFUSED)
        try:
            return settle(lambda _: backend.undo_plan(arguments.path), snapshot, backend, arguments)
        except HostError as error:
            talk(str(error))
            return Exit.UNREACHABLE


def read(backend: HostBackend) -> Snapshot | None:
    """One refresh; says why when there is none."""
    from jailtui.exchange import HostError

    try:
        return backend.read()
    except HostError as error:
        talk(f"{backend.name}: {error}")
        return None


def complain(text: str, status: Exit) -> Exit:
    talk(f"jailtui: {text}")
    return status


def clean(text: str) -> str:
    from jailtui.text import clean as cleaned

    return cleaned(text)
