"""Faults injected into the running site, each with the end state that it must leave; `make drill`."""
