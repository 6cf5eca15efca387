"""A report written down: for a terminal, as Markdown, as one HTML file with charts, as rows, as JSON."""
