"""The care funds: members, accepted stays and tariffs on one side, settlement and payment on the other.

``fund.CareFund`` is the whole of one fund, without HTTP and without a clock. What it accepts and refuses
is decided by the rule set that it is given.
"""
