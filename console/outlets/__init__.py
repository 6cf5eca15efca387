"""Outlets: where clients are told, one module or package a kind, found by its name."""
