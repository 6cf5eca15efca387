"""What makes the screen's tests repeatable: no animation, no blinking, no user folders."""

from __future__ import annotations

import os

os.environ["TEXTUAL_ANIMATIONS"] = "none"  # read when textual is imported
os.environ.pop("NO_COLOR", None)
