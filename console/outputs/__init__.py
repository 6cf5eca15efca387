"""Documents and messages on the way out."""
