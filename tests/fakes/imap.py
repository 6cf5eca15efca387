"""A small IMAP server that can be told to misbehave: what a real one (tests/servers/imap.py) does not do on demand."""

from __future__ import annotations

import contextlib
import re
import socketserver
import ssl
import threading
from base64 import b64decode
from collections.abc import Callable, Iterator
from datetime import UTC
from typing import Any

from tests.fakes.mailstore import MONTHS, Folder, Message, criterion, uids

USER, PASSWORD, TOKEN = "oncall@shop.example", "made-up password", "made-up.token"
WORD = re.compile(r'"((?:[^"\\]|\\.)*)"|(\((?:[^()"]|"[^"]*"|\([^()]*\))*\))|(\S+)')
LITERAL = re.compile(rb"\{(\d+)\}\r\n$")


class FakeImap:
    """``refusals`` answer a command ("UID MOVE") in place of what was meant, as long as they are there.

    ``hangs`` and ``breaks`` name a command, or "greeting", at which it stops answering, or (once) breaks
    off in the middle of an answer; ``drips``: there a line comes byte by byte and has no end. ``asked`` are the
    commands that came, ``connections`` how often somebody connected.
    """

    def __init__(self, tls: ssl.SSLContext | None = None, *, implicit: bool = False) -> None:
        self.folders = {"INBOX": Folder()}
        self.capabilities = {"IMAP4rev1", "AUTH=PLAIN", "AUTH=XOAUTH2", "MOVE", "UIDPLUS"}
        self.greeting = "OK ready"
        self.login = ""  # how a login is refused; empty: by what is right
        self.refusals: dict[str, str] = {}
        self.hangs = self.breaks = self.drips = ""
        self.hanging, self.released = threading.Event(), threading.Event()
        self.asked: list[str] = []
        self.connections = 0
        self.tls = tls
        self.implicit = implicit
        self.lock = threading.Lock()
        fake = self

        class Handler(_Conversation):
            owner = fake

        class Server(socketserver.ThreadingTCPServer):
            daemon_threads = True
            request_queue_size = 20

        self._server = Server(("127.0.0.1", 0), Handler)
        self.port: int = self._server.server_address[1]

    @property
    def inbox(self) -> Folder:
        return self.folders["INBOX"]

    def serve(self) -> None:
        self._server.serve_forever(poll_interval=0.01)

    def stop(self) -> None:
        self.released.set()
        self._server.shutdown()
        self._server.server_close()

    def count(self, command: str) -> int:
        return sum(each.startswith(command) for each in self.asked)


class _Ended(Exception):  # noqa: N818 - it is no error
    pass


class _Conversation(socketserver.StreamRequestHandler):
    owner: FakeImap
    disable_nagle_algorithm = True
    wbufsize = -1
    selected: Folder | None = None
    known = False

    def handle(self) -> None:
        with contextlib.suppress(_Ended, ConnectionError, ssl.SSLError, OSError, ValueError):
            if self.owner.implicit:
                self.start_tls()
            with self.owner.lock:
                self.owner.connections += 1
            self.trouble("greeting")
            self.say(f"* {self.owner.greeting}")
            while line := self.line():
                tag, _, rest = line.partition(" ")
                words = self.words(rest)
                name = " ".join(words[:2]).upper() if words[0].upper() == "UID" else words[0].upper()
                self.owner.asked.append(rest if name not in {"LOGIN", "AUTHENTICATE"} else name)
                self.trouble(name)
                arguments = words[2:] if name.startswith("UID ") else words[1:]
                with self.owner.lock:
                    self.say(f"{tag} {self.owner.refusals.get(name) or self.do(name, arguments)}")
                if name == "LOGOUT":
                    return
                if name == "STARTTLS":
                    self.start_tls()

    def trouble(self, name: str) -> None:
        if name == self.owner.breaks:
            self.owner.breaks = ""
            self.wfile.write(b"* OK half of a")
            self.wfile.flush()
            raise _Ended
        if name == self.owner.hangs:
            self.owner.hanging.set()
            self.owner.released.wait(20)
            raise _Ended
        if name == self.owner.drips:
            self.owner.hanging.set()
            for _ in range(400):
                self.wfile.write(b"x")
                self.wfile.flush()
                if self.owner.released.wait(0.05):
                    raise _Ended

    def start_tls(self) -> None:
        assert self.owner.tls is not None
        self.request = self.connection = self.owner.tls.wrap_socket(self.request, server_side=True)
        self.rfile, self.wfile = self.connection.makefile("rb"), self.connection.makefile("wb")

    def finish(self) -> None:
        with contextlib.suppress(OSError, ValueError):
            super().finish()
        self.connection.close()

    def line(self) -> str:
        raw = self.rfile.readline()
        while literal := LITERAL.search(raw):
            self.say("+ go on")
            text = self.rfile.read(int(literal[1]))
            raw = raw[: literal.start()] + b'"' + text + b'"' + self.rfile.readline()
        return raw.decode().rstrip("\r\n")

    def say(self, line: str | bytes) -> None:
        self.wfile.write((line.encode() if isinstance(line, str) else line) + b"\r\n")
        self.wfile.flush()

    def words(self, text: str) -> list[str]:
        return [
            re.sub(r"\\(.)", r"\1", quoted) if not (group or atom) else group or atom
            for quoted, group, atom in WORD.findall(text)
        ]

    def do(self, name: str, words: list[str]) -> str:
        method = getattr(self, "do_" + name.lower().replace(" ", "_"), None)
        return method(words) if method else "BAD what?"

    # Any time

    def do_capability(self, _words: list[str]) -> str:
        offered = self.owner.capabilities | ({"STARTTLS"} if self.owner.tls else set())
        self.say(f"* CAPABILITY {' '.join(sorted(offered))}")
        return "OK done"

    def do_starttls(self, _words: list[str]) -> str:
        return "OK begin"

    def do_logout(self, _words: list[str]) -> str:
        self.say("* BYE see you")
        return "OK done"

    def do_login(self, words: list[str]) -> str:
        return self.let_in(good=words == [USER, PASSWORD])

    def do_authenticate(self, words: list[str]) -> str:
        self.say("+ ")
        told = b64decode(self.line()).decode()
        if words[0] == "PLAIN":
            return self.let_in(good=told == f"\0{USER}\0{PASSWORD}")
        good = told == f"user={USER}\1auth=Bearer {TOKEN}\1\1"
        if not good:
            self.say("+ eyJzdGF0dXMiOiI0MDAifQ==")
            assert self.line() == ""
        return self.let_in(good=good)

    def let_in(self, *, good: bool) -> str:
        self.known = good and not self.owner.login
        return self.owner.login or ("OK welcome" if good else "NO [AUTHENTICATIONFAILED] who are you?")

    # Folders

    def do_select(self, words: list[str], *, readonly: bool = False) -> str:
        self.selected = self.owner.folders.get(words[0])
        if not self.known or self.selected is None:
            return "NO no such mailbox"
        readonly = readonly or self.selected.readonly
        self.say(f"* {len(self.selected.messages)} EXISTS")
        self.say(f"* OK [UIDVALIDITY {self.selected.validity}] valid")
        if self.selected.kept:
            self.say(f"* OK [PERMANENTFLAGS {'()' if readonly else self.selected.kept}] kept")
        return f"OK [READ-{'ONLY' if readonly else 'WRITE'}] done"

    def do_examine(self, words: list[str]) -> str:
        return self.do_select(words, readonly=True)

    def do_list(self, words: list[str]) -> str:
        if words[1] in self.owner.folders:
            self.say(f'* LIST (\\HasNoChildren) "/" "{words[1]}"')
        return "OK done"

    def do_create(self, words: list[str]) -> str:
        self.owner.folders[words[0]] = Folder(validity=7)
        return "OK made"

    def do_subscribe(self, _words: list[str]) -> str:
        return "NO we do not do that"

    def do_myrights(self, words: list[str]) -> str:
        self.say(f'* MYRIGHTS "{words[0]}" {self.owner.folders[words[0]].rights}')
        return "OK done"

    # Messages

    def do_uid_search(self, words: list[str]) -> str:
        if words[0] == "CHARSET":
            words = words[2:]
        fits: list[Callable[[Message], bool]] = []
        while words:
            one, words = criterion(words)
            fits.append(one)
        found = [each.uid for each in self.messages if all(fit(each) for fit in fits)]
        self.say(f"* SEARCH {' '.join(map(str, found))}".rstrip())
        return "OK done"

    def do_uid_fetch(self, words: list[str]) -> str:
        for number, one in enumerate(self.messages, 1):
            if one.uid not in uids(words[0]):
                continue
            flags = f"FLAGS ({' '.join(sorted(one.flags))})"
            body = None
            if "INTERNALDATE" in words[1]:
                at = one.received.astimezone(UTC)
                flags += f' INTERNALDATE "{at.day:2}-{MONTHS[at.month - 1]}-{at:%Y %H:%M:%S} +0000"'
            if partial := re.search(r"BODY\.PEEK\[\]<0\.(\d+)>", words[1]):
                label, body = "BODY[]<0>", None if one.raw is None else one.raw[: int(partial[1])]
            elif named := re.search(r"BODY\.PEEK(\[HEADER\.FIELDS \(([^)]*)\)\])", words[1]):
                label = f"BODY{named[1]}"
                body = "".join(f"{name}: {one.header(name)}\r\n" for name in named[2].split()).encode()
            else:
                self.say(f"* {number} FETCH ({flags} UID {one.uid})")
                continue
            start = f"* {number} FETCH ({flags} {label} ".encode()
            written = b"NIL" if body is None else b"{%d}\r\n%b" % (len(body), body)
            self.say(start + written + f" UID {one.uid})".encode())
        return "OK done"

    def do_uid_store(self, words: list[str]) -> str:
        for one in self.messages:
            if one.uid in uids(words[0]):
                named = set(words[2].strip("()").split())
                one.flags = one.flags | named if words[1].startswith("+") else one.flags - named
        return "OK done"

    def do_uid_copy(self, words: list[str]) -> str:
        if words[1] not in self.owner.folders:
            return "NO no such mailbox"
        for one in self.messages:
            if one.uid in uids(words[0]):
                self.owner.folders[words[1]].put(one.raw, one.received, *one.flags)
        return "OK done"

    def do_uid_move(self, words: list[str]) -> str:
        said = self.do_uid_copy(words)
        if said.startswith("OK"):
            self.remove(lambda one: one.uid in uids(words[0]))
        return said

    def do_uid_expunge(self, words: list[str]) -> str:
        self.remove(lambda one: one.uid in uids(words[0]) and "\\Deleted" in one.flags)
        return "OK done"

    def remove(self, gone: Callable[[Message], bool]) -> None:
        assert self.selected is not None
        self.selected.messages = [each for each in self.messages if not gone(each)]

    @property
    def messages(self) -> list[Message]:
        return self.selected.messages if self.selected else []


@contextlib.contextmanager
def serving(*arguments: Any, **more: Any) -> Iterator[FakeImap]:
    """Run a fake for the length of a test."""
    fake = FakeImap(*arguments, **more)
    thread = threading.Thread(target=fake.serve, daemon=True)
    thread.start()
    try:
        yield fake
    finally:
        fake.stop()
        thread.join(5)
