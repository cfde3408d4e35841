"""What there is to see: posts, videos, topics and series; knows nothing of money."""
