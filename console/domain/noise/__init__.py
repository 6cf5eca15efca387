"""Which alert rules wake people for nothing, and what could be changed about each (T5)."""
