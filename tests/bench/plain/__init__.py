"""A plain Django page, as one would write it first: the yardstick that pages are measured against."""
