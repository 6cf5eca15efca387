"""Slack by a bot's token: rooms and people, a thread an incident, acks by reaction."""

from console.channels.slack.channel import Channel
from console.channels.slack.options import Options

__all__ = ["Channel", "Options"]
