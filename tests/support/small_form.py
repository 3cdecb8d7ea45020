"""A small form over a jail of the embedded host, as real as any: it reads jail.conf and comes to a draft of it."""

from __future__ import annotations

from jailtui import jailconf
from jailtui.exchange import Step
from jailtui.forms.protocol import Answers, Draft, Field, NoForm, Note
from jailtui.forms.sources import Sources
from jailtui.jailconf import EditError, EditPlace, RemoveJail, Set

HOSTILE = "nas\x1b]0;owned\x07\x1b[2J[bold]"


class SmallForm:
    """Its host name, the gateway all jails share, and one field of each kind."""

    def __init__(self, subject: str, sources: Sources) -> None:
        self.subject = subject
        self.title = f"Small of {subject}"
        self.sources = sources
        self.jail = sources.jail(subject)

    def setting(self, name: str, default: str = "") -> str:
        found = self.jail.jail.get(name)
        return found.values[0] if found and found.values else default

    def fields(self, answers: Answers) -> tuple[Field, ...]:
        told = (
            Field("hostname", "Host name", self.setting("host.hostname"), raw="${name}.home.arpa", where="jail.conf:6"),
            Field("ruleset", "Ruleset", self.setting("devfs_ruleset"), where="jail.conf:4", shared=("mail", "db")),
            Field("mode", "Mode", "dhcp", "choice", choices=("dhcp", "fixed"), help="How it gets its address."),
            Field("boot", "Starts at boot", "on", "switch"),
            Field("allow.mount", "Mounts", "inherit", "three", risk="high", default="deny", live="live"),
            Field("nic", "NIC", HOSTILE, "fact", now="em1"),
        )
        more = Field("mtu", "MTU", "1500", "choice", choices=("1500", "9000"))
        return (*told, more) if answers.values.get("mode") == "fixed" else told

    def draft(self, answers: Answers) -> Draft:
        notes: list[Note] = []
        edits: list[jailconf.Edit] = []
        if (name := answers.values.get("hostname")) is not None:
            edits.append(Set(EditPlace(jail=self.subject), "host.hostname", (name,)))
            if not name:
                notes.append(Note("error", "a jail needs a name.", "hostname"))
            elif "." not in name:
                notes.append(Note("warning", "it has no domain.", "hostname"))
        if (ruleset := answers.values.get("ruleset")) is not None:
            if "ruleset" not in answers.scope:
                notes.append(Note("error", "say for whom.", "ruleset"))
            where = EditPlace(block="*") if answers.scope.get("ruleset") == "all" else EditPlace(jail=self.subject)
            edits.append(Set(where, "devfs_ruleset", (ruleset,)))
        try:
            files = self.sources.apply({self.jail.file: edits}) if edits else ()
        except EditError as error:
            return Draft(notes=(Note("error", str(error)),))
        mtu = answers.values.get("mtu")
        commands = (Step(("ifconfig", "bridge0", "descr", f"mtu {mtu}"), "for all to see"),) if mtu else ()
        after = f"takes effect after {self.subject} restarts"
        return Draft(files, commands, tuple(notes), after, restart=self.subject)


class SmallRemoval(SmallForm):
    """Nothing to answer: it takes the jail out."""

    def fields(self, answers: Answers) -> tuple[Field, ...]:
        return (Field("file", "File", self.jail.file, "fact"),)

    def draft(self, answers: Answers) -> Draft:
        if self.sources.running(self.subject):
            return Draft(notes=(Note("error", f"{self.subject} runs: stop it first."),))
        return Draft(self.sources.apply({self.jail.file: [RemoveJail(self.subject)]}))


class SmallBridge:
    """A bridge: which one, and its description."""

    def __init__(self, subject: str, sources: Sources) -> None:
        if subject and all(one.name != subject for one in sources.state.bridges):
            raise NoForm(f"There is no bridge {subject}.")
        self.subject = subject
        self.title = f"Small of {subject or 'new bridge'}"

    def fields(self, answers: Answers) -> tuple[Field, ...]:
        return (Field("name", "Name", self.subject), Field("description", "Description"))

    def draft(self, answers: Answers) -> Draft:
        told = answers.values.get("description")
        return Draft(
            commands=(Step(("ifconfig", self.subject, "descr", told)),) if told else (), effect="takes effect at once"
        )
