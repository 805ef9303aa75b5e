"""Commands about a client himself: contacts, risk test, consent, household; run by workers."""
