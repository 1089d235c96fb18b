"""What every reader is told about how the numbers are made, in the same words in every format."""

__all__ = ["EVIDENCE", "RULES"]

#: What the three words beside a figure mean.
EVIDENCE = (
    "Every figure is computed from the rows counted under “Data quality”. Each is measured (read from the data), "
    "modelled (a formula on stated assumptions) or assumed, and says which."
)

_RULES = """
A tier’s ratio is pooled: the sum of its costs over the sum of its engagements. The mean of the creators’ own ratios
is another measure with another name.

A creator without engagements has no cost per engagement; the cost still counts in the tier’s sum, and such rows are
counted.

Followers are those at the time of the post, where known. A creator whose followers are unknown has a row of its own,
not a tier.

Engagement by followers, by reach, by impressions and by views are four measures; the denominator stands wherever a
rate does.

An ambassador is a relationship, not a size. Ambassadors are found in every tier; their cost is the product they
received.

A tier with few creators is shown and marked; it is not ranked and never wins.

A comparison of creators as they are is an association. It does not say what a creator would do at another size.

A verdict follows the interval: where it spans no difference, there is no clear difference.
"""

#: The rules that every number follows.
RULES = tuple(" ".join(rule.split()) for rule in _RULES.strip().split("\n\n"))
