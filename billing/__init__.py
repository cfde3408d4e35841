"""Who has paid: purchases, memberships, gifts, and the conversation with Stripe."""
