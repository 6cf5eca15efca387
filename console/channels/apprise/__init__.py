"""A hundred more products through the library apprise (extra ``[notify]``), in a process of its own."""

from console.channels.apprise.channel import Channel
from console.channels.apprise.options import Options

__all__ = ["Channel", "Options"]
