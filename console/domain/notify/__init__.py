"""Who hears of what, by which channel and when: rules, and the notifications they make."""
