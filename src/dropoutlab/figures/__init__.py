"""One module a chapter: plain numbers in, a matplotlib Figure out, and a sentence on it."""
