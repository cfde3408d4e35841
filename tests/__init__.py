"""The tests mirror the tree and are named after behaviour."""
