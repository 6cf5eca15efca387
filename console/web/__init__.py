"""The one HTTP layer: ``http.HttpClient`` is its door, everything else here is behind it."""
