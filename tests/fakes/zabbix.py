"""A small Zabbix in this process: its API as the real 6.0 was seen to answer, with what newer ones changed."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from tests.fakes.http import FakeServer, Reply, Request
from tests.sources.conftest import NOW

TOKEN = "0123456789abcdef0123456789abcdef"
ALLOWED = ("acknowledge_problems", "close_problems", "add_problem_comments", "suppress_problems")
CLOSE, ACKNOWLEDGE, MESSAGE, UNACKNOWLEDGE, SUPPRESS, UNSUPPRESS = 1, 2, 4, 16, 32, 64


class RpcError(Exception):
    """An error as JSON-RPC has it."""

    def __init__(self, data: str, code: int = -32602) -> None:
        super().__init__(data)
        self.data = data
        self.code = code


class FakeZabbix(FakeServer):
    """``problems`` by event id, the ones that are over among them. ``calls`` is what was asked of which method."""

    def __init__(self, version: str = "7.0.3") -> None:
        super().__init__()
        self.version = version
        self.problems: dict[str, dict[str, Any]] = {}
        self.unreadable: list[Any] = []
        self.triggers: dict[str, dict[str, Any]] = {}
        self.users = {"7": {"userid": "7", "username": "budi@ops.example", "name": "Budi", "surname": "S."}}
        self.role = dict.fromkeys(ALLOWED, "1")
        self.forbidden: set[str] = set()
        self.calls: list[tuple[str, Any]] = []
        self.now = NOW

    @property
    def _modern(self) -> bool:
        return tuple(map(int, self.version.split(".")[:2])) >= (6, 4)

    def answer(self, request: Request) -> Reply:
        """Return what a well-behaved server answers: errors too come with 200."""
        if (request.method, request.path) != ("POST", "/api_jsonrpc.php"):
            return Reply(404, b"<html>not found</html>")
        body = request.body
        try:
            return Reply.json(
                {"jsonrpc": "2.0", "result": self._call(body, request.headers), "id": body["id"]}
            )
        except RpcError as error:
            said = {"code": error.code, "message": "Invalid params.", "data": error.data}
            return Reply.json({"jsonrpc": "2.0", "error": said, "id": body["id"]})

    def _call(self, body: dict[str, Any], headers: dict[str, str]) -> Any:
        method, params = body["method"], body["params"]
        self.calls.append((method, params))
        bearer = headers.get("Authorization", "").removeprefix("Bearer ")
        if method in {"apiinfo.version", "user.checkAuthentication"}:
            if bearer or "auth" in body:
                raise RpcError(f'The "{method}" method must be called without authorization.')
            return self.version if method == "apiinfo.version" else self._user(params)
        if (bearer if self._modern else body.get("auth")) != TOKEN:
            raise RpcError("Session terminated, re-login, please." if bearer else "Not authorized.")
        if method in self.forbidden:
            raise RpcError(f'No permissions to call "{method}".')
        if "auth" in body and self._modern:
            raise RpcError('Invalid parameter "/": unexpected parameter "auth".')
        return getattr(self, f"_{method.replace('.', '_')}")(params)

    def _user(self, params: Any) -> Any:
        if params != {"token": TOKEN}:
            raise RpcError("Session terminated, re-login, please.")
        return {"userid": "3", "username": "oncall", "name": "", "surname": "", "roleid": "9"}

    def _problem_get(self, params: Any) -> Any:
        wanted = [
            problem
            for problem in self.problems.values()
            if problem["r_eventid"] == "0"
            and int(problem["eventid"]) >= int(params.get("eventid_from", 0))
            and problem["eventid"] in params.get("eventids", [problem["eventid"]])
            and int(problem["severity"]) in params.get("severities", range(6))
            and problem["group"] in params.get("groupids", [problem["group"]])
        ]
        wanted.sort(key=lambda problem: int(problem["eventid"]))
        found = wanted[: params.get("limit")]
        return [*self.unreadable, *found] if found and "eventid_from" not in params else found

    def _event_get(self, params: Any) -> Any:
        newer = tuple(map(int, self.version.split(".")[:2])) >= (7, 0)
        select = "selectAcknowledges" if newer else "select_acknowledges"
        found = [dict(self.problems[one]) for one in params["eventids"] if one in self.problems]
        for event in found:
            if select not in params:
                del event["acknowledges"]
        return found

    def _trigger_get(self, params: Any) -> Any:
        return [self.triggers[one] for one in params["triggerids"] if one in self.triggers]

    def _user_get(self, params: Any) -> Any:
        return [self.users[one] for one in params["userids"] if one in self.users]

    def _role_get(self, params: Any) -> Any:
        actions = [{"name": name, "status": status} for name, status in self.role.items()]
        return [{"roleid": "9", "rules": {"actions": actions, "api.access": "1"}}]

    def _event_acknowledge(self, params: Any) -> Any:
        (name,) = params["eventids"]
        event, action = self.problems.get(name), params["action"]
        if event is None:
            raise RpcError("No permissions to referred object or it does not exist!", -32500)
        if action & (SUPPRESS | UNSUPPRESS) and self.version.startswith("6.0"):
            raise RpcError(f'Incorrect value for field "action": unexpected value "{action}".')
        if action & CLOSE and self.triggers[event["objectid"]]["manual_close"] == "0":
            raise RpcError("Cannot close problem: trigger does not allow manual closing.", -32500)
        self.change(event, action, params["message"], "3", until=params.get("suppress_until", 0))
        return {"eventids": [int(name)]}

    def change(self, event: dict[str, Any], action: int, message: str, user: str, *, until: int = 0) -> None:
        """Do to a problem what somebody did there."""
        if action & CLOSE:
            event["r_eventid"] = str(int(event["eventid"]) + 1_000_000)
        if action & (ACKNOWLEDGE | UNACKNOWLEDGE):
            event["acknowledged"] = "1" if action & ACKNOWLEDGE else "0"
        if action & UNSUPPRESS:
            event["suppression_data"], event["suppressed"] = [], "0"
        if action & SUPPRESS and not event["suppression_data"]:  # else the new time is passed over
            event["suppression_data"] = [{"maintenanceid": "0", "userid": user, "suppress_until": str(until)}]
            event["suppressed"] = "1"
        step = {
            "acknowledgeid": str(len(event["acknowledges"]) + 1),
            "userid": user,
            "clock": clock(self.now),
            "message": message,
            "action": str(action),
        }
        event["acknowledges"] = [step, *event["acknowledges"]]


def clock(moment: datetime) -> str:
    return str(int(moment.timestamp()))


def problem(number: int = 5, name: str = "Disk is full", **more: Any) -> dict[str, Any]:
    """Return an open problem as ``problem.get`` lists it; ``group`` is the fake's own."""
    return {
        "eventid": str(number),
        "source": "0",
        "object": "0",
        "objectid": "23133",
        "clock": "1767602400",
        "ns": "553360859",
        "r_eventid": "0",
        "userid": "0",
        "name": name,
        "acknowledged": "0",
        "severity": "5",
        "cause_eventid": "0",
        "opdata": "",
        "acknowledges": [],
        "suppression_data": [],
        "suppressed": "0",
        "urls": [],
        "tags": [{"tag": "service", "value": "orders-db"}],
        "group": "4",
        **more,
    }


def trigger(number: int = 23133, host: str = "db-1", **more: Any) -> dict[str, Any]:
    """Return a trigger as ``trigger.get`` lists it."""
    return {
        "triggerid": str(number),
        "url": "https://graphs.example/disk",
        "comments": "What to do: https://wiki.example/other\nRunbook: https://runbooks.example/disk",
        "status": "0",
        "manual_close": "1",
        "hosts": [{"hostid": "10559", "host": host, "name": host, "status": "0"}],
        **more,
    }
