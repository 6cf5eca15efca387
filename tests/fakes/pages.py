"""Status pages as their published APIs describe them, in small: Statuspage, Instatus, Cachet 3. They can misbehave.

``mode`` is ``well``, or how each request is answered; ``lose_answers``: what is written is taken, and the answer breaks off.
"""

from __future__ import annotations

import re
from typing import Any

from tests.fakes.http import FakeServer, Reply, Request

TROUBLE = {
    "busy": Reply(503, b"later", {"Retry-After": "7"}),
    "refuse": Reply(422, b'{"error": "name is too long"}'),
    "revoked": Reply(401, b'{"error": "Could not authenticate"}'),
    "forbidden": Reply(403, b'{"error": "Forbidden"}'),
    "break": Reply(200, b"[", announced=400),
    "stall": Reply(200, b"[" * 40, stall=True),
    "lie": Reply(200, b"<!doctype html><html>please log in</html>"),
    "strange": Reply(200, b'"fine"'),
    "endless": Reply(200, b"x" * 3_000_000),
}


class FakePage(FakeServer):
    """``incidents`` newest first, ``components`` by id as the page shows them."""

    def __init__(self) -> None:
        super().__init__()
        self.mode = "well"
        self.lose_answers = False
        self.incidents: list[dict[str, Any]] = []
        self.components: dict[str, Any] = {}

    def answer(self, request: Request) -> Reply:
        if self.mode == "echo":
            return Reply.json({"error": f"you sent {request.headers} {request.target}"}, 400)
        if self.mode != "well":
            return TROUBLE[self.mode]
        reply = self.page(request)
        if self.lose_answers and request.method != "GET":
            return Reply(200, reply.body, announced=len(reply.body) + 100)
        return reply

    def page(self, request: Request) -> Reply:
        raise NotImplementedError

    def one(self, id_: str) -> dict[str, Any] | None:
        return next((one for one in self.incidents if str(one["id"]) == id_), None)

    def told(self) -> list[str]:
        """Return the texts that clients read, oldest first."""
        raise NotImplementedError


class FakeStatuspage(FakePage):
    def __init__(self) -> None:
        super().__init__()
        self.components = {"c-pay": "operational", "c-cart": "operational"}

    def told(self) -> list[str]:
        return [update["body"] for one in reversed(self.incidents) for update in one["incident_updates"]]

    def page(self, request: Request) -> Reply:
        if request.path == "/pages/p1":
            return Reply.json({"id": "p1", "name": "Acme"})
        if request.path == "/pages/p1/components":
            return Reply.json([{"id": id_, "status": state} for id_, state in self.components.items()])
        found = re.fullmatch(r"/pages/p1/incidents(?:/(\w+))?", request.path)
        assert found, request.path
        if request.method == "GET":
            if not found[1]:
                return Reply.json(self.incidents)
            there = self.one(found[1])
            return Reply.json(there) if there else Reply.json({"error": "Not found"}, 404)
        asked = request.body["incident"]
        if not self.components.keys() >= asked.get("components", {}).keys():
            return TROUBLE["refuse"]
        one = self.one(found[1]) if found[1] else None
        if one is None:
            assert request.method == "POST"
            one = {"id": f"i{len(self.incidents) + 1}", "name": asked["name"], "incident_updates": []}
            self.incidents.insert(0, one)
        one |= {"status": asked["status"], "metadata": asked["metadata"]}
        one["incident_updates"].append({"body": asked["body"], "status": asked["status"]})
        self.components |= asked.get("components", {})
        return Reply.json(one, 201 if request.method == "POST" else 200)


class FakeInstatus(FakePage):
    def __init__(self) -> None:
        super().__init__()
        self.components = {"c-pay": "OPERATIONAL", "c-cart": "OPERATIONAL"}

    def told(self) -> list[str]:
        return [update["message"] for one in reversed(self.incidents) for update in one["updates"]]

    def page(self, request: Request) -> Reply:
        if request.path == "/v1/p1/components":
            return Reply.json([{"id": id_, "status": state} for id_, state in self.components.items()])
        found = re.fullmatch(r"/v1/p1/incidents(?:/(\w+)(/incident-updates)?)?", request.path)
        assert found, request.path
        one = self.one(found[1]) if found[1] else None
        if request.method == "GET":
            if not found[1]:
                return Reply.json(self.incidents)
            return Reply.json(one) if one else Reply.json({"error": "Not found"}, 404)
        asked = request.body
        if not self.components.keys() >= set(asked["components"]):
            return TROUBLE["refuse"]
        if one is None:
            assert not found[1], "an update of what is not there"
            one = {"id": f"i{len(self.incidents) + 1}", "name": asked["name"], "updates": []}
            one |= {"started": asked["started"]}
            self.incidents.insert(0, one)
        one["status"] = asked["status"]
        one["updates"].append({"message": asked["message"], "started": asked["started"]})
        self.components |= {each["id"]: each["status"] for each in asked["statuses"]}
        return Reply.json(one)


class FakeCachet(FakePage):
    def __init__(self) -> None:
        super().__init__()
        self.components = {"1": 1, "2": 1}

    def told(self) -> list[str]:
        return [text for one in reversed(self.incidents) for text in (one["message"], *one["updates"])]

    def page(self, request: Request) -> Reply:
        found = re.fullmatch(r"/api/(incidents|components)(?:/(\w+)(/updates)?)?", request.path)
        assert found, request.path
        if found[1] == "components":
            return self._component(request, found[2])
        one = self.one(found[2]) if found[2] else None
        if found[2] and one is None:
            return Reply.json({"message": "Not found"}, 404)
        return Reply.json(
            {"data": self._read(one, found[3]) if request.method == "GET" else self._write(one, request)}
        )

    def _component(self, request: Request, id_: str) -> Reply:
        if id_ not in self.components:
            return Reply.json({"message": "Not found"}, 404)
        if request.method == "PUT":
            self.components[id_] = request.body["status"]
        return Reply.json({"data": {"id": id_}})

    def _read(self, one: dict[str, Any] | None, updates: str | None) -> Any:
        if one is None:
            return [*map(self._shown, self.incidents)]
        return (
            [{"id": "u", "attributes": {"message": text}} for text in one["updates"]]
            if updates
            else self._shown(one)
        )

    def _write(self, one: dict[str, Any] | None, request: Request) -> Any:
        asked = request.body
        if one is None:
            one = {"id": str(len(self.incidents) + 1), **asked, "updates": []}
            self.incidents.insert(0, one)
            return self._shown(one)
        one["status"] = asked["status"]
        one["updates"].append(asked["message"])
        return {"id": "u"}

    @staticmethod
    def _shown(one: dict[str, Any]) -> dict[str, Any]:
        return {"id": one["id"], "attributes": {"name": one["name"], "message": one["message"]}}
