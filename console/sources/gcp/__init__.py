"""Google Cloud Monitoring: the open alerts of one or more projects.

The API only reads alerts: there is no ack and no resolve. What it can do is snooze a policy, and that is
done only where the config asks for it.
"""

from console.sources.gcp.options import Options
from console.sources.gcp.reader import parse
from console.sources.gcp.source import Source

__all__ = ["Options", "Source", "parse"]
