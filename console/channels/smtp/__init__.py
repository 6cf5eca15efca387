"""Email by SMTP: to people, and to a list of addresses as the room."""

from console.channels.smtp.channel import Channel
from console.channels.smtp.options import Options

__all__ = ["Channel", "Options"]
