"""What every kind of source is held to beyond the basics of ``test_contract.py``, a subject a file."""
