"""Documents: the handover, an incident's card. Pure text; what stands in titles and notes stays text."""
