"""Scenarios: the language, the cast, the stage and the player. A scenario passes no verdict; checks do."""
