"""The form of an editor loses nothing and guesses nothing."""

from __future__ import annotations

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from console.domain.review.form import changed, from_form, to_form
from console.domain.review.sections import SECTIONS
from console.domain.text import multi_line

NAMES = [one.name for one in SECTIONS]
LINES = st.one_of(
    st.text(max_size=20), st.sampled_from(["== impact ==", "%% hint", "\\== x ==", "\\\\%%", "# x", "==", ""])
)
TEXTS = st.lists(LINES, max_size=5).map(lambda lines: multi_line("\n".join(lines)))


@settings(deadline=None, max_examples=40)
@given(st.dictionaries(st.sampled_from(NAMES), TEXTS))
@example({"impact": "== impact ==\n%% no hint\n\\== a"})
def test_what_goes_in_comes_out(sections: dict[str, str]) -> None:
    form = from_form(to_form("Review of INC-1: == x ==\n%%", sections))
    assert list(form) == NAMES
    assert {name: text for name, text in form.items() if text} == {
        name: text.rstrip() for name, text in sections.items() if text.strip()
    }
    assert changed(form, {name: text.strip("\n").rstrip() for name, text in sections.items()}) == {}


def test_a_section_that_was_taken_out_whole_stays_as_it_is() -> None:
    assert changed(from_form("== well ==\n"), {"well": "x", "impact": "y"}) == {"well": ""}


@pytest.mark.parametrize(
    ("form", "says"),
    [
        ("== impact ==\na\n== impact ==\nb", "line 3: impact is there twice"),
        ("%% hint\n\nlost", "line 3: a text without a section above it"),
        ("== blame ==", 'line 1: there is no section "blame"'),
    ],
)
def test_what_makes_no_sense_is_refused_by_its_line(form: str, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        from_form(form)
