"""Backups: one archive that holds everything, the way back, and a fingerprint of what is there."""
