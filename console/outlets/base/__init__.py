"""What the kinds of outlet share."""
