"""Reports over weeks: whether it gets better. All numbers are made of ``domain/measures``."""
