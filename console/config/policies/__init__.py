"""From tables of the config to the domain's values, a file a subject."""
