"""Search: what is found for whom, where in it, and how the index stays right.

Only `engine` knows the databases' own full-text search.
"""
