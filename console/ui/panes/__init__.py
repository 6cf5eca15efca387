"""Panes: each shows one part of the snapshot."""
