"""Dropout, small enough to check: the tested package behind the book.

Where to start:

- `dropoutlab.masks`: draw masks, enumerate all of them, say how probable each is.
- `dropoutlab.linear`: the single linear unit, its errors with and without dropout, minimised.
- `dropoutlab.glm`: the penalty of a logistic unit, exact and quadratic; laws of noise.
- `dropoutlab.symbolic`: the labelled equations of the book and their proofs.
- `dropoutlab.network`, `training`: a network with dropout in NumPy; many seeds trained at once.
- `dropoutlab.convolution`, `recurrent`: small networks of these kinds, with dropout.
- `dropoutlab.averaging`, `coadaptation`: averages over masks; how much units lean on each other.
- `dropoutlab.experiments`, `data`, `samples`: what the book measures, on what, and what came out.
- `dropoutlab.conventions`: what PyTorch, Keras and Flax mean by dropout, found out by running them.
- `dropoutlab.claims`: what the book says of runs, judged on seeds of your choice.
- `dropoutlab.errata`: what is often said of dropout and is wrong, each with a check.
- `dropoutlab.exercises`: feedback on the answers to the book's exercises.
- `dropoutlab.figures`, `explore`: its pictures, and pictures with sliders of your own.
- `dropoutlab.book`: what a build of the book needs.

`keep_prob` is always the probability that a unit is KEPT (Srivastava et al. 2014, section 4).
Random numbers come from a `numpy.random.Generator` that you pass in.

All four masks of two units, and how probable each is if a unit is kept three times out of four:

>>> from dropoutlab.masks import enumerate_masks, mask_probability
>>> (masks,) = enumerate_masks(2)
>>> masks
array([[0., 0.],
       [1., 0.],
       [0., 1.],
       [1., 1.]])
>>> mask_probability(masks, keep_prob=0.75)
array([0.0625, 0.1875, 0.1875, 0.5625])
"""

from dropoutlab._names import lazy_modules, public_dir

__dir__ = public_dir(__name__)
__getattr__ = lazy_modules(__name__)
__version__ = "0.1.0"
