"""Drills: a recorded incident to be worked on again, and what the log of that work is worth."""
