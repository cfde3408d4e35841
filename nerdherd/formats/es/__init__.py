"""Spanish, as in the Americas."""
