"""What travels: messages, their codecs, the profile, identifiers, money, time. It does no I/O."""
