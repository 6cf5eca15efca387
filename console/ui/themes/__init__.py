"""Themes: colours by meaning, read from files."""
