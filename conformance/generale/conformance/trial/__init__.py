"""The doctor on trial: set-ups with a seeded mistake, which it must name, and odd ones that are healthy.

Everything is played for real on loopback: servers, certificates, requests. What each set-up is, and which
finding it must give, stands in ``set_ups.toml``; how it is built, in ``mistakes_of_plan``,
``mistakes_of_product`` and ``healthy`` under the same name.
"""
