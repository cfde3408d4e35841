"""The pages of joining; each view is one act."""
