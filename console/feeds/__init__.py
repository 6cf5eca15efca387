"""Where changes come from: one module a product, found by its name. Each only reads."""
