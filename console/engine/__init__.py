"""The engine: polls, groups, escalates, carries out upstream effects; one process at a time."""
