"""The ways out: one module or package a kind of channel, found by its name (``registry``)."""
