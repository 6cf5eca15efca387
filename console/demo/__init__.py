"""The demo: a replayed shift on a private store, so that every pane has something true to show."""
