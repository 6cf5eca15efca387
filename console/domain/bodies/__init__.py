"""What events say, by subject: each file's steps stand in the file of the same name in ``folds``.

Bodies are small frozen records. Their class names and fields are the stored format: add fields
with defaults, never rename or remove one (``store/codec.py`` reads old logs for ever).
"""
