"""oncall: a terminal console that an on-call engineer keeps open for a whole shift."""

__version__ = "0.1.0"
