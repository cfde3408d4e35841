"""Moving in by the editors' room: a file is looked at, corrected, and then brought in."""
