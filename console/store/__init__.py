"""The incident store: an append-only log per incident, and the rows and leases beside it."""
