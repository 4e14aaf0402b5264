"""The reference vendor: a product that keeps every requirement and can be made wrong in one named way.

It stands behind the driver contract and shares nothing with the platform but the protocol: its counting of
days, its billing and its sequencing are its own. Start with ``product``; ``defects.toml`` lists the switches.
"""
