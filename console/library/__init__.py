"""Runbooks on disk: reading Markdown into steps, and finding the one that fits an alert."""
