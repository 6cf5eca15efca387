"""From what products send to alerts: records without trust, words and times in every spelling, labels, HTML."""
