"""The panes: widgets that draw what a view says and pass keys on; none of them decides anything."""
