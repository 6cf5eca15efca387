from __future__ import annotations

from datetime import UTC, datetime

from tests.servers.imap import ImapServer, imap, imap_server

__all__ = ["imap", "imap_server"]


def test_the_server_keeps_what_it_is_given(imap: ImapServer) -> None:
    imap.put(b"Subject: hello\r\n\r\nyou\r\n", datetime(2026, 1, 5, tzinfo=UTC))
    imap.change("INBOX", "STORE", "1:*", "+FLAGS", "(\\Seen)")
    assert imap.flags() == [{"\\Seen"}]
    imap.clean()
    assert imap.flags() == []
