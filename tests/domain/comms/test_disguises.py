"""What must not be read stays refused in whatever letters it is written, and honest updates pass."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.domain.comms.lint import lint_text
from console.domain.comms.plain import plain
from tests.domain.comms.test_lint import INCIDENT, TEAM, doubts

PROMISES = (
    "E.T.A. two hours",
    "E. T. A. 30 minutes",
    "eta 17:00",
    "ETA: soon",
    "Fixed by 5pm.",
    "It works by 5 pm.",
    "We fix it within the hour.",
    "It is back in 20 minutes.",
    "It is back in 20\u00a0minutes.",
    "in ２０ minutes",
    "back in 2\u200b0 min\u200butes",
    "We expect it to work by ５pm",
    "in t\u0435n minutes",  # a Cyrillic e
    "Soon we will have fixed it by 17:00.",
)
MACHINES = (
    "db01[.]corp",
    "db01(.)corp is slow",
    "db01 [dot] corp",
    "db01(dot)internal",
    "db01．corp",
    "db01。internal",
    "ｄｂ０１.internal",
    "db\u200b01.inter\u00adnal",
    "db01.intern\u0430l",  # a Cyrillic a
    "db01.c\u043erp",
    "10[.]0[.]0[.]7",
    "10.0.0.7",
    "１０.0.0.7",
    "10․0․0․7",
    "fe80::1",
    "2001:db8::7",
    "2001[:]db8[:][:]7",
    "db-3",
    "ＤＢ-3",
    "db‑3.shop.example",  # a hyphen that does not break
)
ADDRESSES = (
    "hxxp://evil.example/x",
    "hxxps://evil.example",
    "hXXps[:]//evil[.]example",
    "http[:]//evil.example",
    "https://shop.ex\u0430mple/pay",
    "ｈｔｔｐ://evil.example@x.example",
)
CALLS = (
    "＠here",
    "@\u200bhere",
    "＠channel",
    "@everyone",
    "<!channel>",
    "<!here|here>",
    "<!subteam^S123>",
    "＜!channel＞",
    "@h\u0435re",
)
TOKENS = (
    "AKIAIOSFODNN7EXAMPLE",
    "ghp_" + "a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8",
    "xoxb-1234567890-abcdefghij",
    "Bearer abcdef0123456789",
    "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.c2lnbmF0dXJl",
    "-----BEGIN RSA PRIVATE KEY-----",
    "-----BEGIN OPENSSH PRIVATE KEY-----\nabc\n-----END OPENSSH PRIVATE KEY-----",
    "ghp\u200b_a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8",
    "ＡＫＩＡIOSFODNN7EXAMPLE",
    "password: hunter22",
    "ｐａｓｓｗｏｒｄ: hunter22",
)

HONEST = (
    "Some card payments fail with the message \u201cdeclined\u201d.",
    "One in ten logins takes more than 20 seconds.",
    "Since 09:58 UTC checkout has been slower than usual for clients in Europe.",
    "We found the cause at 10:20 and are moving traffic away from it.",
    "Reports from yesterday afternoon are complete; those of today are late by two hours.",
    "Payments work again since 11:40 UTC. We watch whether it holds.",
    "You may see the same invoice twice. Nobody is charged twice.",
    "Please use bank transfer meanwhile; retry cards that failed.",
    "No data was lost. Orders that were placed between 10:00 and 10:25 were all taken.",
    "The mobile app (version 4.2.1) shows an empty list; the website works.",
    "Exports to Excel and e-mail reminders are delayed.",
    "We tell you more by 12:30 UTC.",
    "We will update this page in 30 minutes.",
    "An update follows within the hour.",
    "Clients of Node.js SDK 3.1.0 see \u201cerror 502\u201d.",
    "See https://status.shop.example/help for what to do meanwhile.",
    "Write to support@shop.example if an order is missing.",
    "Les paiements par carte \u00e9chouent pour certains clients.",
    "Оплата картой временно не проходит у части клиентов.",
    "カード決済の一部が失敗しています。",
    "Beta features and the etage plan are not affected.",
    "A ratio of 3:2 of requests succeed; it was 1:1 before.",
)
"""Updates that people write; none is kept back, and only where it is said is one doubted."""


def refused(text: str) -> bool:
    return bool(doubts(text)[0]) or any(one.error for one in lint_text(text, INCIDENT, TEAM))


@pytest.mark.parametrize("text", [*PROMISES, *MACHINES, *ADDRESSES, *CALLS, *TOKENS])
def test_it_is_refused(text: str) -> None:
    assert refused(text)
    assert refused(f"Some payments fail; {text} says so.")


@pytest.mark.parametrize("text", HONEST)
def test_an_honest_update_passes(text: str) -> None:
    assert doubts(text) == (set(), set())
    assert lint_text(text, INCIDENT, TEAM) == ()


@given(st.text(max_size=200))
def test_letters_are_made_plain_once(text: str) -> None:
    assert plain(plain(text)) == plain(text)


@given(st.text(alphabet=st.characters(max_codepoint=0x7F), max_size=200))
def test_what_is_plain_stays_as_it_is(text: str) -> None:
    assert plain(text) == text


@pytest.mark.parametrize(
    "text", [*MACHINES[:1], *MACHINES[7:8], *CALLS[3:5], "db-3.internal", "in 20 minutes"]
)
def test_full_width_and_zero_width_hide_nothing(text: str) -> None:
    wide = "".join(chr(ord(one) + 0xFEE0) if "!" <= one <= "~" else one for one in text)
    assert refused(wide)
    assert refused("\u200b".join(text))
