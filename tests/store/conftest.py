from __future__ import annotations

import pytest

pytest.register_assert_rewrite(
    "tests.store.contract_append",
    "tests.store.contract_reading",
    "tests.store.contract_engine",
    "tests.store.contract_team",
    "tests.store.contract_notify",
)
