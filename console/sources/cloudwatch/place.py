"""One region of one account: signed requests to CloudWatch there, its alarms and their tags."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from console.clock import Clock
from console.errors import SourceError
from console.ports.sources import Proof
from console.sources.cloudwatch.keys import Keys
from console.sources.cloudwatch.options import Account, Options
from console.sources.cloudwatch.refusals import refused
from console.web.http import Answer, HttpClient

MOST_PAGES = 200
"""20,000 alarms in one state of one region. An account has 5,000 alarms unless AWS has raised that."""

TAGS_A_POLL = 100
"""Alarms whose tags are asked for in one poll: CloudWatch has a call for each, and a limit a second."""

_TARGET = "GraniteServiceVersion20100801"
_TAGS_AT_ONCE = 4
_REFUSALS = frozenset({400, 403, 404})  # AWS says in the body what they mean
_LISTS = {"metric": "MetricAlarms", "composite": "CompositeAlarms", "log": "LogAlarms"}
_TYPES = {"metric": "MetricAlarm", "composite": "CompositeAlarm", "log": "LogAlarm"}
_IDENTITY = re.compile(rb"arn:aws[a-z-]*:(?:iam|sts)::\d{12}:[\w+=,.@/-]+", re.ASCII)


@dataclass(frozen=True, slots=True)
class Listing:
    """What one place said: alarms as CloudWatch writes them, ``Type``, ``Account`` and ``Tags`` added.

    ``missing``: why this is not all. ``problems``: what else did not go as it should.
    """

    alarms: tuple[dict[str, Any], ...]
    missing: str = ""
    problems: tuple[str, ...] = ()


class Place:
    """CloudWatch of a region, asked as one account. Everything may raise ``SourceError``."""

    def __init__(self, account: Account, region: str, keys: Keys, options: Options, clock: Clock) -> None:
        self.account = account
        self.region = region
        self.label = f"{account.name} {region}".strip()
        self._types = [_TYPES[kind] for kind in options.types]
        self._keys = keys
        self._options = options
        self._clock = clock
        self._client = HttpClient(options.endpoint or f"https://monitoring.{_domain(region)}", options, clock)
        self._tags: dict[str, dict[str, str]] = {}

    async def call(self, operation: str, body: Mapping[str, Any]) -> dict[str, Any]:
        """Return the answer of an operation of CloudWatch. What is not there has the status 404."""
        # Signed here and not by the client's credentials: the signature covers the operation's header too.
        headers = {"Content-Type": "application/x-amz-json-1.0", "X-Amz-Target": f"{_TARGET}.{operation}"}
        place = f"CloudWatch in {self.label}"
        content = json.dumps(body).encode()
        answer = await self._post(self._client, "monitoring", headers, content)
        if not 200 <= answer.status < 300:
            raise self._refused(answer, place, f"cloudwatch:{operation}")
        value = answer.json()
        if not isinstance(value, dict):
            raise self._stranger()
        if not value and "x-amzn-requestid" not in answer.headers:
            raise self._stranger()  # nothing at all, and not from AWS
        return value

    async def identity(self) -> str:
        """Return as whom we ask: the ARN of a user or of a role's session."""
        url = self._options.sts_endpoint or f"https://sts.{_domain(self.region)}"
        client = HttpClient(url, self._options, self._clock)
        headers = {"Content-Type": "application/x-www-form-urlencoded; charset=utf-8"}
        content = b"Action=GetCallerIdentity&Version=2011-06-15"
        try:
            answer = await self._post(client, "sts", headers, content)
        finally:
            await client.close()
        if not 200 <= answer.status < 300:
            raise self._refused(answer, f"STS in {self.label}", "sts:GetCallerIdentity")
        found = _IDENTITY.search(answer.body)
        return found[0].decode() if found else ""

    async def prove(self, *, mutes: bool) -> Proof:
        """Try what a poll needs, and with ``mutes`` what can be tried of that, without changing anything."""
        missing: list[str] = []
        unproven: list[str] = []
        listed = await self._try("DescribeAlarms", {"AlarmTypes": self._types, "MaxRecords": 1})
        if listed is None:
            missing.append(f"{self.label}: cloudwatch:DescribeAlarms on *: needed to see alarms")
        if self._options.wants_tags:
            arn = next((alarm.get("AlarmArn") for alarm in self._alarms(listed or {})), None)
            if arn is None:
                unproven.append("cloudwatch:ListTagsForResource: there is no alarm to try it on")
            elif await self._try("ListTagsForResource", {"ResourceARN": arn}) is None:
                missing.append(f"{self.label}: cloudwatch:ListTagsForResource: service and priority by tag")
        if mutes:
            if await self._try("GetAlarmMuteRule", {"AlarmMuteRuleName": "oncall-check"}) is None:
                missing.append(f"{self.label}: cloudwatch:GetAlarmMuteRule: needed to prolong a mute")
            unproven.append(
                "cloudwatch:PutAlarmMuteRule and DeleteAlarmMuteRule: only a mute would show them"
            )
        return Proof(missing=tuple(missing), unproven=tuple(unproven))

    async def listing(self) -> Listing:
        """Return the alarms that fire here, all pages."""
        states = ["ALARM", "INSUFFICIENT_DATA"] if self._options.include_insufficient_data else ["ALARM"]
        alarms: list[dict[str, Any]] = []
        missing = ""
        for state in states:
            found, more = await self._in_state(state)
            alarms += found
            missing = missing or more
        problems = await self._add_tags(alarms) if self._options.wants_tags else ()
        return Listing(tuple(alarms), missing, problems)

    async def close(self) -> None:
        """Let go of the connections."""
        await self._client.close()

    async def _in_state(self, state: str) -> tuple[list[dict[str, Any]], str]:
        asked: dict[str, Any] = {
            "StateValue": state,
            "AlarmTypes": self._types,
            "MaxRecords": 100,
        }
        if self._options.name_prefix is not None:
            asked["AlarmNamePrefix"] = self._options.name_prefix
        alarms: list[dict[str, Any]] = []
        known: set[str] = set()
        for _ in range(MOST_PAGES):
            answer = await self._page(asked)
            alarms += self._alarms(answer)
            token = answer.get("NextToken")
            if not token:
                return alarms, ""
            if not isinstance(token, str) or token in known:
                raise SourceError(
                    f"CloudWatch in {self.label} sends us round in circles",
                    hint="NextToken came back a second time; if it stays so, tell AWS support",
                )
            known.add(token)
            asked["NextToken"] = token
        return alarms, (
            f"{self.label}: more than {len(alarms)} alarms in state {state}, the others are not shown;"
            " ask for less with name_prefix"
        )

    async def _page(self, asked: Mapping[str, Any]) -> dict[str, Any]:
        try:
            return await self.call("DescribeAlarms", asked)
        except SourceError as error:
            if error.status == 400 and error.permanent and "log" in self._options.types:
                error.hint = 'are there no log alarms in this region? then types = ["metric", "composite"]'
            raise

    def _stranger(self) -> SourceError:
        return SourceError(
            f"{self._client.place} does not answer like CloudWatch", hint="check endpoint, and proxy"
        )

    def _alarms(self, answer: Mapping[str, Any]) -> list[dict[str, Any]]:
        if answer and not any(isinstance(answer.get(key), list) for key in _LISTS.values()):
            raise self._stranger()
        found: list[dict[str, Any]] = []
        for kind, key in _LISTS.items():
            listed = answer.get(key)
            for alarm in listed if isinstance(listed, list) else ():
                known = alarm if isinstance(alarm, dict) else {}
                found.append({**known, "Type": kind, "Account": self.account.name, "Region": self.region})
        return found

    async def _add_tags(self, alarms: list[dict[str, Any]]) -> tuple[str, ...]:
        """Put the tags into the alarms: those known, and of the others as many as one poll may ask for."""
        names = {arn for alarm in alarms if isinstance(arn := alarm.get("AlarmArn"), str) and arn}
        self._tags = {arn: tags for arn, tags in self._tags.items() if arn in names}
        wanted = iter([arn for arn in sorted(names) if arn not in self._tags][:TAGS_A_POLL])
        errors: list[SourceError] = []

        async def work() -> None:
            for arn in wanted:  # shared by the workers: each takes the next one
                try:
                    self._tags[arn] = await self._tags_of(arn)
                except SourceError as error:
                    errors.append(error)
                if errors:
                    return

        async with asyncio.TaskGroup() as workers:
            for _ in range(_TAGS_AT_ONCE):
                workers.create_task(work())
        for alarm in alarms:
            alarm["Tags"] = self._tags.get(str(alarm.get("AlarmArn")), {})
        if not errors:
            return ()
        return (f"{self.label}: tags are not known, so service and priority may be off: {errors[0].message}",)

    async def _try(self, operation: str, body: Mapping[str, Any]) -> dict[str, Any] | None:
        """Return an answer, also that there is no such thing; None where we lack the right to ask."""
        try:
            return await self.call(operation, body)
        except SourceError as error:
            if error.parked:  # our keys are known to be good
                return None
            if error.status == 404:
                return {}
            raise

    async def _post(
        self, client: HttpClient, service: str, headers: Mapping[str, str], content: bytes
    ) -> Answer:
        signed = await asyncio.to_thread(
            self._keys.signed, service, self.region, f"{client.url}/", content, headers
        )
        return await client.ask("POST", "/", body=content, headers=signed, accept=_REFUSALS, idempotent=True)

    def _refused(self, answer: Answer, place: str, right: str) -> SourceError:
        error = refused(answer, place, self._keys.profile_words, right, self._clock.now())
        if error.parked:
            self._keys.renew()
        return error

    async def _tags_of(self, arn: str) -> dict[str, str]:
        answer = await self.call("ListTagsForResource", {"ResourceARN": arn})
        listed = answer.get("Tags")
        return {
            str(tag["Key"]): str(tag["Value"])
            for tag in (listed if isinstance(listed, list) else ())
            if isinstance(tag, dict) and "Key" in tag and "Value" in tag
        }


def _domain(region: str) -> str:
    """Return the end of a region's host names; China is a partition of its own."""
    return f"{region}.amazonaws.com{'.cn' if region.startswith('cn-') else ''}"
