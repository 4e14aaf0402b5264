"""What platform and care funds control: a row and a function for each control, in sets by effective date.

Start at ``engine.rule_set``; ``facts`` says what a control may ask, ``row`` what a row holds. The
package knows no message in transit, no mailbox and no clock.
"""
