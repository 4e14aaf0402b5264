"""The transition: every house of a population goes over to the exchange, in virtual time."""
