"""People: who they are, and how they prove it. The name of an account is its e-mail address."""
