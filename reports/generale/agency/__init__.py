"""What an agency asks: what care funds claim back, and how far the facilities are.

Pure: bytes of a table in, values and text out. It reads no file and no clock; what is counted
to a day gets that day as an argument.
"""
