"""Measurements, not tests: ratios taken in one run on one machine."""
