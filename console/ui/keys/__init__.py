"""Keys: the actions they stand for, how they are remapped, named and queued."""
