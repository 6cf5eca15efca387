"""What the panes say: pure functions from a snapshot to styled lines. No widget, no clock, no I/O."""
