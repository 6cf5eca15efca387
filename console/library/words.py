"""What English says about a runbook's parts: which headings hold a procedure, which sentences are orders."""

from __future__ import annotations

import re
from enum import Enum


class Section(Enum):
    """What stands below a heading."""

    PROCEDURE = "procedure"
    FACTS = "facts"
    UNSAID = "unsaid"


_PROCEDURE = re.compile(
    r"\b(diagnos\w*|mitigat\w*|resolution|resol(?:ve|ving)|remed\w+|troubleshoot\w*|steps?|procedures?|fix(?:es|ing)?"
    r"|actions?|checks?|checklist|to check|to do|how[ -]to|runbook|playbook|roll[ -]?back|restor\w+|recover(?:y|ing)?"
    r"|investigat\w+|debug\w*|workarounds?|instructions?|solutions?|verif\w+|repair\w*|fail[ -]?over|rollout|clean[ -]?up"
    r"|response|tasks)\b",
    re.IGNORECASE,
)
_FACTS = re.compile(
    r"\b(meaning|impact|symptoms?|causes?|reasons?|why|background|overview|summary|architecture|references?|further"
    r"|links|documentation|see also|contents|toc|definitions?|scope|purpose|descriptions?|expected|glossary|goals?"
    r"|what is|what are|what does|requirements?|examples?|licen[cs]e|severity|context|dashboards|faq|changelog"
    r"|pre-?requisites?|before you (?:begin|start)|assumptions?|history|limitations?|known issues|considerations?|options|failure modes)\b",
    re.IGNORECASE,
)
_HOW_TO = re.compile(r"\bhow[ -]?to\b", re.IGNORECASE)
_NUMBERED = re.compile(
    r"^\s*(?:step\s+)?(\d{1,2})\s*[.):\u2013\u2014-]\s*(?=\S)|^\s*step\s+(\d{1,2})\b", re.IGNORECASE
)
_MARKUP = re.compile(r"^[\s*_>\[\]()#`\"'\u2705\u26a0-]+")
_STUB = re.compile(
    r"^\W*(?:todo|tbd|tba|fixme|wip|xxx|n/?a|none|coming soon|to be (?:done|written|added|defined|determined)"
    r"|work in progress|placeholder)\b",
    re.IGNORECASE,
)
MAX_SENTENCES = 40
"""Sentences of a paragraph in which an order is looked for."""

MAX_LABEL = 4
"""Words before a colon that are a step's label ("Alternative:"), not a sentence."""

_SENTENCE = re.compile(r"(?<=[.:;!?])\s+")
_BEFORE = re.compile(
    r"^in (?:\w+ ){1,3}(?:cases?|situations?),? |^you (?:should|must|need to|have to|(?:can|could|may) also)(?: try to)? ",
    re.IGNORECASE,
)
_CLAUSE = re.compile(r",\s+(?:please\s+|then\s+|just\s+)?(?=[a-z])", re.IGNORECASE)
_WORD = re.compile(r"[a-z]+(?:-[a-z]+)*", re.IGNORECASE)


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


# Words that may come before the order itself: "If the disk is full, delete ...", "Finally, restart ...".
_OPENERS = _set(
    "additionally after again alternatively always as at based before by carefully depending during each either"
    " every finally first firstly for from if immediately in into lastly manually next now on once only optional optionally please"
    " quickly second secondly since then there third to under unless until using via when where with within"
    " you we"
)

_LEADS = _set(
    "please then next first finally now also immediately optionally carefully manually lastly again"
)

_GLUE = _set("the a an to of is are and in for if on with this that it not you")
_BE = _set("is are was were has have had can cannot may might")
_WHAT = _set("it that what which whether if this there who all everything nothing they these those")

VERBS = _set(
    "access acknowledge activate add adjust allow alert amend announce answer append apply approve"
    " archive ask assess assign attach attempt backup ban begin block book bounce bring browse build"
    " bump call cancel capture change check choose clean clear click clone close collect commit compare"
    " complete compress conduct configure confirm connect consider consult contact continue convert copy"
    " cordon correct correlate count create debug decide declare decrease define delete deploy describe"
    " destroy detach determine diagnose disable disconnect discuss do document double-check download downscale"
    " drain drop dump edit email empty enable ensure enter escalate establish estimate evaluate evict"
    " examine exclude exec execute exit expand explore export extend extract fail failover fetch fill"
    " filter find fix flush follow force generate get give go grab grant grep halt have help identify"
    " ignore implement import include increase inform initiate insert inspect install invalidate"
    " investigate invoke isolate join keep kill label launch leave let list locate lock log login look"
    " lower make mark measure merge migrate mitigate monitor mount move mute navigate note notify"
    " observe obtain open page paste patch pause perform persist pick pin ping post prepare press"
    " prevent promote provide provision publish pull purge push put query raise re-enable re-create re-"
    " deploy re-publish re-run re-sync reach read reassign reboot rebuild recheck reclaim reconfigure"
    " record recover recreate redeploy redirect reduce refer refresh register reindex reinstall reload"
    " remediate remount remove rename repair repeat replace replay report request rerun reschedule reset"
    " reshard resize resolve restart restore resume retire retrieve retry return revert review revoke"
    " roll rollback rotate route run save scale schedule scroll search secure select send serve set"
    " share shift shrink shut silence skip snapshot soft-mark speak ssh start stop submit subscribe"
    " suspend swap switch sync tag tail take talk tell terminate test throttle toggle trace track"
    " transfer trigger triage troubleshoot truncate try tune turn type unblock uncheck uncordon undo"
    " uninstall unlock unmount unpin unpublish unselect unset update upgrade upload use validate verify"
    " view visit wait watch wipe write"
)


def section_of(heading: str) -> Section:
    """Return what a heading announces. An order ("Restart the pods") or "Restarting ..." announces a procedure."""
    if _FACTS.search(heading):
        return Section.FACTS
    if _PROCEDURE.search(heading) or is_order(heading) or _is_gerund(heading):
        return Section.PROCEDURE
    return Section.UNSAID


def number_of(heading: str) -> tuple[int, str] | None:
    """Return the number and the rest of ``Step 3: ...`` or ``3. ...``, or None."""
    found = _NUMBERED.match(heading)
    if found is None:
        return None
    return int(found.group(1) or found.group(2)), heading[found.end() :].lstrip(" .:)-\u2013\u2014")


def says_step(heading: str) -> bool:
    """Return whether a heading calls itself a step."""
    return re.match(r"\s*step\s+\d", heading, re.IGNORECASE) is not None


def is_order(sentence: str) -> bool:
    """Return whether a sentence, after its openers, tells somebody to do something."""
    words = _words(sentence)
    if not words:
        return False
    if words[0] in VERBS:
        return not _states(words)
    return words[0] in _OPENERS and any(word in VERBS for word in words[1:])


def order_in(paragraph: str) -> str:
    """Return a paragraph from the first sentence on that gives an order, alone or after its condition; or nothing.

    "The cause varies. Check the nodes." and "If it is down, restart it." give one; "In time the lag
    will drop" does not: in running text a verb somewhere in a sentence proves nothing.
    """
    if is_stub(paragraph):
        return ""
    sentences = _SENTENCE.split(paragraph)
    for n, sentence in enumerate(sentences[:MAX_SENTENCES]):
        if _sentence_tells(sentence):
            labelled = n > 0 and sentences[n - 1].endswith(":") and len(sentences[n - 1].split()) <= MAX_LABEL
            return " ".join(sentences[n - labelled :])
    return ""


def is_stub(text: str) -> bool:
    """Return whether a text only says that somebody has to write it."""
    return _STUB.match(text) is not None


def _sentence_tells(sentence: str) -> bool:
    words = _words(_BEFORE.sub("", sentence.lstrip("*_> ")))
    while words and words[0] in _LEADS:
        words = words[1:]
    if len(words) > 1 and words[0] in VERBS and words[0] != "note":
        return not _states(words)
    if not words or words[0] not in _OPENERS:
        return False
    clauses = map(_words, _CLAUSE.split(sentence)[1:])
    return any(
        len(clause) > 1 and clause[0] in VERBS and clause[0] != "refer" and not _states(clause)
        for clause in clauses
    )


def _words(sentence: str) -> list[str]:
    return [word.lower() for word in _WORD.findall(_MARKUP.sub("", sentence)[:300])]


def begins_with_order(heading: str) -> bool:
    """Return whether a heading of several words begins with an order ("Restart the pods", not "Rollback")."""
    number = number_of(heading)
    words = [word.lower() for word in _WORD.findall(_MARKUP.sub("", number[1] if number else heading))]
    return len(words) > 1 and words[0] in VERBS and not _states(words)


def names_procedure(heading: str) -> bool:
    """Return whether a heading announces a procedure by its name ("Mitigation", "Steps"), not by an order."""
    return bool(_PROCEDURE.search(heading)) and not _FACTS.search(heading) and not _HOW_TO.search(heading)


def is_foreign(text: str) -> bool:
    """Return whether a text is not plainly English, so that its wording cannot be judged."""
    words = [word.lower() for word in _WORD.findall(text)]
    return sum(word in _GLUE for word in words) * 25 < len(words)


def _states(words: list[str]) -> bool:
    """Return whether a sentence that begins like an order says how something is ("Log volume is high")."""
    if len(words) > 1 and words[1] in _BE:
        return True
    return len(words) > 2 and words[2] in _BE and words[1] not in _WHAT


def _is_gerund(heading: str) -> bool:
    """Return whether a heading begins with the -ing form of a known order ("Restarting a node")."""
    found = _WORD.match(_MARKUP.sub("", heading))
    word = found.group().lower() if found else ""
    if not word.endswith("ing"):
        return False
    stem = word[:-3]
    return (
        stem in VERBS
        or f"{stem}e" in VERBS
        or (len(stem) > 2 and stem[-1] == stem[-2] and stem[:-1] in VERBS)
    )
