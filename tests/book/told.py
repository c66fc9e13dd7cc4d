"""Stand-ins for Sphinx, for what an extension does to a page without a build."""

from types import SimpleNamespace


class App:
    """An application that keeps what an extension tells it: `app.told`, call by call."""

    def __init__(self, **known):
        self.told = []
        self.__dict__.update(known)

    def __getattr__(self, method):
        return lambda *given, **named: self.told.append((method, *given, *named.items()))


def env_of(folder, docname="page", ending="ipynb", **known):
    """An environment of pages that lie in a folder."""
    return SimpleNamespace(
        docname=docname, doc2path=lambda name: str(folder / f"{name}.{ending}"), **known
    )
