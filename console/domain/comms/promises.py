"""Words that promise when something will be mended. Pure.

PagerDuty: never give an estimate. When clients hear of us again may be said, and when something was so in the past.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

_WORD = (
    r"(?:(?:twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety)(?:[\s-](?:one|two|three|four|five|six|seven|eight"
    r"|nine))?|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|(?:thir|four|fif|six|seven|eigh|nine)teen)"
)
_NUMBER = (
    rf"(?:\d+(?:[.,]\d+)?(?:\s*(?:-|–|to)\s*\d+)?|{_WORD}(?:\s+to\s+{_WORD})?|an?|half an"
    r"|(?:a\s+)?quarter\s+of\s+an|a few|few|(?:a\s+)?couple of|several)"
)
_UNIT = r"(?:m(?:in(?:ute)?s?)?|h(?:(?:ou)?rs?)?|days?|weeks?)"  # no seconds: those are how slow it is
_SPAN = rf"(?:{_NUMBER}[\s-]*(?:more\s+)?{_UNIT}\b|\d+h\d+m?\b)"
_ABOUT = (
    r"(?:(?:about|around|approximately|roughly|at most|up to|only|less than|under|the next|next|the coming|another"
    r"|~)\s+)*"
)
_DAY = r"(?:(?:mon|tues|wednes|thurs|fri|satur|sun)day)"
_MONTH = r"(?:jan|feb|mar|apr|may|june?|july?|aug|sep|oct|nov|dec)[a-z]*"
_DATE = rf"(?:\d{{1,2}}(?:st|nd|rd|th)?\s+{_MONTH}|{_MONTH}\s+\d{{1,2}}|\d{{4}}-\d\d-\d\d)\b"
_TIME = (
    r"(?:\d{1,2}[:.h]\d{2}|\d{1,2}\s*(?:am|pm|h|o'clock)\b|(?:\d{4}|\d{1,2})\s*(?:utc|gmt)\b"
    rf"|{_WORD}\s+(?:am|pm|o'clock)\b|noon\b|midnight\b|lunch(?:time)?\b)"
)
_TERM = (
    rf"(?:{_TIME}|{_DATE}|(?:tonight|tomorrow|(?:the\s+)?end\s+of\s+(?:the\s+)?(?:day|week|hour)|eod|cob|{_DAY}"
    r"|(?:this\s+|the\s+)?(?:early\s+|late\s+|mid-?)?(?:morning|afternoon|evening))\b)"
)

_ALWAYS = re.compile(
    rf"\b(?:in|within)\s+{_ABOUT}(?:{_SPAN}|the\s+(?:hour|day)\b)"
    rf"|\b(?:by|before|until|till|no\s+later\s+than)\s+(?:(?:about|around)\s+)?{_TERM}"
    rf"|\b(?:another|{_NUMBER})[\s-]*(?:more\s+)?{_UNIT}\s+(?:more|to go|left|remaining|from now)\b"
    rf"|\b(?:takes?|taking|needs?|lasts?)\s+{_ABOUT}{_SPAN}"
    rf"|\b(?:resolution|recovery|fix|repair)\s+(?:time\b|expected\b)[\s:]*{_TERM}"
    r"|\beta\b|\bestimated\s+(?:time|fix|resolution|restoration|recovery)\b",
    re.IGNORECASE,
)
_SPELT = re.compile(r"\be\.\s?t\.\s?a\b", re.IGNORECASE)  # its dots end no sentence
_WITH_MENDING = re.compile(
    rf"\b(?:at|from)\s+(?:(?:about|around)\s+)?{_TIME}|\bafter\s+{_ABOUT}{_SPAN}|\b(?:today|tonight|tomorrow)\b"
    rf"|\b(?:on|this|next)\s+(?:{_DAY}|{_DATE})|\bovernight\b|\b(?:this|next)\s+(?:morning|afternoon|evening|week)\b"
    rf"|\b(?:in|within)\s+{_ABOUT}(?:\d+\s*|{_WORD}\s+)s(?:ec(?:ond)?s?)?\b",
    re.IGNORECASE,
)
_VAGUE = re.compile(
    r"\b(?:soon|shortly|momentarily|any (?:minute|moment|time|second)(?: now)?|in no time|quickly|before long"
    r"|imminent(?:ly)?|as soon as possible|asap|should be (?:fixed|back|resolved)|almost (?:fixed|done|there))\b",
    re.IGNORECASE,
)
_SENTENCE = re.compile(r"[^.!?\n]+(?:[.]\d+[^.!?\n]*)*")
_NEWS = re.compile(
    r"\b(?:updat\w*|inform\w*|news|tell you|hear (?:from|of) us|report back|let you know|next message)\b",
    re.IGNORECASE,
)
_MENDS = re.compile(
    r"\b(?:fix\w*|resol\w*|restor\w*|mend\w*|recover\w*|solv\w*|repair\w*|back\b|work(?:s|ing)? again)\b",
    re.IGNORECASE,
)
_FUTURE = re.compile(
    r"\b(?:will|shall|should|going to|expect\w*|hope\w*|plan\w*|aim\w*|estimat\w*|eta)\b|'ll\b", re.IGNORECASE
)
_PAST = re.compile(
    r"\b(?:last|past|previous|ago|since|began|started|was|were|had|failed|stopped|returned|happened|saw|lost)\b",
    re.IGNORECASE,
)


def firm(text: str, *, over: bool = False) -> Iterator[str]:
    """Yield the words that say when it will be mended. ``over``: it is resolved, and the text tells what was."""
    yield from (found.group() for found in _SPELT.finditer(text))
    for sentence in map(re.Match.group, _SENTENCE.finditer(text)):
        mends, future = bool(_MENDS.search(sentence)), bool(_FUTURE.search(sentence))
        if (_NEWS.search(sentence) and not mends) or ((over or _PAST.search(sentence)) and not future):
            continue
        yield from (found.group() for found in _ALWAYS.finditer(sentence))
        if mends or future:
            yield from (found.group() for found in _WITH_MENDING.finditer(sentence))


def vague(text: str) -> Iterator[str]:
    """Yield the words that say so without a time."""
    for sentence in map(re.Match.group, _SENTENCE.finditer(text)):
        if not _NEWS.search(sentence) or _MENDS.search(sentence):
            yield from (found.group() for found in _VAGUE.finditer(sentence))
