"""A Slack workspace as a bot sees it: conversations, threads, reactions, people; and one that misbehaves."""

from __future__ import annotations

from typing import Any

from tests.fakes.http import FakeServer, Reply, Request
from tests.fakes.slack import BOT, USERS

SCOPES = "chat:write,reactions:read,users:read,users:read.email,channels:history"
SENT = 1_767_603_600  # 2026-01-05T09:00:00Z


class FakeSlackBot(FakeServer):
    """``messages`` by (conversation, time). ``errors`` are what a method is refused with."""

    def __init__(self) -> None:
        super().__init__()
        self.mode = "well"
        self.elsewhere = ""
        self.errors: dict[str, str] = {}
        self.scopes = SCOPES
        self.messages: dict[tuple[str, str], dict[str, Any]] = {}
        self.lose_answers = False

    def took(self) -> list[Any]:
        return list(self.messages.values())

    def calls(self, method: str) -> list[Request]:
        return [one for one in self.requests if one.path == f"/{method}"]

    def answer(self, request: Request) -> Reply:
        method = request.path.removeprefix("/")
        if self.mode != "well":
            return self._misbehave(request)
        if method in self.errors:
            return Reply.json({"ok": False, "error": self.errors[method]})
        answers = {
            "auth.test": lambda _: {"team": "Acme", "user": "oncall", "user_id": BOT},
            "chat.postMessage": self._post,
            "chat.update": self._update,
            "conversations.history": self._history,
            "conversations.replies": self._history,
            "conversations.open": lambda asked: {"channel": {"id": f"D{asked.body['users'][1:]}"}},
            "reactions.get": self._reactions,
            "users.info": lambda asked: {"user": USERS[asked.one("user")]},
            "users.lookupByEmail": self._user_of,
        }
        reply = Reply.json({"ok": True, **answers[method](request)})
        reply.headers["X-OAuth-Scopes"] = self.scopes
        if self.lose_answers and method == "chat.postMessage":
            return Reply(200, reply.body, announced=len(reply.body) + 100)
        return reply

    def _misbehave(self, request: Request) -> Reply:
        said = f"you sent {request.headers}"
        return {
            "refuse": Reply.json({"ok": False, "error": "channel_not_found"}),
            "busy": Reply(429, b"", {"Retry-After": "7"}),
            "stall": Reply(200, b'{"ok": true, "ts": "1"}', stall=True),
            "break": Reply(200, b'{"ok"', announced=400),
            "lie": Reply(200, b"<!doctype html><html>please log in</html>"),
            "endless": Reply(200, b"x" * 3_000_000),
            "echo": Reply.json({"ok": False, "error": said}),
            "elsewhere": Reply(302, b"", {"Location": self.elsewhere}),
        }[self.mode]

    def _post(self, request: Request) -> dict[str, Any]:
        channel, sent = request.body["channel"], f"{SENT + len(self.messages)}.000100"
        channel = {"#ops": "C0OPSDESK"}.get(channel, channel)
        channel = f"D{channel[1:]}" if channel.startswith("U") else channel
        self.messages[channel, sent] = {**request.body, "ts": sent, "reactions": []}
        return {"channel": channel, "ts": sent}

    def _update(self, request: Request) -> dict[str, Any]:
        found = self.messages.get((request.body["channel"], request.body["ts"]))
        if found is None:
            return {"ok": False, "error": "message_not_found"}
        found["text"] = request.body["text"]
        return {"channel": request.body["channel"], "ts": request.body["ts"]}

    def _history(self, request: Request) -> dict[str, Any]:
        there = [one for (channel, _), one in self.messages.items() if channel == request.one("channel")]
        thread = request.one("ts")
        found = [one for one in there if not thread or thread in {one["ts"], one.get("thread_ts")}]
        if request.one("include_all_metadata") != "true":
            found = [{**one, "metadata": {}} for one in found]
        return {"messages": found, "has_more": False}

    def _reactions(self, request: Request) -> dict[str, Any]:
        found = self.messages.get((request.one("channel"), request.one("timestamp")))
        return {"ok": False, "error": "message_not_found"} if found is None else {"message": found}

    def _user_of(self, request: Request) -> dict[str, Any]:
        for user in USERS.values():
            if user["profile"]["email"] == request.one("email"):
                return {"user": user}
        return {"ok": False, "error": "users_not_found"}
