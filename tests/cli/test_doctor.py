"""`jailtui doctor`, `explain` and `reclaim --all`, by the command line on the embedded host and on files."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from jailtui.cli.main import main
from jailtui.cli.metrics import escaped
from jailtui.cli.verb import Exit
from jailtui.exchange import Section
from jailtui.host.collect import dump
from jailtui.rules.finding import RULES
from tests.support.captures import capture, row
from tests.support.large_hosts import EM0, LO0, bridge, epair
from tests.support.verbs import Demo, answering

Capsys = pytest.CaptureFixture[str]
SAMPLE = re.compile(r'(jailtui_\w+)\{((?:\w+="(?:[^"\\\n]|\\[\\"n])*",?)+)\} (-?\d+(?:\.\d+)?)')


def saved(folder: Path, **told: Any) -> str:
    file = folder / "nas.json"
    file.write_text(dump(capture(**told)))
    return str(file)


def samples(text: str) -> dict[str, float]:
    """The samples of an exposition by name and labels, its grammar checked on the way."""
    *lines, end, nothing = text.split("\n")
    assert (end, nothing) == ("# EOF", "")
    found: dict[str, float] = {}
    family = ""
    for line in lines:
        if line.startswith("# HELP "):
            assert line.split(" ")[2] not in {name.partition("{")[0] for name in found}, "a family stands in one piece"
            family = line.split(" ")[2]
        elif line.startswith("# TYPE "):
            assert line == f"# TYPE {family} gauge"
        else:
            match = SAMPLE.fullmatch(line)
            assert match is not None, line
            assert match[1] == family
            assert f"{match[1]}{{{match[2]}}}" not in found
            found[f"{match[1]}{{{match[2]}}}"] = float(match[3])
    return found


@pytest.fixture
def empty(tmp_path: Path) -> str:
    """A host with nothing on it that could be wrong."""
    return saved(tmp_path, host=EM0 + LO0 + bridge("bridge0", []))


def test_json_is_one_object_with_the_promised_keys(demo: Demo, capsys: Capsys) -> None:
    assert main(["doctor", "--json", *demo.words]) == Exit.FAILED
    told = json.loads(capsys.readouterr().out)
    assert list(told) == ["host", "taken_at", "findings", "hidden", "errors"]
    lost = next(one for one in told["findings"] if one["code"] == "EPAIR-LOST")
    assert set(lost) == {
        "code", "severity", "subject", "text", "evidence", "confidence", "owner", "drift", "remedies",
    }  # fmt: skip
    assert (lost["severity"], lost["subject"]) == ("error", {"kind": "epair", "name": "epair7", "key": "epair7"})
    assert {"source": "jls -d -n jid name dying", "said": "jid=3 name=old dying"} in lost["evidence"]
    last = lost["remedies"][-1]
    assert set(last) == {"label", "commands", "why", "breaks", "undo", "force", "form"}
    out, destroy = last["commands"]
    assert out.startswith("ifconfig epair7a | ")
    assert out.endswith(" && ifconfig bridge0 deletem epair7a"), "what runs, with its condition"
    assert destroy.endswith(" && ifconfig epair7a destroy")
    severities = [one["severity"] for one in told["findings"]]
    assert severities == sorted(severities, key=("error", "warning", "note").index), "worst first"


def test_text_is_grouped_by_subject_with_evidence_and_commands(demo: Demo, capsys: Capsys) -> None:
    assert main(["doctor", "--select", "EPAIR", *demo.words]) == Exit.FAILED
    told = capsys.readouterr()
    head, *_ = told.out.split("\n\n")
    assert head.split("\n")[0] == "epair epair7"
    assert "\n  EPAIR-LOST error: One end of epair7 is lost in old (jid 3), which is dying.\n" in head
    assert "\n    jls -d -n jid name dying: jid=3 name=old dying\n" in head
    assert re.search(r"\n       \$ ifconfig epair7a \| .* && ifconfig epair7a destroy\n", head)
    subjects = [part.split("\n")[0] for part in told.out.split("\n\n")]
    assert len(subjects) == len(set(subjects))
    assert re.fullmatch(r"\d errors, \d warnings?\.\n", told.err)


def test_many_of_one_code_are_one_with_the_worst_first(demo: Demo, capsys: Capsys) -> None:
    main(["doctor", *demo.words])
    told = capsys.readouterr().out
    blocks = told.split("\n\n")
    (many,) = (block for block in blocks if block.startswith("CONF-CREATE x"))
    assert "note: " in many.split("\n")[0]
    assert "broken" in many.split("\n")[1]
    assert "error: " in blocks[0]
    assert "  CONF-CREATE" not in told
    main(["doctor", "--select", "CONF-CREATE", *demo.words])
    assert "  CONF-CREATE note: " in capsys.readouterr().out


def test_edit_of_a_file_is_told_as_the_verb_that_makes_it(demo: Demo, capsys: Capsys) -> None:
    main(["doctor", "--select", "ADDR-GATEWAY", *demo.words])
    assert "$ jailtui conf network broken gateway=VALUE" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("words", "status"),
    [
        (["--select", "EPAIR-NOBODY"], Exit.FAILED),
        (["--select", "epair-nobody", "--fail-on", "error"], Exit.OK),
        (["--select", "CONF-CREATE"], Exit.OK),
        (["--select", "CONF-CREATE", "--fail-on", "note"], Exit.FAILED),
        (["--select", "EPAIR-NOBODY,EPAIR-LOST", "--ignore", "EPAIR"], Exit.OK),
        (["--select", "MAC-TWICE"], Exit.OK),
    ],
)
def test_exit_status_says_whether_something_that_bad_was_found(demo: Demo, words: list[str], status: Exit) -> None:
    assert main(["doctor", *words, *demo.words]) == status


def test_findings_that_the_configuration_file_hides_are_counted(demo: Demo, capsys: Capsys, tmp_path: Path) -> None:
    config = tmp_path / "config.yaml"
    words = ["doctor", "--config", str(config), *demo.words]

    def found(text: str, *more: str) -> tuple[dict[str, Any], str]:
        config.write_text(text)
        main([*words, *more, "--json"])
        told = json.loads(capsys.readouterr().out)
        main([*words, *more])
        return told, capsys.readouterr().err

    every, _ = found("")
    about = [(one["code"], one["subject"]["name"]) for one in every["findings"]]
    told, summary = found("ignore: [epair, {code: ADDR-GATEWAY, jail: broken}, {code: ADDR-GATEWAY, jail: web}]\n")
    left = [(code, name) for code, name in about if not code.startswith("EPAIR-")]
    left.remove(("ADDR-GATEWAY", "broken"))
    assert [(one["code"], one["subject"]["name"]) for one in told["findings"]] == left
    assert told["hidden"] == len(about) - len(left)
    assert f" {told['hidden']} hidden by ignore in the configuration file.\n" in summary
    main([*words, "--openmetrics"])
    assert samples(capsys.readouterr().out)['jailtui_findings_hidden{host="demo"}'] == told["hidden"]
    main(["show", "epairs", "--config", str(config), *demo.words])
    shown = capsys.readouterr().out
    assert "epair7" in shown
    assert not any(RULES[code].title in shown for code in RULES if code.startswith("EPAIR-"))
    told, _ = found("ignore: [EPAIR]\n", "--select", "EPAIR", "--fail-on", "note")
    assert told["findings"] == []
    assert main([*words, "--select", "EPAIR", "--fail-on", "note"]) == Exit.OK


def test_code_to_hide_that_no_rule_has_is_an_error(demo: Demo, capsys: Capsys, tmp_path: Path) -> None:
    config = tmp_path / "config.yaml"
    config.write_text("ignore: [CONF-CREAT]\n")
    assert main(["doctor", "--config", str(config), *demo.words]) == Exit.USAGE
    assert "no rule is called CONF-CREAT" in capsys.readouterr().err


def test_finding_that_a_graver_one_covers_is_told_where_only_it_is_asked_for(demo: Demo, capsys: Capsys) -> None:
    def codes(*words: str) -> set[tuple[str, str]]:
        main(["doctor", "--json", *words, *demo.words])
        found = json.loads(capsys.readouterr().out)["findings"]
        return {(one["code"], one["subject"]["name"]) for one in found if "epair161" in one["text"]}

    covered, graver = ("EPAIR-FAILED-START", "epair161"), ("EPAIR-IN-THE-WAY", "broken")
    assert codes("--select", "EPAIR") == {graver}
    assert codes("--select", "EPAIR-FAILED-START") == {covered}
    assert codes("--select", "EPAIR", "--ignore", "EPAIR-IN-THE-WAY") == {covered}


def test_code_that_there_is_not_is_told_with_the_one_that_may_be_meant(empty: str, capsys: Capsys) -> None:
    assert main(["doctor", "--select", "EPAIR-LOTS", "--host", empty]) == Exit.USAGE
    assert "did you mean EPAIR-LOST?" in capsys.readouterr().err


def test_host_on_which_nothing_is_wrong(empty: str, capsys: Capsys) -> None:
    assert main(["doctor", "--host", empty, "--fail-on", "note"]) == Exit.OK
    told = capsys.readouterr()
    assert (told.out, told.err) == ("", "No problems.\n")


def test_file_that_collect_wrote_is_judged_as_its_host(demo: Demo, tmp_path: Path, capsys: Capsys) -> None:
    file = str(tmp_path / "nas.json")
    assert main(["collect", file, *demo.words]) == Exit.OK
    main(["doctor", "--json", *demo.words])
    live = json.loads(capsys.readouterr().out)["findings"]
    assert main(["doctor", "--json", "--host", file]) == Exit.FAILED
    kept = json.loads(capsys.readouterr().out)["findings"]
    assert {(one["code"], one["subject"]["name"]) for one in kept} == {
        (one["code"], one["subject"]["name"]) for one in live
    }


def test_metrics_count_what_was_found_and_name_every_rule(demo: Demo, capsys: Capsys) -> None:
    assert main(["doctor", "--openmetrics", *demo.words]) == Exit.FAILED
    told = samples(capsys.readouterr().out)
    assert told['jailtui_up{host="demo"}'] == 1
    assert told['jailtui_findings{host="demo",code="EPAIR-LOST",severity="error"}'] == 1
    assert told['jailtui_findings{host="demo",code="MAC-TWICE",severity="error"}'] == 0
    for rule in RULES.values():
        assert f'jailtui_findings{{host="demo",code="{rule.code}",severity="{rule.severity}"}}' in told
    assert told['jailtui_jails{host="demo",state="running"}'] == 7
    assert told['jailtui_jails{host="demo",state="starting"}'] == 0
    assert told['jailtui_epairs{host="demo",state="orphan"}'] == told['jailtui_orphans{host="demo"}'] == 3
    assert told['jailtui_read_timestamp_seconds{host="demo"}'] > 1.7e9


def test_host_that_could_not_be_read_is_down_in_the_metrics(tmp_path: Path, capsys: Capsys) -> None:
    assert main(["doctor", "--openmetrics", "--host", "root@127.0.0.1:1"]) == Exit.UNREACHABLE
    assert samples(capsys.readouterr().out) == {'jailtui_up{host="root@127.0.0.1:1"}': 0}
    blind = saved(tmp_path, host=EM0, more=[Section("jls", 1, "", "jls: no\n")])
    assert main(["doctor", "--openmetrics", "--host", blind]) == Exit.UNREACHABLE
    assert samples(capsys.readouterr().out) == {'jailtui_up{host="nas.json"}': 0}


def test_label_can_not_break_out_of_its_quotes() -> None:
    assert escaped('a"b\\c\nd\x1b\udcff') == 'a\\"b\\\\c\N{REPLACEMENT CHARACTER}d' + 2 * "\N{REPLACEMENT CHARACTER}"


def test_hostile_text_never_reaches_the_terminal_as_it_came(tmp_path: Path, capsys: Capsys) -> None:
    name = "web\x1b]0;pwned\x07\x1b[2J\u202e[bold]"
    host = EM0 + LO0 + bridge("bridge0", []) + epair(9, "a", description=f"jail:{name}") + epair(9, "b", up=False)
    file = saved(tmp_path, host=host, rows=[row(4, name)], inside={4: LO0})
    assert main(["doctor", "--host", file]) == Exit.FAILED
    told = capsys.readouterr()
    assert "[bold]" in told.out
    assert not set(told.out + told.err) & set("\x1b\x07\u202e")


def test_explain_prints_a_rule_or_all(capsys: Capsys) -> None:
    assert main(["explain", "epair-lost"]) == Exit.OK
    told = capsys.readouterr().out
    assert told.startswith("EPAIR-LOST, error: ")
    assert " ".join(told.split("\n\n")[1].split()) == RULES["EPAIR-LOST"].explanation
    assert main(["explain"]) == Exit.OK
    assert [line.split()[0] for line in capsys.readouterr().out.splitlines()] == ["CODE", *RULES]
    assert main(["explain", "EPAIR-LOTS"]) == Exit.USAGE
    assert "did you mean EPAIR-LOST?" in capsys.readouterr().err


def epairs(demo: Demo, capsys: Capsys) -> set[str]:
    capsys.readouterr()
    main(["show", "--json", *demo.words])
    return {pair["name"] for pair in json.loads(capsys.readouterr().out)["epairs"]}


def test_reclaim_all_is_one_plan_for_all_orphans(demo: Demo, capsys: Capsys) -> None:
    before = epairs(demo, capsys)
    assert main(["reclaim", "--all", "--dry-run", *demo.words]) == Exit.OK
    assert "Reclaim 3 epairs" in capsys.readouterr().out
    assert main(["reclaim", "--all", "--yes", *demo.words]) == Exit.OK
    assert before - epairs(demo, capsys) == {"epair161", "epair9", "epair7"}
    assert main(["reclaim", "--all", "--yes", *demo.words]) == Exit.OK
    assert "No epair is orphaned" in capsys.readouterr().err


def bastilles(folder: Path) -> str:
    """A host with two orphans, one of them Bastille's."""
    marked = epair(7, "a", description="vnet0 host interface for Bastille jail gone") + epair(7, "b", up=False)
    return saved(folder, host=EM0 + LO0 + epair(9, "a") + epair(9, "b", up=False) + marked)


def test_what_a_manager_made_is_left_out_of_all_unless_it_is_named(tmp_path: Path, capsys: Capsys) -> None:
    host = bastilles(tmp_path)
    assert main(["reclaim", "--all", "--dry-run", "--host", host]) == Exit.OK
    told = capsys.readouterr()
    assert "epair7a" not in told.out
    assert "epair7: created by Bastille" in told.err
    assert main(["reclaim", "--all", "epair7", "--dry-run", "--host", host]) == Exit.OK
    told = capsys.readouterr()
    assert "ifconfig epair7a destroy" in told.out
    assert told.err == ""


def test_reclaim_without_a_name_wants_all(empty: str, capsys: Capsys) -> None:
    assert main(["reclaim", "--host", empty]) == Exit.USAGE
    assert "--all" in capsys.readouterr().err


def test_pair_of_a_manager_is_asked_for_twice(demo: Demo, capsys: Capsys, monkeypatch: pytest.MonkeyPatch) -> None:
    from jailtui.cli.hosts import Choice, open_host
    from jailtui.preferences import Config
    from tests.support.form_hosts import execute

    host = open_host(Choice(host="demo", demo_dir=Path(demo.words[3])), Config())
    host.read()
    execute(host, "ifconfig", "epair9a", "description", "vnet0 host interface for Bastille jail gone")
    answers = iter(("y", "n"))

    class Operator:
        def isatty(self) -> bool:
            return True

        def readline(self) -> str:
            return f"{next(answers)}\n"

    monkeypatch.setattr("sys.stdin", Operator())
    assert main(["reclaim", "epair9", *demo.words]) == Exit.DECLINED
    assert "created by Bastille" in capsys.readouterr().err
    assert "epair9" in epairs(demo, capsys)


def test_pair_that_came_to_life_while_the_question_stood_is_not_touched(
    demo: Demo, capsys: Capsys, monkeypatch: pytest.MonkeyPatch
) -> None:
    def meanwhile() -> None:
        main(["reclaim", "epair9", "--yes", *demo.words])

    answering(monkeypatch, "y", meanwhile)
    assert main(["reclaim", "--all", *demo.words]) == Exit.DECLINED
    assert "has changed and needs other commands" in capsys.readouterr().err
    assert "epair161" in epairs(demo, capsys)


def test_start_says_first_what_it_would_fail_by_and_clears_the_way(demo: Demo, capsys: Capsys) -> None:
    assert main(["start", "broken", "--dry-run", *demo.words]) == Exit.OK
    told = capsys.readouterr()
    assert "# warning: EPAIR-IN-THE-WAY: The next start of broken fails" in told.out
    assert "--clear does this first: Destroy epair161" in told.err
    assert "destroy" not in told.out
    assert main(["start", "broken", "--clear", "--dry-run", *demo.words]) == Exit.OK
    script = capsys.readouterr().out
    assert script.index("ifconfig epair161a destroy") < script.index("jail -c broken")


def test_the_line_that_jail_refuses_stands_below_with_its_caret(tmp_path: Path, capsys: Capsys) -> None:
    host = saved(tmp_path, host=EM0 + LO0, conf="web { path = /; }\n\tdb { path = ; }\n")
    assert main(["doctor", "--host", host, "--select", "CONF-SYNTAX"]) == Exit.FAILED
    out = capsys.readouterr().out
    said = "jail: /etc/jail.conf line 2: ;: syntax error"
    assert f"    /etc/jail.conf:2: {said}\n      |  db {{ path = ; }}\n      |              ^\n" in out
    assert "\ufffd" not in out


def test_names_of_the_host_and_of_jails_are_judged_and_no_link_is_followed(demo: Demo, capsys: Capsys) -> None:
    (demo.folder / "etc/hosts").write_text("127.0.0.1 localhost web\n192.168.1.99 web\n")
    (demo.folder / "jails/db/etc/hosts").symlink_to(demo.folder / "etc/hosts")
    (demo.folder / "jails/dns/etc/hosts").write_text("192.168.1.98 web\n")
    main(["doctor", "--select", "NAME-ADDRESS", "--json", *demo.words])
    findings = json.loads(capsys.readouterr().out)["findings"]
    assert [(each["severity"], each["subject"]["name"], each["evidence"][0]) for each in findings] == [
        ("warning", "web", {"source": "/etc/hosts:2", "said": "192.168.1.99 web"}),
        ("note", "dns", {"source": "/jails/dns/etc/hosts:1", "said": "192.168.1.98 web"}),
    ]
