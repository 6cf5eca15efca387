"""Changes of the world: what sort they are, what they have to do with an incident, and that in words."""
