"""What sources have in common: their config keys, the one HTTP layer, reading records without trust."""
