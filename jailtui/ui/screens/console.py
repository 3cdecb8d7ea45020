"""The main screen: its parts connected. It reads the host, draws it, and runs the plans that the operator confirms."""

from __future__ import annotations

import time
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any

from textual import events
from textual.widgets import Static

from jailtui.exchange import Verb
from jailtui.ui.commands import (
    ACTIONS,
    BY_ID,
    COMMANDS,
    FORMS,
    INSIDE,
    OTHERS,
    Command,
    CommandContext,
    key_names,
    why_no_change,
    why_not,
)
from jailtui.ui.header import header, notice, unread_lines
from jailtui.ui.lines import WIDE, Key, bar
from jailtui.ui.messages import Copy, Requester, SaveText
from jailtui.ui.parts.happened import Happened
from jailtui.ui.parts.load import LoadPart
from jailtui.ui.parts.mapped import Map
from jailtui.ui.parts.offered import Palette
from jailtui.ui.parts.opened import Doctor, Forms
from jailtui.ui.parts.panels import Panels
from jailtui.ui.parts.past import History
from jailtui.ui.parts.runs import Planner, Runs
from jailtui.ui.reader import WatchedHost
from jailtui.ui.remembered import Remembered
from jailtui.ui.screens.commanded import CommandScreen
from jailtui.ui.terminal import mouse
from jailtui.ui.widgets.keybar import StatusLine

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from textual.app import ComposeResult
    from textual.screen import Screen

    from jailtui.backend import HostBackend
    from jailtui.plans.plan import Plan
    from jailtui.ui.glyphs import Glyphs
    from jailtui.ui.parts.entering import Entering
    from jailtui.ui.parts.failed import FailedRun
    from jailtui.ui.parts.pathed import Paths
    from jailtui.ui.reader import Answer


class ConsoleScreen(CommandScreen):
    """The main screen. Its parts hold the state; this class connects them."""

    BINDINGS = [command.binding() for command in (*ACTIONS, *FORMS, *INSIDE, *OTHERS)]

    def __init__(
        self,
        backend: HostBackend,
        *,
        interval: float | None,
        glyphs: Glyphs,
        keymap: Mapping[str, str],
        clock: Callable[[], float] = time.time,
        load_interval: float = 5.0,
        remembered: Path | None = None,
    ) -> None:
        super().__init__(glyphs)
        self.keymap = dict(keymap)
        self.head = StatusLine(glyphs=glyphs, id="head")
        self.notice = Static("", markup=False, id="notice")
        self.notice.display = False
        self.panels = Panels(glyphs, Remembered(remembered))
        self.happened = Happened(backend, self.panels, self.background, self, clock)
        self.host = WatchedHost(
            backend,
            partial(self.background.call, self.take),
            interval=interval,
            clock=clock,
            notes=lambda: self.happened.timeline,
        )
        self.load = LoadPart(
            backend,
            self.panels,
            self.host.reader,
            self.background,
            self,
            interval=None if interval is None else load_interval,
            shown=lambda: self.map.update(self.host.age),
        )
        self.runs = Runs(backend, self.host.reader, self.background, self)
        self.planner = Planner(backend, self.host, self.runs, self.background, self)
        self.forms = Forms(backend, self.panels, self.planner, self.runs, self.background, self)
        self.doctor = Doctor(
            backend, self.host, self.panels, self.planner, self.runs, self.forms, self.background, self
        )
        self.map = Map(self.panels, self)
        self.palette = Palette(self.panels, self.action_command, self)
        self.history = History(backend, self.host, self.planner, self.runs, self.background, self)
        self.runs.after_failure = self._after_failure
        self._backend = backend
        self._has_mouse = True
        self._noticed = ""
        self._look_every = min(0.5, (interval or 4.0) / 8)
        self.commands = self._handlers()

    def compose(self) -> ComposeResult:
        self.panels.place()
        yield self.head
        yield self.panels
        yield self.notice
        yield self.bar

    def on_mount(self) -> None:
        self.panels.rows.focus()
        self.background.mounted()
        self.host.reader.start()
        self.set_interval(self._look_every, self._look)
        self.set_interval(1.0, self.runs.keeping.tick)
        self.redraw()

    def on_unmount(self) -> None:
        self.host.reader.stop()
        self.load.stop()
        self.host.listener.stop()
        self.runs.stop()

    def on_resize(self) -> None:
        self.panels.place()
        self.call_after_refresh(self._resized)

    def _resized(self) -> None:
        self.panels.show_details()
        self.draw_bars()

    def on_screen_resume(self) -> None:
        """Nothing covers the panels any more."""
        self.history.look()

    def on_panels_cursor_moved(self) -> None:
        self.load.moved()
        self._backend.in_view = self.panels.jids_in_view()
        self.draw_bars()

    # Called by the parts.

    def take(self, answer: Answer) -> None:
        self.host.take(answer)
        if answer.snapshot is not None:
            self.runs.take(answer.snapshot, answer.ticket)
            self.doctor.update()
            self.history.look()
            self.panels.take_views(answer.snapshot.older_view)
        self.redraw()
        if answer.snapshot is not None:
            self.load.begin()

    def redraw(self) -> None:
        if self.host.state is not None:
            self.panels.draw(*self.runs.picture(self.host.state, self.host.findings))
            self._backend.in_view = self.panels.jids_in_view()
            self.map.update(self.host.age)
        else:
            self.panels.draw_unread(self._backend.name, unread_lines(self.host.age), self.host.age.again)
        self.draw_bars()

    def _look(self) -> None:
        """Show what only the clock changes: that an answer is overdue, and when the host is tried again."""
        if self.host.look():
            self.redraw()

    def confirmed(self, plan: Plan) -> None:
        """It is about to be run: clear the marks, unless the plan was not made of them; await what it creates."""
        if plan.verb not in (Verb.SAVE, Verb.REMEDY):
            self.panels.rows.mark(frozenset())
        if plan.verb is Verb.SAVE and self.host.state is not None:
            from jailtui.plans.save import awaited_rows

            self.panels.await_rows(awaited_rows(plan, self.host.state))

    def settled(self, saved: bool) -> None:
        """The panels show the host as it is; what else is left of earlier runs is told now."""
        self.history.settled()

    def push(self, screen: Screen[Any], closed: Callable[[Any], None] | None = None) -> None:
        self.app.push_screen(screen, closed)

    def type_again(self, keys: Sequence[events.Key]) -> None:
        for key in keys:
            self.app.post_message(events.Key(key.key, key.character))

    def is_on_top(self, requester: Requester) -> bool:
        top: object = self.app.screen
        return top is requester

    # Commands that are off.

    def situation(self) -> CommandContext:
        state = self.host.state
        return CommandContext(
            read_only=self._backend.read_only or self.host.read_only,
            loaded=state is not None,
            stale=self.host.stale,
            running=self.runs.under_way,
            had_run=self.runs.progress is not None,
            panel=self.panels.active,
            rows=self.panels.rows.cursor is not None,
            configured=self.forms.configured_in is not None,
            kept=self.forms.kept,
            orphans=len(state.orphans) if state is not None else 0,
        )

    def why_not(self, command: Command) -> str | None:
        return why_not(command, self.situation())

    def blocked(self) -> str | None:
        return why_no_change(self.situation())

    async def action_command(self, name: str) -> None:
        """Do the command of that id, or show why it is off."""
        if (reason := self.why_not(BY_ID[name])) is not None:
            self.show_message(reason)
        else:
            await super().action_command(name)

    def draw_bars(self) -> None:
        host, now = self.host, self.situation()
        width = (self.size or self.app.size).width  # known before the first layout
        run = self.runs.under_way or ""
        state, findings = self.panels.state, self.panels.findings
        countdown = self.runs.keeping.countdown
        head = header(self._backend.name, state, host.age, now.read_only, run, width, findings, countdown, self.glyphs)
        self.head.show(*head)
        keys = {
            command.id: Key(
                key_names(command, self.keymap)[0],
                command.label if width >= WIDE or command.group != "Console" else "",
                f"screen.{command.action}" if command.group != "Move" else "",
                why_not(command, now) is not None,
            )
            for command in COMMANDS
            if command.footer
        }
        always = [keys.pop(name) for name in ("app.help", "app.palette", "app.leave")]
        self.bar.show_keys(*bar(keys.values(), always, width))
        if (text := notice(state, host.age, findings)) != self._noticed:
            self._noticed = text
            self.notice.update(text)
            self.notice.display = bool(text)

    # Commands.

    def _handlers(self) -> dict[str, Callable[[], Any]]:
        panels = self.panels
        return {
            **{command.id: partial(self._intend, command.verb) for command in ACTIONS if command.verb is not None},
            **{command.id: partial(self.forms.open, command.form) for command in FORMS if command.form is not None},
            **{f"panel.{name}": partial(panels.activate, name) for name in panels.lists},
            "panel.next": partial(panels.step, 1),
            "panel.previous": partial(panels.step, -1),
            "jail.shell": lambda: self._entering.shell(),
            "jail.path": lambda: self._paths.open(),
            "jail.inside": lambda: self._entering.inside(),
            "jail.log": lambda: self._entering.log(),
            "file.undo": self.forms.ask_undo,
            "file.redo": lambda: self.forms.ask_undo(redo=True),
            "epair.reclaim-all": partial(self.doctor.ask_reclaims, self),
            "go.orphan": self._to_next_orphan,
            "view.doctor": self.doctor.open,
            "view.map": lambda: self.map.open(self.host.age),
            "view.filter": lambda: self.bar.open_filter(panels.rows, panels.draw_titles),
            "view.back": self._back,
            "view.problems": panels.toggle_problems,
            "view.enlarge": panels.enlarge,
            "view.load": self.load.toggle,
            "sort.next": partial(panels.sort, 1),
            "sort.previous": partial(panels.sort, -1),
            "sort.invert": partial(panels.sort, 0),
            "view.pause": self._pause,
            "view.refresh": self.host.reader.ask,
            "view.timeline": self.happened.open,
            "view.run": self.runs.show,
            "view.history": self.history.open,
            "view.mouse": self._switch_mouse,
            "view.copy": self._copy_details,
            "view.save": self._save_text,
            "app.help": self._help,
            "app.palette": lambda: self.palette.open(self.why_not, self.keymap),
            "app.leave": self._leave,
        }

    @cached_property
    def _entering(self) -> Entering:
        """The part that looks into jails, loaded when it is first asked."""
        from jailtui.ui.parts.entering import Entering

        parts = self.panels, self.host.reader, self.background, self
        return Entering(self._backend, *parts, self.app.suspend, self.forms.ask_form)

    @cached_property
    def _paths(self) -> Paths:
        """The part that checks paths, loaded when it is first asked."""
        from jailtui.ui.parts.pathed import Paths

        return Paths(self._backend, self.panels, self.doctor, self.planner, self.background, self)

    def _after_failure(self) -> FailedRun:
        from jailtui.ui.parts.failed import FailedRun

        return FailedRun(
            self.panels, self.planner.ask_verb, self, lambda name: self.call_later(self.action_command, name)
        )

    def _intend(self, verb: Verb) -> None:
        """Show what `verb` would run for the marked rows, or for the row under the cursor."""
        rows = self.panels.rows
        keys = tuple(row.key for row in rows.rows if row.key in rows.marks) or (rows.cursor or "",)
        self.planner.ask_verb(verb, keys, self)

    def _to_next_orphan(self) -> None:
        if (key := self.panels.next_orphan()) is not None:
            self.panels.go_to("epairs", key)

    def _back(self) -> None:
        self.panels.back()
        self.bar.show_message("")
        self.draw_bars()

    def _pause(self) -> None:
        self.host.pause()
        self.draw_bars()

    def _switch_mouse(self) -> None:
        self._has_mouse = not self._has_mouse
        mouse(self.app, self._has_mouse)
        self.show_message("Mouse on." if self._has_mouse else "Mouse off: select text freely; M turns it on.")

    def _copy_details(self) -> None:
        self.post_message(Copy("\n".join(line.text.strip() for line in self.panels.details.lines) + "\n"))

    def _save_text(self) -> None:
        panels = self.panels
        shown = panels.details if panels.zoomed else panels.rows
        title = f"details of {panels.rows.cursor}" if panels.zoomed else panels.active
        self.post_message(SaveText(title, "\n".join(shown.text_lines()) + "\n"))

    def _help(self) -> None:
        from jailtui.ui.screens.dialog import command_help

        facts = self.host.state.facts if self.host.state is not None else None
        self.push(command_help(self.why_not, self.keymap, facts, self.glyphs))

    def _leave(self) -> None:
        """Leave the details, or the program; while a run is under way, cancel its rest first."""
        running = self.runs.under_way
        if self.panels.zoomed:
            self.panels.zoom(False)
        elif self.runs.cancel_rest():
            self.show_message(f"{running} is still running: no further task begins; q again quits once it has ended.")
        else:
            self.app.exit()
