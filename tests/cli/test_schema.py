"""`jailtui schema`: what the verbs print and write on the embedded host is as the schemas say."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from jailtui import man
from jailtui.cli.documents import SCHEMAS
from jailtui.cli.event_document import EventEntry
from jailtui.cli.main import main
from jailtui.cli.verb import Exit
from jailtui.host.shell import local_shell
from jailtui.host.steprun import new_id, run_step
from jailtui.model.events import EventSubject, HostEvent
from tests.support.json_schema import problems
from tests.support.verbs import Demo

Capsys = pytest.CaptureFixture[str]


def printed(capsys: Capsys, *words: str) -> Any:
    """The JSON that a command prints."""
    capsys.readouterr()
    main(words)
    return json.loads(capsys.readouterr().out)


def documents(name: str, demo: Demo, folder: Path, capsys: Capsys) -> list[Any]:
    """Real documents of a kind."""
    if name in ("show", "doctor"):
        return [printed(capsys, name, "--json", *demo.words)]
    if name == "form":
        forms = (("network", "web"), ("permissions", "web"), ("bridge",), ("vlan", "em0.10"), ("new",))
        return [printed(capsys, "conf", *form, "--json", *demo.words) for form in forms]
    if name == "draft":
        answers = ("conf", "network", "mail", "address=192.168.1.161/24")
        return [printed(capsys, *answers, "--json", *demo.words)]
    if name == "steps":
        own = Demo(folder / "demo")  # its step goes on after the test
        environment = {"JAILTUI_ROOT": str(own.folder)}
        run_step(local_shell(environment=environment), new_id(), ("/bin/sleep", "3"), print, 0.5)
        return [printed(capsys, "steps", "--json", *own.words)]
    if name == "path":
        return [
            printed(capsys, "path", *words, "--json", *demo.words) for words in (("web",), ("mail",), ("legacy", "x"))
        ]
    if name == "inside":
        return [printed(capsys, "inside", "web", "--json", *demo.words)]
    if name == "event":
        event = HostEvent(0.0, "jail-stopped", (EventSubject("jail", "web"),), "web stopped")
        return [json.loads(EventEntry.of(event).as_line())]
    if name == "collected":
        assert main(["collect", str(folder / "nas.json"), *demo.words]) == Exit.OK
        return [json.loads((folder / "nas.json").read_text())]
    if name == "audit":
        assert main(["reclaim", "epair9", "--yes", *demo.words]) == Exit.OK
        return [json.loads(line) for line in (demo.folder / "audit.log").read_text().splitlines()]
    text = man.text("examples").partition("configuration file):\n")[2]
    return [yaml.safe_load(text), {"step_limit": 30, "become": "doas", "ascii": True}]


@pytest.mark.parametrize("name", SCHEMAS)
def test_what_is_written_is_as_the_schema_says(name: str, demo: Demo, tmp_path: Path, capsys: Capsys) -> None:
    schema = printed(capsys, "schema", name)
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    real = documents(name, demo, tmp_path, capsys)
    assert real
    for document in real:
        assert list(problems(document, schema)) == []
        broken = copy.deepcopy(document)
        broken[next(iter(broken))] = [None]
        assert list(problems(broken, schema)), "the schema asks something of the first key"
        assert name == "collected" or list(problems({**document, "more": 1}, schema)), "it knows all keys"


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        (lambda jail: jail.pop("jid"), "$.jails[0]: jid is missing"),
        (lambda jail: jail.update(more=1), "$.jails[0]: more is not among the keys"),
        (lambda jail: jail.update(state="idle"), "$.jails[0].state: 'idle' is none of"),
        (lambda jail: jail.update(vnet="yes"), "$.jails[0].vnet: 'yes' is not of type boolean or"),
        (lambda jail: jail["addresses"].append(1), "is not of type string"),
    ],
)
def test_wrong_document_is_told_from_a_right_one(change: Any, problem: str, demo: Demo, capsys: Capsys) -> None:
    schema = printed(capsys, "schema", "show")
    document = printed(capsys, "show", "--json", *demo.words)
    change(document["jails"][0])
    (found,) = problems(document, schema)
    assert problem in found
