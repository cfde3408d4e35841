"""Moving in: posts that come from another site's export."""
