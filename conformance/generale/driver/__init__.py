"""The driver contract: how a rehearsal tells a vendor's product what happens and asks what its users see.

Pure types and their JSON form; the doors that carry them live in ``generale.doors``.
"""

CONTRACT = 1
"""Number of the contract; any change of it is a new number."""
