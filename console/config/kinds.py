"""The kinds of source as they are offered to a user, and what each is asked for.

What must be answered is derived from a kind's own ``Options``; a kind that is not named here is
offered all the same, in the last group.
"""

from __future__ import annotations

from collections.abc import Mapping

from pydantic import BaseModel

from console.config.keys import Key, keys_of
from console.sources import registry

GROUPS: Mapping[str, Mapping[str, str]] = {
    "incidents": {
        "pagerduty": "PagerDuty",
        "opsgenie": "Opsgenie, until it ends in 2027",
        "jsm": "Jira Service Management, operations",
        "zenduty": "Zenduty",
    },
    "alerts": {
        "alertmanager": "Prometheus Alertmanager, or Mimir's",
        "prometheus": "Prometheus' rules, without an Alertmanager",
        "grafana": "Grafana Alerting",
        "datadog": "Datadog monitors",
        "cloudwatch": "AWS CloudWatch alarms",
        "gcp": "Google Cloud Monitoring",
        "sentry": "Sentry issues",
        "zabbix": "Zabbix problems",
        "alerta": "Alerta",
        "checks": "checks of our own: HTTP, ports, certificates",
    },
    "human reports": {
        "jira": "Jira issues, by JQL",
        "intercom": "Intercom conversations and tickets",
        "email": "a mailbox, over IMAP",
        "slack": "marked messages in Slack",
    },
    "anything else": {
        "http": "any JSON API",
        "command": "a program of yours that prints JSON",
    },
}

_WORDS: Mapping[tuple[str, str], str] = {
    ("alertmanager", "url"): "Address, like http://127.0.0.1:9093",
    ("alertmanager", "token"): "Bearer token, where a proxy asks for one",
    ("checks", "checks.name"): "What is the first check called",
    ("checks", "checks.service"): "Which service is it about",
    ("checks", "checks.http"): "Address to ask, like https://shop.example/health (empty: a port instead)",
    ("checks", "checks.tcp"): "Or a port to try, like db.example:5432 (empty where an address is asked)",
    ("command", "command"): "The program and its arguments, as in a shell",
    ("datadog", "site"): "Site, as in the address of its pages, like datadoghq.eu",
    ("email", "password"): "Password of the mailbox, best one made for this",
    ("gcp", "credentials"): "Key file of a service account (empty: application default credentials)",
    ("grafana", "token"): "Token of a service account",
    ("http", "token"): "Bearer token, where it asks for one",
    ("jira", "site"): "Jira Cloud: the name in https://NAME.atlassian.net (empty: a server)",
    ("jira", "url"): "Address of the server (empty for Jira Cloud)",
    ("jira", "username"): "Email address the token belongs to (empty for a server's access token)",
    ("jira", "jql"): "JQL: which issues are incidents, like project = OPS AND issuetype = Incident",
    ("jsm", "site"): "The site, like example.atlassian.net",
    ("prometheus", "url"): "Address, like http://127.0.0.1:9090",
    ("slack", "channels"): "Ids of the channels, like C01234567",
    ("slack", "prefix"): "What a message begins with that is an incident, like !incident",
}
"""Better words for a question. A key that stands here is asked for even where it may be left out."""


def groups() -> dict[str, dict[str, str]]:
    """Return all kinds there are, with a few words each, by group; what is for rehearsals only is left out."""
    offered = {title: dict(kinds) for title, kinds in GROUPS.items()}
    known = {kind for kinds in offered.values() for kind in kinds} | {"replay"}
    offered["anything else"] |= {kind: "" for kind in registry.kinds() if kind not in known}
    return offered


def questions(kind: str, table: str = "") -> tuple[Key, ...]:
    """Return the keys to ask for, secrets last; ``table`` names an inner table."""
    model: type[BaseModel] | None = registry.options_of(kind)
    if table:
        model = next(key.table for key in keys_of(model) if key.name == table) if model else None
    prefix = f"{table}." if table else ""
    asked = [
        key
        for key in (keys_of(model) if model else ())
        if key.required or (kind, prefix + key.name) in _WORDS
    ]
    return tuple(sorted(asked, key=lambda key: key.secret))


def question(kind: str, key: Key, table: str = "") -> str:
    """Return the words that ask for a key."""
    name = f"{table}.{key.name}" if table else key.name
    return _WORDS.get((kind, name)) or key.words or name
