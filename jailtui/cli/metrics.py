"""Findings and states as numbers, for the textfile collector of Prometheus' node exporter.

The text is valid both as OpenMetrics and as Prometheus' own format, which is all that collector reads so far: gauges
only, and no sample carries a time, since the collector leaves out a whole file that has one
(github.com/prometheus/node_exporter, issues 1284 and 1988). Each sample is labelled with its host: the collector
refuses two files that hold the same sample.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from jailtui.model.state import HostState, JailState
from jailtui.text import clean

if TYPE_CHECKING:
    from jailtui.rules.finding import Finding, Rule

Samples = Iterable[tuple[Mapping[str, str], float]]


def unread(host: str) -> str:
    """The metrics of a host that could not be read in full: jailtui_up 0, and no others."""
    return "\n".join((*_up(host, 0), "# EOF", ""))


def metrics(
    state: HostState, findings: Sequence[Finding], rules: Sequence[Rule], host: str, taken_at: float, hidden: int
) -> str:
    """The metrics of a state, read at `taken_at` (seconds since the epoch), and of the findings of these rules.

    `hidden` is the number of findings that the configuration file hides.
    """
    counts = {(rule.code, str(rule.severity)): 0 for rule in rules}
    counts |= Counter((finding.code, str(finding.severity)) for finding in findings)
    jails = Counter(jail.state for jail in state.jails)
    epairs = Counter({True: "orphan", False: "used", None: "unknown"}[pair.orphan] for pair in state.epairs)
    lines = [
        *_up(host, 1),
        *_family(
            "jailtui_findings",
            "Findings of the rules, by code and severity.",
            host,
            (({"code": code, "severity": severity}, count) for (code, severity), count in counts.items()),
        ),
        *_family("jailtui_findings_hidden", "Findings that the configuration file hides.", host, [({}, hidden)]),
        *_family(
            "jailtui_jails", "Jails by their state.", host, (({"state": name}, jails[name]) for name in JailState)
        ),
        *_family(
            "jailtui_epairs",
            "Epairs by whether anything uses them.",
            host,
            (({"state": name}, epairs[name]) for name in ("used", "orphan", "unknown")),
        ),
        *_family("jailtui_orphans", "Orphaned epairs: nothing uses them.", host, [({}, epairs["orphan"])]),
        *_family(
            "jailtui_read_timestamp_seconds", "When the host was read, in seconds since 1970.", host, [({}, taken_at)]
        ),
        "# EOF",
        "",
    ]
    return "\n".join(lines)


def _up(host: str, value: int) -> Iterator[str]:
    return _family("jailtui_up", "Whether the host could be read in full.", host, [({}, value)])


def _family(name: str, about: str, host: str, samples: Samples) -> Iterator[str]:
    """One gauge with its samples. HELP has to be the same in all files, so it does not name the host."""
    yield f"# HELP {name} {about}"
    yield f"# TYPE {name} gauge"
    for labels, value in samples:
        label_text = ",".join(f'{label}="{escaped(text)}"' for label, text in {"host": host, **labels}.items())
        yield f"{name}{{{label_text}}} {value if isinstance(value, int) else f'{value:.3f}'}"


def escaped(text: str) -> str:
    """A text as the value of a label: without control characters, with backslashes before quotes."""
    return clean(text).replace("\\", "\\\\").replace('"', '\\"')
