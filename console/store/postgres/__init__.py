"""The store in a PostgreSQL database, for a team."""
