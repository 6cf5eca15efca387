from __future__ import annotations

import subprocess
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from textual import keys as textual_keys
from textual.app import App

from console.ui.keys.bindings import bindings
from console.ui.keys.keymap import ANYWHERE, Action, check_keymap
from console.ui.keys.keynames import _NAMED, _PUNCTUATION, canonical, complaint
from console.ui.keys.moves import MARKS, MOVES
from tests.paths import REPO

ACK = Action("incident.ack", ("a",), "ack", "take it")
ESCALATE = Action("incident.escalate", ("e",), "escalate", "page the next")
DONE = Action("runbook.done", ("space",), "done", "step done", "runbook")
COPY = Action("copy.menu", ("y",), "copy", "copy")
STEP_COPY = Action("runbook.copy", ("y",), "copy command", "copy the step", "runbook")
HELP = Action("console.help", ("?", "f1"), "help", "keys")
YES = Action("dialog.confirm", ("enter", "y"), "yes", "do it", "dialog")
ACTIONS = (*MOVES, *MARKS, ACK, ESCALATE, DONE, COPY, STEP_COPY, HELP, YES)


def texts(remaps: dict[str, str]) -> list[str]:
    return [f"{problem.action}: {problem.text}" for problem in check_keymap(ACTIONS, remaps).problems]


def test_nothing_remapped_is_the_registry() -> None:
    keymap = check_keymap(ACTIONS, {})
    assert keymap.problems == ()
    assert keymap.remapped == {}
    assert keymap.table(ACTIONS) == [(action, action.keys) for action in ACTIONS]


def test_a_remap_replaces_all_keys_of_its_action() -> None:
    keymap = check_keymap(ACTIONS, {"console.help": "h , f2"})
    assert keymap.keys["console.help"] == ("h", "f2")
    assert keymap.remapped == {"console.help": "h,f2"}


@pytest.mark.parametrize(
    ("remaps", "said"),
    [
        ({"incident.ack": "e"}, 'incident.ack: "e" is already incident.escalate (escalate)'),
        ({"incident.akc": "z"}, 'incident.akc: no such action, did you mean "incident.ack"?'),
        ({"incident.ack": "ctl+zz"}, 'incident.ack: "ctl+zz" is not a key, did you mean "ctrl"?'),
        ({"incident.ack": "pagedwn"}, 'incident.ack: "pagedwn" is not a key, did you mean "pagedown"?'),
        ({"incident.ack": ""}, "incident.ack: no key given"),
        ({"incident.ack": " , "}, "incident.ack: no key given"),
        ({"incident.ack": "ctrl+c"}, 'incident.ack: "ctrl+c" cannot be changed: it tells how to quit'),
        ({"incident.ack": "ctrl+i"}, 'incident.ack: "ctrl+i" is the same as tab in most terminals'),
        ({"incident.ack": "ctrl+["}, 'incident.ack: "ctrl+[" is the same as escape in most terminals'),
        ({"incident.ack": "shift+b"}, 'incident.ack: "shift+b" is never sent; write "B"'),
        ({"incident.ack": "question_mark"}, 'incident.ack: "question_mark" is already console.help (help)'),
        ({"runbook.done": "a"}, 'runbook.done: "a" is already incident.ack (ack)'),
        ({"incident.ack": "space"}, 'incident.ack: "space" is already mark.toggle (mark) in incidents'),
        ({"dialog.confirm": "j"}, 'dialog.confirm: "j" is already move.down (down)'),
    ],
)
def test_every_mistake_is_named(remaps: dict[str, str], said: str) -> None:
    assert texts(remaps) == [said]
    keymap = check_keymap(ACTIONS, remaps)
    assert keymap.remapped == {}
    assert keymap.keys["incident.ack"] == ("a",)


@pytest.mark.parametrize(
    "remaps",
    [
        {"incident.ack": "e", "incident.escalate": "a"},  # swapped
        {"incident.ack": "z", "incident.escalate": "a"},  # moved up
        {"dialog.confirm": "a"},  # a dialog has its own keys
        {"runbook.done": "x", "mark.toggle": "x"},  # two panes
        {"copy.menu": "y,c"},  # keeps what it shares by default
        {"incident.ack": "+"},
        {"incident.ack": "alt+a,f12,é"},
    ],
)
def test_what_is_fine(remaps: dict[str, str]) -> None:
    assert texts(remaps) == []


def test_two_remaps_onto_one_key_leave_one() -> None:
    keymap = check_keymap(ACTIONS, {"incident.ack": "z", "incident.escalate": "z"})
    assert len(keymap.problems) == 1
    assert len(keymap.remapped) == 1


@settings(deadline=None)
@given(
    st.dictionaries(
        st.sampled_from([action.id for action in ACTIONS] + ["no.such"]),
        st.lists(st.sampled_from([*"abcdefgjkxyz?", "space", "f5", "ctrl+x", "tab", "nope"]), max_size=3).map(
            ",".join
        ),
        max_size=8,
    )
)
def test_what_remains_never_clashes(remaps: dict[str, str]) -> None:
    keymap = check_keymap(ACTIONS, remaps)
    assert check_keymap(ACTIONS, keymap.remapped).problems == ()
    assert set(keymap.keys) == {action.id for action in ACTIONS}
    assert all(keymap.keys.values())
    assert len(keymap.problems) + len(keymap.remapped) == len(remaps)


def test_our_names_of_keys_are_those_of_textual() -> None:
    theirs = {key.value for key in textual_keys.Keys} | {"space", "enter", "tab", "backspace"}
    assert theirs >= _NAMED
    for name, character in _PUNCTUATION.items():
        assert textual_keys._character_to_key(character) == name == canonical(character)


def test_the_plus_key_can_be_named() -> None:
    assert canonical("+") == "plus"
    assert canonical("ctrl++") == "ctrl+plus"
    assert complaint("+") == ""


class Keys(App[None]):
    """Two actions that note that they were called."""

    BINDINGS = bindings((ACK, ESCALATE), {"incident.ack": "note('ack')", "incident.escalate": "note('esc')"})

    def __init__(self) -> None:
        super().__init__()
        self.noted: list[str] = []

    def action_note(self, what: str) -> None:
        self.noted.append(what)


@pytest.mark.parametrize(
    ("remaps", "pressed", "noted"),
    [
        ({"incident.ack": "e", "incident.escalate": "a"}, "aez", ["esc", "ack"]),
        ({"incident.ack": "z"}, "aez", ["esc", "ack"]),
        ({"incident.ack": "z,?"}, "?az", ["ack", "ack"]),
    ],
)
async def test_a_checked_keymap_does_in_textual_what_it_says(
    remaps: dict[str, str], pressed: str, noted: list[str]
) -> None:
    app = Keys()
    app.set_keymap(check_keymap((ACK, ESCALATE), remaps).remapped)
    async with app.run_test() as pilot:
        await pilot.press(*pressed)
    assert app.noted == noted


def test_scopes_and_ids_are_well_formed() -> None:
    for action in (*MOVES, *MARKS):
        area, _, verb = action.id.partition(".")
        assert area
        assert verb
        assert action.scope in {ANYWHERE, "incidents"}
        assert not any(map(complaint, action.keys))


def test_keys_are_checked_without_textual() -> None:
    code = "import sys, console.ui.keys.keymap, console.ui.keys.moves; print('textual' in sys.modules, 'rich' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=REPO)
    assert done.stdout.split() == ["False", "False"]
