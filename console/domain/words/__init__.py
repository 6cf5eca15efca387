"""Events in words, by the subjects of ``bodies``: one table each, from kind to what is said."""
