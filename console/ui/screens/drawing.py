"""Drawing the session into the widgets; each method draws one part and is cheap to call when nothing changed."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from console.domain.filterhints import hint
from console.domain.hints import all_is_known
from console.domain.others import looking_words
from console.domain.pauses import running
from console.domain.snapshot import Detail
from console.domain.tracks import open_tracks
from console.ui.keys.actions import ALWAYS, FOOTER, WRITING
from console.ui.keys.shownkeys import first_key
from console.ui.panes.incidents import IncidentsPane
from console.ui.panes.pane import Pane
from console.ui.panes.runbook import RunbookPane
from console.ui.panes.views import ViewPane
from console.ui.screens.shape import LOWER, Mode
from console.ui.session import Session
from console.ui.text import Spans, wrap_spans
from console.ui.views.away import as_of
from console.ui.views.changes import likeliest_parts
from console.ui.views.clocks import clock_lines
from console.ui.views.flapping import flapping_parts
from console.ui.views.footer import footer_line
from console.ui.views.head import in_room
from console.ui.views.incidents import Around
from console.ui.views.memory import memory_parts
from console.ui.views.nextline import flash_line, next_line, wanted_line
from console.ui.views.parts import head_parts, part_lines
from console.ui.views.roster import roster_lines
from console.ui.views.there import waiting_parts
from console.ui.views.tickets import ticket_parts
from console.ui.views.timeline import alert_lines, all_links, link_lines, timeline_lines
from console.ui.views.titles import list_words, lower_title, pane_name, timeline_title
from console.ui.views.topline import top_line
from console.ui.views.tracks import track_lines
from console.ui.widgets.oneline import OneLine


class Drawing:
    """The widgets of the main screen and how they are filled."""

    def __init__(self, session: Session) -> None:
        glyphs = session.settings.glyphs
        self.session = session
        self.top = OneLine(glyphs=glyphs, id="top")
        self.next = OneLine(glyphs=glyphs, id="next")
        self.keys = OneLine(glyphs=glyphs, id="keys")
        self.incidents = IncidentsPane(self.around, glyphs, session.query_values)
        self.timeline = ViewPane(glyphs=glyphs, id="timeline")
        self.runbook = RunbookPane(glyphs=glyphs, id="runbook")
        self.roster = ViewPane(glyphs=glyphs, id="roster")
        self.clocks = ViewPane(glyphs=glyphs, id="clocks")
        self.flash = ""

    @property
    def panes(self) -> dict[str, Pane]:
        """The panes by name."""
        found = (self.incidents, self.clocks, self.roster, self.runbook, self.timeline)
        return {str(pane.id): pane for pane in found}

    @property
    def around(self) -> Around:
        """What the table's cells need now."""
        session = self.session
        duties = session.snapshot.duties if session.snapshot else ()
        on_duty = frozenset(one.person for one in duties if one.person)
        return Around(session.frame, session.policy, on_duty, session.look.forgotten)

    def top_line(self, width: int) -> None:
        """Draw the top line."""
        session = self.session
        if session.snapshot is None:
            self.top.say(((" oncall ", "badge-brand"), ("  opening the store …", "dim")))
        else:
            told = top_line(
                session.snapshot,
                session.board.digest,
                session.frame,
                width,
                readonly=bool(session.readonly),
                load=session.load,
            )
            self.top.say(told)

    def next_line(self, width: int, painted: str | None, key_of: Callable[[str], str]) -> None:
        """Draw what to do next, or for a moment why a key did nothing."""
        hint = self.session.hint
        if self.flash:
            self.next.say(flash_line(self.flash))
        elif hint is not None:
            session, here = self.session, self.session.here(painted)
            self.next.say(
                next_line(
                    hint, painted, key_of, width, session.readonly, focus=session.shape.focus, here=here
                )
            )

    def footer(
        self,
        possible: Callable[[str], bool],
        key_of: Callable[[str], str],
        title: Callable[[str], str],
        width: int,
    ) -> None:
        """Draw the keys that are valid now."""
        shape = self.session.shape
        names = FOOTER[shape.focus]
        if shape.mode is not Mode.WIDE and "tab.next" not in names:
            names = (*names[:5], "tab.next", *names[5:])
        keys = [(key_of(name), title(name)) for name in names if possible(name)]
        always = [(key_of(name), title(name)) for name in ALWAYS]
        self.keys.say(footer_line(keys, always, width))

    def list(self) -> None:
        """Draw the incidents and what is said below and instead of them."""
        session = self.session
        table = self.incidents.table
        table.set_empty(*self._emptiness())
        table.set_rows(session.board.items)
        self.below()

    def below(self) -> None:
        """Draw the words below the list: what is wrong with the query, else what is shown and hidden."""
        session = self.session
        board = session.board
        if session.bulk is not None and session.bulk.running:
            key = first_key(session.settings.keymap, "console.back")
            self.incidents.say_below(f"{session.bulk.words} · {key} stops the rest", loud=True)
            return
        field = self.incidents.filter
        if field.display and (may_be := hint(field.value, session.query_values())):
            shown = "" if session.filter_error else f" · {len(board.items)} shown"
            self.incidents.say_below(f"{may_be}{shown}")
            return
        if session.filter_error:
            self.incidents.say_below(session.filter_error, loud=True)
            return
        marked = len(self.incidents.table.marks)
        key = first_key(session.settings.keymap, "filter.edit")
        told = as_of(session.snapshot, session.frame) if session.snapshot else ""
        words = list_words(session.look, len(board.items), board.hidden, marked, key, as_of=told)
        self.incidents.say_below(words, loud=not session.look.plain or bool(marked or told))

    def _emptiness(self) -> tuple[Spans, ...]:
        """Return what an empty list means; never "quiet" while anything is unknown."""
        session = self.session
        if session.snapshot is None:
            return ((("opening the store …", "dim"),),)
        if session.board.hidden:
            return (
                ((f"nothing matches: {session.look.words}", ""),),
                ((f"{session.board.hidden} hidden by filter; escape clears it", "dim"),),
            )
        if all_is_known(session.snapshot, session.now):
            return ((("all quiet: every source is live and nothing is open", "source-live"),),)
        return (
            (("nothing is open here, but not everything is known", "source-stale bold"),),
            (("the top line says what is not live", "dim"),),
        )

    def below_panes(self) -> None:
        """Draw what belongs to the selected incident."""
        session = self.session
        self.clock_pane()
        self.onlookers()
        detail = session.detail
        if detail is None:
            words = session.detail_trouble or ("…" if session.selected else "no incident")
            self.timeline.say(lambda width: wrap_spans(((words, "dim"),), width))
            self.runbook.say_nothing()
        else:
            policy, frame, tab = session.policy, session.frame, session.shape.tab
            makers: dict[str, Callable[[int], list[Spans]]] = {
                "timeline": lambda width: [
                    *self._above(detail, width),
                    *timeline_lines(detail, policy, frame, width),
                ],
                "alerts": lambda width: [
                    *part_lines(detail, policy, frame, width, self._key("next.go")),
                    *alert_lines(detail.incident, policy, frame, width, detail.tries),
                ],
                "links": lambda width: link_lines(detail, policy, frame, width),
                "tracks": lambda width: track_lines(
                    detail.incident, policy, frame, width, self._key("incident.track")
                ),
            }
            self.timeline.say(makers[tab])
            self.runbook.say_detail(detail, policy, frame)
        self.titles()

    def _above(self, detail: Detail, width: int) -> Sequence[Spans]:
        """Return where it begins, that it flaps, the likeliest change, and what was before, once that has been read."""
        session, incident = self.session, detail.incident
        memory = session.remembered(incident.id)
        key = first_key(session.settings.keymap, "memory.open")
        parts = [
            *head_parts(incident, self._key("next.go")),
            *flapping_parts(incident, session.policy, session.frame),
            *likeliest_parts(detail, session.policy),
            *ticket_parts(incident),
            *waiting_parts(detail, session.frame),
            *(memory_parts(memory, session.policy, session.frame, key) if memory else ()),
        ]
        return in_room(parts, self.timeline.lines.size.height, width, session.settings.glyphs.ellipsis)

    def clock_pane(self) -> None:
        """Draw the clocks of the selected incident."""
        session = self.session
        standing = session.standing(session.selected)
        if standing is None:
            self.clocks.say(
                lambda _width: (
                    [(("no incident", "dim"),)]
                    if not session.selected
                    else [((session.selected, "bold"),), (("is not open any more", "dim"),)]
                )
            )
        else:
            row, policy, frame, looking = standing.row, session.policy, session.frame, self._looking()
            here = session.here(row.id)
            wants = wanted_line(here, session.shape.focus, self._key) if here else ()
            detail = session.detail
            pause = running(detail.incident) if detail and detail.incident.id == row.id else None
            self.clocks.say(
                lambda width: clock_lines(row, policy, frame, width, looking, wants=wants, pause=pause)
            )

    def _key(self, action: str) -> str:
        """Return the key of an action; empty where nothing may be written and it would."""
        session = self.session
        return "" if session.readonly and action in WRITING else first_key(session.settings.keymap, action)

    def _looking(self) -> str:
        """Return who else looks at the selected incident."""
        session = self.session
        people = session.board.onlookers.get(session.selected, ())
        return looking_words(people, session.me, session.policy)

    def onlookers(self) -> None:
        """Say who else looks at the selected incident at the edge of the lower pane, where the clocks are hidden."""
        words = self._looking() if self.session.shape.mode is Mode.NARROW else ""
        told = f"{self.session.settings.glyphs.looked_at} {words}" if words else ""
        for pane in (self.timeline, self.runbook):
            pane.say_below(told)

    def roster_pane(self) -> None:
        """Draw who is on call."""
        snapshot, frame, ready = self.session.snapshot, self.session.frame, self.session.ticked
        if snapshot is not None:
            self.roster.say(lambda width: roster_lines(snapshot, frame, width, ready=ready))

    def titles(self) -> None:
        """Draw the titles; where panes share a place, its title has them all."""
        session, shape = self.session, self.session.shape
        detail = session.detail
        alerts = len(detail.incident.members) if detail else 0
        links = len(all_links(detail, session.policy, session.frame.now).offered) if detail else 0
        tracks = len(open_tracks(detail.incident.tracks)) if detail else 0
        tabs = timeline_title(shape.tab, alerts, links, tracks)
        for name, pane in self.panes.items():
            if name in LOWER and shape.mode is Mode.NARROW and not shape.zoomed:
                pane.say_title(lower_title(name, LOWER, tabs))
            elif name == "timeline":
                pane.say_title(tabs)
            else:
                pane.say_title([(pane_name(name), True)])
