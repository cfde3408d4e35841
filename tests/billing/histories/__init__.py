"""Random histories: buyers, bank, Stripe's post, staff and crashes, interleaved; and what must hold.

A history is a list of steps drawn from one number, its seed, and nothing else, so that a number is
all it takes to see it again. This is a plain interpreter, not Hypothesis' state machine: a step
names an act and a number, and the act itself finds something to act on (or nothing), so a step can
be left out without making the others senseless, which is all that shrinking needs; and histories
cost nothing but what the site itself costs, which makes a hundred thousand of them an evening's
work and finds more than a tenth of them drawn more cleverly.

What is real: the views (through Django's test client), reconcile, the ORM and its database, the
stripe library, and the stand-in's whole API. What is not: sockets, and time.
"""
