"""What the words mean: pure values and pure decisions, no clock, no I/O, no framework."""
