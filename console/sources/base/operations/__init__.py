"""What Opsgenie and its heir, the operations of Jira Service Management, have in common: nearly everything.

``alerts`` reads what they list, ``actions`` writes what is to be done, ``api`` asks them, ``deeds``
carries actions out and waits for their outcome, ``source`` puts these together, ``options`` are the
keys of the config.
"""
