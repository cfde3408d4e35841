"""A small, stateful stand-in for the Stripe API, for machines on which no Stripe key is set."""
