"""What the feeds share: options, reading records, pages, several places of one server."""
