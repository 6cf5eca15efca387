"""Google Cloud Monitoring, Google's token endpoint and the metadata server of its machines, at one address."""

from __future__ import annotations

import base64
import itertools
import json
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from tests.fakes.http import FakeServer, Reply, Request

EMAIL = "oncall@payments-prod.iam.gserviceaccount.example"


def alert(number: int, project: str = "payments-prod", policy: str = "11", **more: Any) -> dict[str, Any]:
    return {
        "name": f"projects/{project}/alerts/0.{number}",
        "state": "OPEN",
        "openTime": "2026-01-05T09:00:00Z",
        "resource": {
            "type": "gce_instance",
            "labels": {"instance_id": str(number), "zone": "europe-west1-b", "project_id": project},
        },
        "metric": {"type": "compute.googleapis.com/instance/cpu/utilization", "labels": {}},
        "policy": {
            "name": f"projects/{project}/alertPolicies/{policy}",
            "displayName": "CPU high",
            "severity": "CRITICAL",
            "userLabels": {},
        },
        **more,
    }


@cache
def private_key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def key_file(folder: Path, token_uri: str) -> Path:
    """Write the key of a service account whose tokens come from ``token_uri``."""
    pem = private_key().private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    file = folder / "key.json"
    content = {
        "type": "service_account",
        "project_id": "payments-prod",
        "private_key_id": "made-up",
        "private_key": pem.decode(),
        "client_email": EMAIL,
        "token_uri": token_uri,
    }
    file.write_text(json.dumps(content), encoding="utf-8")
    return file


class FakeGoogle(FakeServer):
    """``denied``: what our account may not see, as "project/noun" or "project". ``lifetime``: seconds of a token."""

    def __init__(self) -> None:
        super().__init__()
        self.alerts: dict[str, list[Any]] = {}
        self.policies: dict[str, list[Any]] = {}
        self.snoozes: dict[str, dict[str, Any]] = {}
        self.denied: set[str] = set()
        self.tokens: list[str] = []
        self.lifetime = 3600
        self.page = 1000
        self.metadata = False
        self._numbers = itertools.count(1)

    def answer(self, request: Request) -> Reply:
        if request.path == "/token":
            return self._token(request)
        if not request.path.startswith("/v3/projects/"):
            return self._metadata(request)
        if request.headers.get("authorization", request.headers.get("Authorization")) != self._bearer:
            return _error(401, "UNAUTHENTICATED", "Request had invalid authentication credentials.")
        return self._asked(request)

    def _asked(self, request: Request) -> Reply:
        _, _, _, project, noun, *rest = request.path.split("/")
        if {project, f"{project}/{noun}"} & self.denied:
            return _error(403, "PERMISSION_DENIED", f"Permission monitoring.{noun}.list denied")
        if request.method == "POST":
            return self._snooze(project, request.body)
        if request.method == "PATCH":
            return self._moved("/".join(("projects", project, noun, *rest)), request)
        return self._one(project, rest[0]) if rest else self._listed(project, noun, request)

    @property
    def _bearer(self) -> str:
        return f"Bearer {self.tokens[-1]}" if self.tokens else "none"

    def _token(self, request: Request) -> Reply:
        """Check the signature of the assertion, as the real one does (RFC 7523)."""
        fields = dict(part.split("=", 1) for part in request.content.decode().split("&"))
        signed, _, signature = fields["assertion"].rpartition(".")
        private_key().public_key().verify(
            _unpadded(signature), signed.encode(), padding.PKCS1v15(), hashes.SHA256()
        )
        claims = json.loads(_unpadded(signed.partition(".")[2]))
        assert claims["iss"] == EMAIL
        return self._issued(claims["scope"])

    def _issued(self, scope: str) -> Reply:
        self.tokens.append(f"made-up-token-{next(self._numbers)}")
        token = {"access_token": self.tokens[-1], "expires_in": self.lifetime, "token_type": "Bearer"}
        return Reply.json({**token, "scope": scope})

    def _metadata(self, request: Request) -> Reply:
        if not self.metadata:
            return super().answer(request)
        if request.path.endswith("/token"):
            reply = self._issued("all")
        elif request.path.endswith("/default/"):
            reply = Reply.json({"email": EMAIL, "aliases": ["default"], "scopes": []})
        else:
            reply = Reply(200, b"computeMetadata/")
        reply.headers |= {"Metadata-Flavor": "Google", "Content-Type": "application/json"}
        return reply

    def _listed(self, project: str, noun: str, request: Request) -> Reply:
        named = [one for name, one in self.snoozes.items() if name.startswith(f"projects/{project}/")]
        nouns = {"alerts": self.alerts.get(project, []), "alertPolicies": self.policies.get(project, [])}
        records = nouns.get(noun, named)
        size = min(int(request.one("pageSize", "50")), self.page)
        start = int(request.one("pageToken", "0"))
        more = str(start + size) if start + size < len(records) else ""
        answer = {"nextPageToken": more, "totalSize": len(records)}
        if found := records[start : start + size]:
            answer[noun] = found
        return Reply.json(answer)

    def _one(self, project: str, number: str) -> Reply:
        name = f"projects/{project}/alerts/{number}"
        found = [one for one in self.alerts.get(project, []) if one["name"] == name]
        return Reply.json(found[0]) if found else _error(404, "NOT_FOUND", "Alert not found")

    def _snooze(self, project: str, body: dict[str, Any]) -> Reply:
        name = f"projects/{project}/snoozes/{next(self._numbers)}"
        self.snoozes[name] = {**body, "name": name}
        return Reply.json(self.snoozes[name])

    def _moved(self, name: str, request: Request) -> Reply:
        assert request.one("updateMask") == "interval.end_time"
        self.snoozes[name]["interval"]["endTime"] = request.body["interval"]["endTime"]
        return Reply.json(self.snoozes[name])

    def standing(self, now: datetime) -> list[dict[str, Any]]:
        return [one for one in self.snoozes.values() if _ends(one) > now]


def _ends(snooze: dict[str, Any]) -> datetime:
    return datetime.fromisoformat(snooze["interval"]["endTime"]).astimezone(UTC)


def _unpadded(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def _error(code: int, status: str, message: str) -> Reply:
    return Reply.json({"error": {"code": code, "message": message, "status": status}}, code)
