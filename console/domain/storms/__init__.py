"""A failing dependency and everything that fails with it: one incident, and where it probably begins."""
