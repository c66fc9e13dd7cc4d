"""One module a chapter: plain numbers in, a matplotlib Figure out, and the sentence that goes with it."""
