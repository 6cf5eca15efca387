"""Tickets in other systems: where they go, what stands in them, what they are called."""
