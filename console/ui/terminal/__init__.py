"""The terminal: what it can do, and how the app behaves on one that stalls, vanishes or lies."""
