"""A mailbox: what is a report, what it says, and what is done with it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from console.domain.ability import Ability
from console.domain.alert import Poll
from console.domain.priority import Priority
from console.domain.text import multi_line, one_line
from console.domain.vocabulary import EffectKind
from console.sources.email import Options, parse
from console.sources.email.grammar import fetched, folder_name, uid_set
from tests.fakes.imap import PASSWORD, USER
from tests.sources.conftest import NOW
from tests.sources.mails import id_of, mail

TABLE = {"host": "imap.shop.example", "username": USER, "password": PASSWORD}


def options(**more: Any) -> Options:
    return Options.model_validate({**TABLE, **more})


def read(*mails: bytes, **more: Any) -> Poll:
    messages = [
        {
            "uid": number,
            "flags": [],
            "received": NOW.isoformat(),
            "source": raw.decode("utf-8", "surrogateescape"),
        }
        for number, raw in enumerate(mails, 1)
    ]
    return parse({"validity": "1", "messages": messages}, "mail", options(**more))


# What is a report


@pytest.mark.parametrize(
    "headers",
    [
        {"Auto_Submitted": "auto-generated (rule)"},
        {"X_Auto_Response_Suppress": "OOF, AutoReply"},
        {"Precedence": "bulk"},
        {"Precedence": "junk"},
        {"Return_Path": "<>"},
        {"sender": "Mail Delivery <MAILER-DAEMON@mx.acme.example>"},
    ],
    ids=str,
)
def test_what_a_machine_sent_is_no_report_unless_asked_for(headers: dict[str, str]) -> None:
    poll = read(mail(**headers), mail("B"))
    assert ([one.name for one in poll.alerts], poll.complete, poll.problems) == (["B"], True, ())
    assert len(read(mail(**headers), mail("B"), automatic=True).alerts) == 2


@pytest.mark.parametrize("headers", [{"Auto_Submitted": "no"}, {"X_Auto_Response_Suppress": "None"}], ids=str)
def test_what_a_person_sent_is_one(headers: dict[str, str]) -> None:
    assert len(read(mail(**headers)).alerts) == 1


def test_groups_mark_all_of_their_mail_as_list_mail() -> None:
    listed = mail(Precedence="list", List_ID="<oncall.shop.example>")
    assert len(read(listed).alerts) == 1
    assert read(listed, lists=False).alerts == ()


def test_an_answer_of_a_machine_neither_begins_nor_joins_a_thread() -> None:
    answer = mail("Out of office", References=id_of("A"), Auto_Submitted="auto-replied")
    (alert,) = read(mail("A"), answer).alerts
    assert alert.label("messages") == ""
    assert read(answer).alerts == ()


# What it says


def test_a_thread_is_known_by_where_it_began() -> None:
    poll = read(
        mail("A"),
        mail("Re: A", name="B", In_Reply_To=id_of("A")),
        mail("Re: A", name="C", References=f"{id_of('A')} {id_of('B')}", In_Reply_To=id_of("B")),
        mail("A", name="another"),
    )
    assert [(one.ref.fingerprint, one.label("messages")) for one in poll.alerts] == [
        (id_of("A"), "3"),
        (id_of("another"), ""),
    ]


def test_its_oldest_message_says_what_it_is_about() -> None:
    def message(uid: int, raw: bytes, minutes: int) -> dict[str, Any]:
        received = (NOW + timedelta(minutes=minutes)).isoformat()
        return {"uid": uid, "flags": ["\\Flagged"], "received": received, "source": raw.decode()}

    # What was moved back has a higher UID than what came after it.
    messages = [message(8, mail("Re: A", name="B", References=id_of("A")), 5), message(9, mail("A"), 0)]
    (alert,) = parse({"validity": "1", "messages": messages}, "mail", options()).alerts
    assert (alert.name, alert.started_at) == ("A", NOW)
    assert alert.upstream is not None
    assert alert.upstream.acked


@pytest.mark.parametrize(
    "name", ["<a b@c>", "no brackets", '<"quoted"@c>', "<a\\b@c>", "<" + "x" * 300 + "@c>", "<ä@c>"]
)
def test_an_id_that_could_be_taken_for_something_else_is_none(name: str) -> None:
    raw = b"From: rina@acme.example\r\nMessage-ID: " + name.encode() + b"\r\n\r\nhello\r\n"
    assert [one.ref.fingerprint for one in read(raw).alerts] == ["1/1"]


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ({"Importance": "High"}, Priority.P2),
        ({"X_Priority": "1 (Highest)"}, Priority.P2),
        ({"X_Priority": "2"}, Priority.P2),
        ({"Priority": "urgent"}, Priority.P2),
        ({"X_Priority": "3"}, Priority.P3),
        ({"Importance": "low"}, Priority.P3),
    ],
    ids=str,
)
def test_what_its_sender_marked_is_one_step_worse(headers: dict[str, str], expected: Priority) -> None:
    assert read(mail(**headers)).alerts[0].priority is expected


def test_the_worst_gets_no_worse() -> None:
    assert read(mail(Importance="high"), priority="P1").alerts[0].priority is Priority.P1


@pytest.mark.parametrize(
    ("subject", "to", "expected"),
    [
        ("Pay does not work", "oncall@shop.example", "payments"),
        ("payment does not work", "oncall@shop.example", "unknown"),
        ("it is broken", "Someone <CDN@shop.example>", "cdn"),
        ("no cdn@shop.example in here", "acdn@shop.example", "cdn"),
        ("check-out (web)", "x@shop.example", "web"),
    ],
)
def test_the_service_is_told_by_words_or_by_address(subject: str, to: str, expected: str) -> None:
    services = {"pay": "payments", "cdn@shop.example": "cdn", "(web)": "web"}
    assert read(mail(subject, to=to), services=services).alerts[0].service == expected


def test_texts_come_in_many_charsets() -> None:
    def text(head: bytes, body: bytes) -> tuple[str, str]:
        alert = read(b"Message-ID: <a@b>\r\n" + head + b"\r\n\r\n" + body).alerts[0]
        return alert.title, alert.description

    assert text(b"Subject: =?koi8-r?q?=F0=D2=C9?=", b"hello") == ("При", "hello")
    assert text(b"Subject: =?nonsense?q?=C3=A4?= =?utf-8?b?w7Y=?=", b"") == ("äö", "")
    assert text("Subject: Köln".encode(), b"") == ("Köln", "")
    assert text(b"Subject: =?utf-8?b?broken", b"") == ("=?utf-8?b?broken", "")
    assert text(b"Subject: a\r\n folded one", b"") == ("a folded one", "")
    html = b"Subject: h\r\nContent-Type: text/html; charset=windows-1252\r\nContent-Transfer-Encoding: quoted-printable"
    assert text(html, b"<p>=80 5 &amp; more</p><script>x</script>") == ("h", "€ 5 & more")
    cut = b"Subject: c\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: base64"
    assert text(cut, b"w6TDtsO8YWJj\r\nw6") == ("c", "äöüabc�")
    assert text(b"Subject: x\r\nContent-Type: text/plain; charset=undefined", b"\xc3\xa4") == ("x", "ä")


def test_attachments_are_no_text() -> None:
    raw = (
        b'Subject: s\r\nContent-Type: multipart/mixed; boundary="b"\r\n\r\n'
        b"--b\r\nContent-Type: text/plain\r\nContent-Disposition: attachment\r\n\r\nlog\r\n"
        b"--b\r\nContent-Type: text/plain\r\n\r\nwords\r\n--b--\r\n"
    )
    assert read(raw).alerts[0].description == "words"


def test_what_is_nested_too_deeply_is_named() -> None:
    raw = b"Subject: s\r\n" + b"".join(
        b'Content-Type: multipart/mixed; boundary="%d"\r\n\r\n--%d\r\n' % (number, number)
        for number in range(500)  # that is as much as is fetched
    )
    poll = read(raw, mail("B"))
    assert [one.name for one in poll.alerts][-1] == "B"
    assert len(poll.alerts) + len(poll.problems) == 2


@settings(max_examples=40, deadline=None)
@given(st.binary(max_size=600), st.binary(max_size=200))
def test_any_bytes_are_a_message(head: bytes, body: bytes) -> None:
    for raw in (head + body, b"Subject: " + head + b"\r\nFrom: " + body + b"\r\n\r\n" + head):
        for alert in read(raw or b"\r\n", automatic=True).alerts:
            assert alert.ref.fingerprint.isprintable()
            assert one_line(alert.title) == alert.title
            assert multi_line(alert.description) == alert.description


# What goes over the line


def test_uids_are_written_short() -> None:
    assert uid_set([9, 1, 2, 3, 7, 6]) == "1:3,6:7,9"
    assert uid_set([4]) == "4"


def test_folders_are_written_as_the_protocol_wants() -> None:
    assert folder_name("INBOX.Done") == '"INBOX.Done"'
    assert folder_name('a"b\\c') == '"a\\"b\\\\c"'
    assert folder_name("Über & 日本") == '"&ANw-ber &- &ZeVnLA-"'  # RFC 3501 writes 日本語 as &ZeVnLIqe-


def test_answers_come_in_any_order() -> None:
    found = fetched(
        [
            b"7 (FLAGS (\\Seen))",  # news of another message
            (b"1 (BODY[]<0> {3}", b"abc"),
            b" UID 4 FLAGS (\\Flagged \\Seen))",
            b'2 (UID 5 INTERNALDATE " 7-Jul-2025 02:44:25 -0700" BODY[]<0> "a\\"b" FLAGS ())',
            b"3 (UID 6 BODY[]<0> NIL)",
            None,
        ]
    )
    assert [(one.uid, one.flags, one.received, one.body) for one in found] == [
        (4, ("\\Flagged", "\\Seen"), "", "abc"),
        (5, (), "2025-07-07T09:44:25+00:00", 'a"b'),
        (6, (), "", ""),
    ]


# Options


def does(ability: Ability) -> set[str]:
    return {kind.value for kind, _ in ability.does}


def test_nothing_is_moved_without_a_folder_to_move_it_to() -> None:
    assert does(options().ability) == {"ack", "unack"}
    assert "(done)" in options().ability.words(EffectKind.RESOLVE)
    assert does(options(done="Done").ability) == {"ack", "unack", "resolve", "reopen"}
    assert does(options(done="Done", actions=["resolve"]).ability) == {"resolve", "reopen"}
    assert does(options(done="Done", actions=[]).ability) == set()


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"password": None}, "either password or token"),
        ({"token": "x"}, "either password or token"),
        ({"actions": ["resolve"]}, "needs done"),
        ({"actions": ["note"]}, "nothing is ever sent"),
        ({"done": "INBOX"}, "another folder"),
        ({"to": "oncall"}, "is not an address"),
        ({"encryption": "ssl"}, "encryption"),
        ({"days": 0}, "days"),
    ],
)
def test_options_that_make_no_sense_are_refused(wrong: dict[str, Any], words: str) -> None:
    table = {name: value for name, value in {**TABLE, **wrong}.items() if value is not None}
    with pytest.raises(ValidationError, match=words.replace("(", r"\(")):
        Options.model_validate(table)


def test_a_password_in_the_clear_is_warned_of() -> None:
    assert options(encryption="none").warnings
    assert not options(encryption="none", host="127.0.0.1").warnings
    assert [options(encryption=one).server_port for one in ("tls", "starttls", "none")] == [993, 143, 143]
