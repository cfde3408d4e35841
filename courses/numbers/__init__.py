"""What was counted of posts, for those who see them in the admin: by day, never by person."""
