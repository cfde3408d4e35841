"""What the owner's money page shows: figures, charts, what needs a person, and the books."""
