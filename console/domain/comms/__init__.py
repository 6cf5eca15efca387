"""What clients are told: the words, what must not stand in them, where they go and when the next is due."""
