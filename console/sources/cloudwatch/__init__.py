"""AWS CloudWatch: metric, composite and log alarms of several accounts and regions.

An alarm there is in a state, and nobody can acknowledge or resolve it: what it can do is hold the
alarm's actions back for a while (a mute rule), and that is what is said of it. ``SetAlarmState`` is
never used: it is for trying actions out, and the next evaluation undoes it.
"""

from console.sources.cloudwatch.options import Options
from console.sources.cloudwatch.reader import parse
from console.sources.cloudwatch.source import Source

__all__ = ["Options", "Source", "parse"]
