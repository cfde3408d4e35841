"""What several tests of the house need."""

import io
import logging
from collections.abc import Iterator

import pytest
from django.core.cache import cache


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """Everything that production would write to its log, formatted as there."""
    [handler] = [
        handler
        for handler in logging.getLogger().handlers
        if type(handler) is logging.StreamHandler and handler.name == "stderr"
    ]
    written = io.StringIO()
    before = handler.setStream(written)
    cache.clear()
    yield written
    handler.setStream(before)
