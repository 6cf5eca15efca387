"""What no table of the config can know alone, a file a subject."""
