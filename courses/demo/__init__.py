"""The demo library: posts written for a first run, and the maker of their short clips."""

from courses.demo.loading import load

__all__ = ["load"]
