"""Alert sources: one file per product, found by name."""
