"""The bottom shelf: what both apps stand on, and what knows neither."""
