from hypothesis import settings

# how long an example takes depends on the machine and what else it does: no test may hang on it
settings.register_profile("any machine", deadline=None)
settings.load_profile("any machine")
