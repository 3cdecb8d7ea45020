"""What the tests of plans share."""

from __future__ import annotations

import pytest

from tests.support.put_back import Homes


@pytest.fixture(scope="session")
def homes(tmp_path_factory: pytest.TempPathFactory) -> Homes:
    """The hosts that the tests share which ask for them by release."""
    return Homes(tmp_path_factory.mktemp("homes"))
