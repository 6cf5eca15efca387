"""The rules, one file for each family of commands; ``decide`` is the door.

Every decision is a function of the incident, the command and the context, and changes nothing.
"""
