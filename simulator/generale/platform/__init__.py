"""The central platform as state machines: intake order, decisions, stays, mailboxes. No HTTP, no storage."""
