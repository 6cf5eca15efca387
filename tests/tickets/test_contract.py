"""What every ticket system does alike. The trackers are ours, written from the products' documentation."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from typing import Any

import pytest
from markdown_it import MarkdownIt

from console.domain.people import Person
from console.errors import SourceError
from tests.fakes.http import Reply
from tests.fakes.ticketing import FakeGitHub, FakeGitLab, FakeJiraTickets
from tests.tickets.conftest import Rig

RINA = Person("rina", "Rina", (("email", "rina@acme.example"), ("github", "rina"), ("gitlab", "@rina")))
BUDI = Person("budi", "Budi")


def words(rig: Rig) -> str:
    """Return all that was sent."""
    return json.dumps([one.body for one in rig.tracker.writes], ensure_ascii=False)


async def test_a_ticket_says_everything_and_is_found_again(rig: Rig) -> None:
    draft = rig.draft(actual="cards are declined", ideal="cards are taken")
    assert await rig.system.find(draft) is None
    made = await rig.system.create(draft)
    assert made.url.startswith(rig.tracker.url)
    assert made.key in {"OPS-17", "acme/shop#41"}
    assert made.lacks == ()
    sent = words(rig)
    for part in (
        "INC-1",
        "cards are declined",
        "cards are taken",
        "Timeline",
        "Reporter",
        draft.marker,
        "incident",
    ):
        assert part in sent
    assert "https://oncall.example/INC-1" in sent
    found = await rig.system.find(draft)
    assert found is not None
    assert (found.key, found.assignee.casefold()) == (made.key, "rina")
    looked = await rig.system.look(made.key)
    assert looked is not None
    assert "INC-1" in looked.title


async def test_what_is_not_there_is_none(rig: Rig) -> None:
    assert await rig.system.look("OPS-99" if "jira" in rig.name else "acme/shop#99") is None


async def test_a_comment_with_the_same_mark_is_made_once(rig: Rig) -> None:
    made = await rig.system.create(rig.draft())
    await rig.system.comment(made.key, "INC-1 is resolved.\nCause: deploy", "e1")
    await rig.system.comment(made.key, "INC-1 is resolved.\nCause: deploy", "e1")
    await rig.system.comment(made.key, "INC-1 is open again", "e2")
    ((_, said),) = rig.tracker.comments.items()
    assert len(said) == 2


async def test_it_is_moved_and_given_to_somebody(rig: Rig) -> None:
    made = await rig.system.create(rig.draft())
    with pytest.raises(SourceError, match="no transition"):
        await rig.system.move(made.key, "Ship it")
    moved = await rig.system.move(made.key, "Done" if "jira" in rig.name else "closed")
    assert moved.state in {"Done", "closed"}
    given = await rig.system.assign(made.key, RINA)
    assert given.assignee.casefold() == "rina"
    with pytest.raises(SourceError) as caught:
        await rig.system.assign(made.key, BUDI)
    assert caught.value.permanent
    assert "Budi" in str(caught.value)


async def test_proving_changes_nothing(rig: Rig) -> None:
    proof = await rig.system.prove()
    assert rig.tracker.writes == []
    assert all(": needed" in one for one in proof.missing)
    assert bool(proof.missing) == ("jira" in rig.name)


@pytest.mark.parametrize("status", [401, 403])
async def test_credentials_that_are_not_accepted_are_told_apart(rig: Rig, status: int) -> None:
    rig.tracker.replies.extend([Reply.json({"message": "no"}, status)] * 3)
    with pytest.raises(SourceError) as caught:
        await rig.system.find(rig.draft())
    assert (caught.value.parked, caught.value.status) == (True, status)
    assert "made-up" not in str(caught.value)


async def test_asking_too_often_is_a_reason_to_wait(rig: Rig) -> None:
    rig.tracker.replies.append(Reply(429, b"{}", {"Retry-After": "30"}))
    with pytest.raises(SourceError) as caught:
        await rig.system.create(rig.draft())
    assert (caught.value.retry_after, caught.value.permanent) == (30.0, False)


async def test_an_answer_that_is_no_json_is_no_ticket(rig: Rig) -> None:
    rig.tracker.replies.append(Reply(201, b"<html>login</html>"))
    with pytest.raises(SourceError, match="web page"):
        await rig.system.create(rig.draft())


async def test_a_secret_is_never_shown(rig: Rig) -> None:
    assert "made-up" not in repr(rig.system) + repr(rig.system.__dict__)


HOSTILE = (
    "@channel @rina [~rina] #12 acme/web#3 GH-7 !5 {code} {{x}} <script>alert(1)</script> ```\n"
    "acme/web!5 я@rina é#3 \u202e\u2066 \U0001f525\n"
    "/close\n/assign @rina\n# h1\nh1. big\n|a|b|\n!http://evil.example/a.png!\n[x](javascript:alert(1)) [x|http://e.example]\x1b[2J"
)


async def test_what_people_wrote_is_text_there(rig: Rig) -> None:
    draft = rig.draft(actual=HOSTILE, ideal=HOSTILE)
    made = await rig.system.create(draft)
    await rig.system.comment(made.key, HOSTILE, "e1")
    body = _body(rig.tracker.issues[0])
    told = next(iter(rig.tracker.comments.values()))[0]
    for text in (body, told):
        if isinstance(text, dict):
            _is_only_text(text)
        elif rig.name == "jira-server":
            _is_inert_wiki(text)
        else:
            _is_inert_markdown(text)


def _is_only_text(document: dict[str, Any]) -> None:
    nodes = _nodes(document)
    known = {"doc", "heading", "paragraph", "text", "bulletList", "listItem", "blockquote"}
    assert {one["type"] for one in nodes} <= known
    marks = [mark for one in nodes for mark in one.get("marks", ())]
    assert all(mark["attrs"]["href"].startswith("https://") for mark in marks if mark["type"] == "link")


def _is_inert_wiki(text: str) -> None:
    assert "\x1b" not in text
    bare = re.sub(r"\\.", "", text)  # without what is escaped
    for raw in ("[~", "{code", "{{", "[x", "!http", "\nh1.", "\n|", "<"):
        assert raw not in bare


def _is_inert_markdown(text: str) -> None:
    assert "\x1b" not in text
    for raw in (
        "@rina",
        "@channel",
        "#12",
        "web#3",
        "GH-7",
        " !5",
        "web!5",
        "\u202e",
        "\u2066",
        "\n/close",
        "\n/assign",
    ):
        assert raw not in text
    tokens = [one for token in MarkdownIt().parse(text) for one in (token, *(token.children or ()))]
    assert not {"html_block", "html_inline", "fence", "code_block", "image"} & {one.type for one in tokens}
    links = [str(one.attrGet("href")) for one in tokens if one.type == "link_open"]
    assert all(link.startswith("https://") for link in links)


async def test_a_text_that_is_too_long_is_shortened_and_says_so(rig: Rig) -> None:
    long = "\n".join(f"{n} " + "{x}[~a]" * 40 for n in range(2000))
    await rig.system.create(rig.draft(actual=long, ideal=long))
    body = _body(rig.tracker.issues[0])
    size = len(body) if isinstance(body, str) else len(json.dumps(body, ensure_ascii=False))
    assert size <= (32_767 if "jira" in rig.name else 65_536)


async def test_the_same_draft_is_the_same_bytes(rig: Rig) -> None:
    await rig.system.create(rig.draft(actual=HOSTILE))
    await rig.system.create(rig.draft(actual=HOSTILE))
    one, two = (request.content for request in rig.tracker.writes)
    assert one == two


async def test_fields_that_a_screen_has_not_are_left_out_and_said(rig: Rig) -> None:
    if isinstance(rig.tracker, FakeJiraTickets):
        rig.tracker.screen = {"assignee"}
        made = await rig.system.create(rig.draft())
        assert [one.partition(":")[0] for one in made.lacks] == ["without components", "without priority"]
        assert len(rig.tracker.issues) == 1
    elif isinstance(rig.tracker, FakeGitHub):
        rig.tracker.may_label = False
        assert "without labels" in (await rig.system.create(rig.draft())).lacks[0]


async def test_a_long_note_fits_into_a_comment_and_says_what_is_left_out(rig: Rig) -> None:
    made = await rig.system.create(rig.draft())
    await rig.system.comment(made.key, "\n".join(f"{n} " + "{x}[~a]<b>" * 12 for n in range(300)), "e1")
    said: Any = rig.tracker.comments.popitem()[1][0]
    told = said if isinstance(said, str) else json.dumps(said, ensure_ascii=False)
    assert len(told) <= (32_767 if "jira" in rig.name else 65_536)
    assert "e1" in told
    assert "…" in told


async def test_no_title_calls_anybody(rig: Rig) -> None:
    draft = replace(rig.draft(), title="INC-1 @rina #12 я@rina acme/web!5 GH-7\n/close \x1b[2J" + "x" * 300)
    await rig.system.create(draft)
    issue = rig.tracker.issues[0]
    title = issue.get("fields", issue).get("title") or issue["fields"]["summary"]
    assert len(title) <= (256 if rig.name == "github" else 255)
    assert "\n" not in title
    assert "\x1b" not in title
    if "jira" not in rig.name:
        assert not [raw for raw in ("@rina", "#12", "web!5", "GH-7") if raw in title]


async def test_whom_the_product_does_not_take_is_said_and_the_ticket_is_made(rig: Rig) -> None:
    draft = replace(rig.draft(), assignee="budi@acme.example" if "jira" in rig.name else "budi")
    made = await rig.system.create(draft)
    assert len(rig.tracker.issues) == 1
    (lack,) = made.lacks
    assert lack.startswith("without assignee")
    assert "budi" in lack


async def test_who_was_not_given_it_is_not_said_to_have_it(rig: Rig) -> None:
    made = await rig.system.create(rig.draft())
    contacts = (("email", "budi@acme.example"), ("github", "budi"), ("gitlab", "budi"))
    with pytest.raises(SourceError) as caught:
        await rig.system.assign(made.key, Person("budi", "Budi", contacts))
    assert caught.value.permanent
    assert "budi" in str(caught.value).casefold()


async def test_what_somebody_closed_there_already_is_left_as_it_is(rig: Rig) -> None:
    made = await rig.system.create(rig.draft())
    name = "Close" if "jira" in rig.name else "closed"
    await rig.system.move(made.key, name)
    again = await rig.system.move(made.key, name)
    assert again.state in {"Done", "closed"}


async def test_a_ticket_that_is_gone_is_said_to_be_gone(rig: Rig) -> None:
    made = await rig.system.create(rig.draft())
    rig.tracker.issues.clear()
    for asked in (
        rig.system.comment(made.key, "INC-1 is resolved", "e1"),
        rig.system.move(made.key, "Done" if "jira" in rig.name else "closed"),
        rig.system.assign(made.key, RINA),
    ):
        with pytest.raises(SourceError) as caught:
            await asked
        assert caught.value.permanent
        assert made.key in str(caught.value)
        assert "gone" in str(caught.value)
        assert "url" not in str(caught.value)


async def test_one_without_its_label_is_found_by_its_text(rig: Rig) -> None:
    if not isinstance(rig.tracker, FakeGitHub | FakeGitLab):
        return
    rig.tracker.may_label = False
    draft = rig.draft()
    made = await rig.system.create(draft)
    found = await rig.system.find(draft)
    assert found is not None
    assert found.key == made.key
    assert await rig.system.find(replace(draft, marker="oncall-INC-1-00000000")) is None


async def test_a_copy_made_there_is_not_taken_for_the_ticket(rig: Rig) -> None:
    draft = rig.draft()
    made = await rig.system.create(draft)
    await rig.system.create(draft)
    found = await rig.system.find(draft)
    assert found is not None
    assert found.key == made.key


async def test_how_it_stands_there_is_known_from_the_first(rig: Rig) -> None:
    made = await rig.system.create(rig.draft())
    assert made.state in {"To Do", "open", "opened"}
    assert made.assignee.casefold() == "rina"


async def test_projects_that_are_not_there_are_named(rig: Rig) -> None:
    jira = "jira" in rig.name
    proof = await rig.another(project="PAY" if jira else "acme/gone", issue_type="Outage").prove()
    if jira:
        (type_words,) = [one for one in proof.missing if "Outage" in one]
        assert "PAY" in type_words
        assert "Incident" in type_words
    proof = await rig.another(routes=[{"project": "LOST" if jira else "acme/lost"}]).prove()
    (words,) = [one for one in proof.missing if "lost" in one.casefold()]
    assert "not there, or not ours to see" in words
    assert rig.tracker.writes == []


async def test_rights_are_asked_for_in_each_project(rig: Rig) -> None:
    if not isinstance(rig.tracker, FakeJiraTickets):
        return
    proof = await rig.another(routes=[{"project": "PAY"}]).prove()
    asked = [one.one("projectKey") for one in rig.tracker.requests if one.path.endswith("/mypermissions")]
    assert asked == ["OPS", "PAY"]
    assert [one for one in proof.missing if "Transition" in one and "OPS" in one and "PAY" in one]


async def test_comments_in_a_service_desk_are_for_the_team_only(rig: Rig) -> None:
    if not isinstance(rig.tracker, FakeJiraTickets):
        return
    made = await rig.system.create(rig.draft())
    await rig.system.comment(made.key, "the vendor was called", "e1")
    sent = rig.tracker.writes[-1].body
    assert sent["properties"] == [{"key": "sd.public.comment", "value": {"internal": True}}]


def _body(issue: dict[str, Any]) -> Any:
    fields = issue.get("fields", issue)
    return fields["description"] if "description" in fields else fields["body"]


def _nodes(node: dict[str, Any]) -> list[dict[str, Any]]:
    return [node, *(found for child in node.get("content", ()) for found in _nodes(child))]
