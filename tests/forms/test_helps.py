"""What a form says of its fields: each has a help, and none contradicts what is refused."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import cache

import pytest

from jailtui.backend import HostBackend
from jailtui.forms import opening
from jailtui.forms.opening import FormName, open_form
from jailtui.forms.protocol import Answers, Field, Form
from jailtui.host.host import Host
from jailtui.host.shell import local_shell
from jailtui.simhost import setup
from tests.support.form_hosts import sources
from tests.support.link_hosts import draft, told
from tests.support.link_hosts import read as link_host

FORMS: tuple[tuple[FormName, str], ...] = (
    ("network", "web"),
    ("network", "legacy"),
    ("network", "lease"),
    ("permissions", "web"),
    ("bridge", "bridge0"),
    ("bridge", ""),
    ("vlan", "em0.10"),
    ("vlan", ""),
    ("new", ""),
    ("copy", "web"),
    ("copy", "legacy"),
    ("rename", "web"),
    ("log", "web"),
    ("remove", "mail"),
    ("remove-bridge", "bridge0"),
    ("remove-bridge", "br30"),
    ("remove-vlan", "em0.10"),
)


def test_every_form_is_tried() -> None:
    assert {name for name, _ in FORMS} == set(opening.FORMS)


@pytest.fixture(scope="module")
def backend(tmp_path_factory: pytest.TempPathFactory) -> Iterator[HostBackend]:
    environment = setup.prepare(tmp_path_factory.mktemp("host") / "demo")
    backend = HostBackend(Host("demo", lambda: local_shell(environment=environment)))
    yield backend
    backend.close()


@pytest.fixture(scope="module")
def fields_of(backend: HostBackend) -> Callable[[FormName, str], tuple[Field, ...]]:
    """The fields of a form of the home network, which no test changes."""

    @cache
    def fields(name: FormName, subject: str) -> tuple[Field, ...]:
        return tuple(all_fields(backend.form(name, subject)))

    return fields


FieldsOf = Callable[[FormName, str], tuple[Field, ...]]


def all_fields(form: Form) -> Iterator[Field]:
    """The fields of a form, with each of its templates."""
    fields = form.fields(Answers())
    yield from fields
    for template in next((field.choices for field in fields if field.key == "template"), ()):
        yield from form.fields(Answers({"template": template}))


@pytest.mark.parametrize(("name", "subject"), FORMS)
def test_every_field_has_a_help(fields_of: FieldsOf, name: FormName, subject: str) -> None:
    for field in fields_of(name, subject):
        assert re.fullmatch(r"\S.*\.", field.help), (field.key, field.help)


@pytest.mark.parametrize(("name", "subject"), FORMS)
def test_help_of_an_ipv6_field_is_not_that_of_ipv4(fields_of: FieldsOf, name: FormName, subject: str) -> None:
    helps = {field.key: field.help for field in fields_of(name, subject)}
    for key in helps:
        if key.endswith("6") and key.removesuffix("6") in helps:
            assert helps[key] != helps[key.removesuffix("6")], key


def test_name_of_a_vlan_may_be_empty_as_its_help_says() -> None:
    assert told(draft("vlan", "", link_host()), "error") == ["A VLAN needs a tag.", "A VLAN needs a parent."]
    assert told(draft("vlan", "", link_host(), tag="40"), "error") == ["A VLAN needs a parent."]
    assert told(draft("vlan", "", link_host(), tag="40", parent="em0"), "error") == []
    assert told(draft("bridge", "", link_host()), "error", "name") == ["An interface needs a name."]


def test_address_that_was_emptied_is_missing_and_none_is_said_to_be_taken(backend: HostBackend) -> None:
    form = backend.form("new", "")
    for key in ("address", "epair"):
        notes = form.draft(Answers({"name": "fresh", key: ""})).notes
        assert [note.text for note in notes if note.field == key] == [f"The {key} is missing."]


def test_help_of_a_name_tells_of_the_dot_that_is_allowed(backend: HostBackend) -> None:
    form = backend.form("new", "")
    help = next(field.help for field in form.fields(Answers()) if field.key == "name")
    notes = form.draft(Answers({"name": "in.side"})).notes
    assert "dot" in help
    assert not any(note.level == "error" and note.field == "name" for note in notes)


def test_copy_names_the_address_by_its_family() -> None:
    text = (
        b"a { vnet; vnet.interface = epair1b; path = /j/a;\n"
        b' exec.prestart = "ifconfig epair1 create"; exec.start = "ifconfig epair1b inet6 fd00::2/64"; }\n'
    )
    form = open_form("copy", "a", sources({"/etc/jail.conf": text}))
    assert "fd00::" in next(field.help for field in form.fields(Answers()) if field.key == "address")
