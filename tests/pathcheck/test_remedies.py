"""A remedy that only the path check knows is run, after one more look whether it is still needed."""

from __future__ import annotations

import subprocess
from pathlib import Path

from jailtui.backend import HostBackend
from jailtui.host.host import Host
from jailtui.host.shell import local_shell
from jailtui.pathcheck.run import check_path, of_path_check
from jailtui.plans.remedy import remedy_plan
from jailtui.simhost import setup


def test_remedy_of_a_path_runs_only_while_it_is_needed(tmp_path: Path) -> None:
    environment = setup.prepare(tmp_path)
    backend = HostBackend(Host("demo", lambda: local_shell(environment=environment)))
    subprocess.run([tmp_path / "bin/jexec", "web", "ifconfig", "epair154b", "down"], check=True)
    report = check_path(backend, "web")
    assert report is not None
    assert report.first is not None
    key = report.first.finding.remedies[0].task.key
    assert of_path_check(key)
    plan = remedy_plan(backend.name, [report.first.finding], (key,))
    outcomes = [dict(backend.run(plan, lambda event: None, lambda: False)) for _ in range(2)]
    assert outcomes == [{key: "done"}, {key: "skipped"}]
    again = check_path(backend, "web")
    assert again is not None
    assert again.verdict == "ok"
