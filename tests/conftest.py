"""What all tests share."""

from hypothesis import settings

# how long an example takes depends on who else uses the machine
settings.register_profile("shared machine", deadline=None)
settings.load_profile("shared machine")
