"""The config file: its model, how it is found and explained, secrets, and remembered state."""
