"""What the kinds of channel share."""
