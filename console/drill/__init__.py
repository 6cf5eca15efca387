"""Drills as files: those that come with the product, and those that a team has recorded."""
