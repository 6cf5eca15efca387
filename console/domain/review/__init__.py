"""The review (RCA, postmortem) of an incident: what people write, when it is due, the draft made of the log."""
