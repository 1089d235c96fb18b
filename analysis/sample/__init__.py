"""A synthetic market with a planted truth: creators, posts and placements of people who do not exist.

Nobody may publish a client's data, and no real data set says what the true effect was. So the sample is drawn from
stated parameters (:class:`analysis.sample.plan.Plan`), soiled the way exports are, and written beside its truth.
Methods are tested by whether they find it.

>>> import tempfile
>>> from analysis.sample import make_sample
>>> with tempfile.TemporaryDirectory() as folder:
...     sorted(file.name for file in make_sample(folder, creators=50, posts=400, placements=60).iterdir())
['creators.csv', 'placements.csv', 'posts.csv', 'truth.json']
"""

from analysis.sample.make import make_sample
from analysis.sample.plan import Plan

__all__ = ["Plan", "make_sample"]
