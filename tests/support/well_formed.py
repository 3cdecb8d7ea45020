"""What holds of every finding, whichever rule found it: looked at wherever a test asks what is found."""

from __future__ import annotations

from typing import get_args

from jailtui.exchange import Argv, Step
from jailtui.forms.opening import FORMS
from jailtui.model.commands import starts, stops
from jailtui.rules.finding import SEVERITIES, Confidence, Finding, Force, Kind, Remedy

COMMANDS = set(
    "ifconfig jail jexec sysrc service tcpdrop umount kill route devfs kldload procctl killall python3".split()
)


def well_formed(finding: Finding) -> Finding:
    """The finding, whose every text is there and whose every command is one that jailtui gives."""
    where = f"{finding.code} {finding.subject}"
    kind, key, name = finding.subject
    assert kind in get_args(Kind), where
    assert key, where
    assert name, where
    assert finding.severity in SEVERITIES, where
    assert finding.confidence in get_args(Confidence), where
    assert finding.drift in ("", "live", "restart", "reboot"), where
    assert sentence(finding.text), (where, finding.text)
    assert isinstance(finding.owner, str), where
    assert all(isinstance(cause, str) and cause for cause in finding.causes), where
    for evidence in finding.evidence:
        assert isinstance(evidence.source, str), where
        assert isinstance(evidence.said, str), (where, evidence)
        assert evidence.source, where
        assert "None" not in f"{evidence.source} {evidence.said}".split(), (where, evidence)
    for form, field in finding.fields:
        assert form in FORMS, where
        assert field, where
    for remedy in finding.remedies:
        check_remedy(remedy, where)
    return finding


def sentence(text: str) -> bool:
    return bool(text) and text.endswith((".", "?")) and "None" not in text.split() and "  " not in text


def check_remedy(remedy: Remedy, where: str) -> None:
    task = remedy.task
    where = f"{where}, {task.label}"
    assert task.label, where
    assert remedy.force in get_args(Force), where
    assert all(isinstance(text, str) for text in (task.why, task.breaks, task.undo, *task.warnings)), where
    if remedy.form is not None:
        form, subject, field = remedy.form
        assert form in FORMS, where
        assert isinstance(subject, str), where
        assert isinstance(field, str), where
    for step in task.steps:
        check_step(step, where)


def _known(argv: Argv) -> bool:
    return argv[0] in COMMANDS or bool(starts(argv) or stops(argv))


def check_step(step: Step, where: str) -> None:
    assert step.file is not None or _known(step.argv), (where, step)
    assert step.undo is None or _known(step.undo), (where, step)
    assert all(isinstance(word, str) and word for word in (*step.argv[:1], *(step.undo or ())[:1])), (where, step)
    assert all(isinstance(word, str) for word in (*step.argv, *(step.undo or ()))), (where, step)
    assert isinstance(step.why, str), (where, step)
    assert isinstance(step.breaks, str), (where, step)
