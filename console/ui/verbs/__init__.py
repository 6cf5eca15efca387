"""What the keys do: small objects that turn a key into a question, a command or another view."""
