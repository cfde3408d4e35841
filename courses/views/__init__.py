"""The pages of the library; each view is one act."""
