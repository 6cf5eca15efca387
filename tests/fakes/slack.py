"""A Slack workspace with one channel, read with cursors."""

from __future__ import annotations

from typing import Any

from tests.fakes.http import FakeServer, Reply, Request

CHANNEL, BOT = "C0OPSDESK", "U0BOT"
SENT = 1_767_603_600  # 2026-01-05T09:00:00Z
SCOPES = "channels:history,reactions:write,chat:write,users:read,users:read.email"


def user(id_: str, name: str, **more: Any) -> dict[str, Any]:
    email = f"{name.casefold()}@ops.example"
    return {"id": id_, "name": name.casefold(), "profile": {"real_name": name, "email": email}, **more}


USERS = {
    one["id"]: one
    for one in (
        user("U0ASHA", "Asha"),
        user("U0BUDI", "Budi"),
        user("U0CITRA", "Citra"),
        user(BOT, "oncall", is_bot=True),
    )
}


def message(number: int, text: str = "!incident checkout is down", **more: Any) -> dict[str, Any]:
    return {"type": "message", "ts": f"{SENT}.{number:06}", "user": "U0CITRA", "text": text, **more}


def reaction(name: str, *users: str) -> dict[str, Any]:
    return {"name": name, "users": list(users), "count": len(users)}


class FakeSlack(FakeServer):
    """``errors`` are what a method is refused with; ``scopes`` what the token may do."""

    page = 200

    def __init__(self) -> None:
        super().__init__()
        self.messages: list[Any] = []
        self.errors: dict[str, dict[str, Any]] = {}
        self.scopes = SCOPES
        self.posted: list[Any] = []

    def find(self, sent: str) -> Any:
        return next((one for one in self.messages if isinstance(one, dict) and one.get("ts") == sent), None)

    def answer(self, request: Request) -> Reply:
        method = request.path.removeprefix("/")
        if method in self.errors:
            return Reply.json({"ok": False, **self.errors[method]})
        answers = {
            "auth.test": self._whoami,
            "conversations.history": self._history,
            "conversations.replies": self._replies,
            "users.info": self._user,
            "reactions.add": self._react,
            "chat.postMessage": self._post,
        }
        if method not in answers:
            return Reply.json({"ok": False, "error": "unknown_method"})
        reply = Reply.json({"ok": True, **answers[method](request)})
        reply.headers["X-OAuth-Scopes"] = self.scopes
        return reply

    def _whoami(self, _request: Request) -> dict[str, Any]:
        return {"url": "https://acme.slack.com/", "team": "Acme", "user": "oncall", "user_id": BOT}

    def _history(self, request: Request) -> dict[str, Any]:
        oldest, latest = float(request.one("oldest", "0")), float(request.one("latest", "9e12"))
        found = [one for one in self.messages if oldest <= _time(one) <= latest]
        start, size = int(request.one("cursor", "0")), min(int(request.one("limit", "100")), self.page)
        more = {"next_cursor": str(start + size)} if start + size < len(found) else {}
        return {
            "messages": found[start : start + size],
            "has_more": bool(more),
            "response_metadata": more or {"next_cursor": ""},
        }

    def _replies(self, request: Request) -> dict[str, Any]:
        thread = [one for one in self.posted if one["thread_ts"] == request.one("ts")]
        return {"messages": [self.find(request.one("ts")), *thread]}

    def _user(self, request: Request) -> dict[str, Any]:
        known = USERS.get(request.one("user"))
        return {"user": known} if known else {"ok": False, "error": "user_not_found"}

    def _react(self, request: Request) -> dict[str, Any]:
        one = self.find(request.body["timestamp"])
        if one is None:
            return {"ok": False, "error": "message_not_found"}
        same = [each for each in one.setdefault("reactions", []) if each["name"] == request.body["name"]]
        if same and BOT in same[0]["users"]:
            return {"ok": False, "error": "already_reacted"}
        if same:
            same[0]["users"].append(BOT)
        else:
            one["reactions"].append(reaction(request.body["name"], BOT))
        return {}

    def _post(self, request: Request) -> dict[str, Any]:
        self.posted.append(request.body)
        return {"ts": f"{SENT + 1}.000000"}


def _time(one: Any) -> float:
    try:
        return float(one["ts"])
    except (TypeError, ValueError, KeyError):
        return float(SENT)
