"""How the console calls the person in front of it: bell, notification of the terminal, tmux, desktop."""
