"""What lies on an editor's desk: what waits, what is missing or looked for in vain, the month."""
