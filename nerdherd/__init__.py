"""The house: the only place where courses and billing meet."""
