"""Ticket systems: one module a product, and what they share in ``base``."""
