"""PostgreSQL, as Django has it, with a little patience."""
