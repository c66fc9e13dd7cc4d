"""One module a chapter: plain numbers in, a matplotlib Figure out, and a sentence on it."""

from dropoutlab._names import lazy_modules, public_dir

__dir__ = public_dir(__name__)
__getattr__ = lazy_modules(__name__)
