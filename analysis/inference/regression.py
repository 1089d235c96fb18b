"""Regressions with robust errors, small enough to read: least squares, Poisson, negative binomial, Huber.

They answer in milliseconds and import nothing heavy; statsmodels is their authority in the tests. Errors are robust to
unequal spread (HC3), or clustered by creator (CR3, the leave-one-creator-out jackknife, t with G - 1 degrees of
freedom), because posts of one creator are not independent and a few creators post most.

References
----------
MacKinnon, J. G. and White, H. (1985). Some heteroskedasticity-consistent covariance matrix estimators with improved
finite sample properties. *J. Econometrics* 29, 305-325.
Bell, R. M. and McCaffrey, D. F. (2002). Bias reduction in standard errors for linear regression with multi-stage
samples. *Survey Methodology* 28, 169-181.
Huber, P. J. (1964). Robust estimation of a location parameter. *Ann. Math. Statist.* 35, 73-101.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from analysis.inference.result import Floats, Interval, cluster_codes

__all__ = ["Fit", "huber", "least_squares", "least_squares_of_sums", "negative_binomial", "poisson"]

Codes = NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class Fit:
    """Coefficients, their covariance, degrees of freedom, creators (or rows) used, and how they were made."""

    coefficients: Floats
    covariance: Floats
    freedom: float
    n: int
    method: str
    converged: bool = True

    def interval(self, weights: ArrayLike, confidence: float = 0.95, null: float = 0.0) -> Interval:
        """Return a linear combination of the coefficients with its t interval and p-value against ``null``."""
        from scipy.special import stdtr, stdtrit

        w = np.asarray(weights, dtype=np.float64)
        estimate = float(w @ self.coefficients)
        error = math.sqrt(max(float(w @ self.covariance @ w), 0.0))
        reach = float(stdtrit(self.freedom, (1 + confidence) / 2)) * error
        if error > 0:
            p_value = float(2 * stdtr(self.freedom, -abs(estimate - null) / error))
        else:
            p_value = 1.0 if math.isclose(estimate, null) else 0.0
        return Interval(estimate, estimate - reach, estimate + reach, self.n, self.method, confidence, "", p_value)


def least_squares(y: Floats, x: Floats, *, cluster: NDArray[Any] | None = None) -> Fit | None:
    """Return ordinary least squares with HC3 or CR3 errors; None when the columns are not independent.

    Examples
    --------
    >>> x = np.column_stack([np.ones(4), [0.0, 1.0, 2.0, 3.0]])
    >>> least_squares(np.array([1.0, 3.0, 5.0, 7.0]), x).coefficients.round(6)
    array([1., 2.])
    """
    bread = _inverse(x.T @ x)
    if bread is None or len(y) <= x.shape[1]:
        return None
    beta = bread @ (x.T @ y)
    residual = y - x @ beta
    return _robust(beta, bread, x, residual, cluster, "least squares")


def least_squares_of_sums(products: Floats, moments: Floats) -> Fit | None:
    """Return :func:`least_squares` with clustered errors from sums: X'X and X'y of each cluster, and no row of either.

    Parameters
    ----------
    products, moments
        Of shape (clusters, k, k) and (clusters, k).

    Examples
    --------
    >>> x, y = np.array([[1.0], [2.0], [3.0], [5.0]]), np.array([2.0, 4.5, 6.0, 9.0])
    >>> rows = least_squares(y, x, cluster=np.array([0, 0, 1, 1]))
    >>> halves = [slice(0, 2), slice(2, 4)]
    >>> products, moments = (np.array([x[h].T @ z[h] for h in halves]) for z in (x, y))
    >>> sums = least_squares_of_sums(products, moments)
    >>> bool(np.allclose(sums.covariance, rows.covariance, rtol=1e-12))
    True
    """
    bread = _inverse(products.sum(axis=0))
    if bread is None:
        return None
    beta = bread @ moments.sum(axis=0)
    return _clustered(beta, bread, products, moments - products @ beta, "least squares")


def huber(y: Floats, x: Floats, *, cluster: NDArray[Any] | None = None, tuning: float = 1.345) -> Fit | None:
    """Return the Huber M-estimate (scale from the median absolute residual), with robust errors."""
    start = least_squares(y, x)
    if start is None:
        return None
    beta: Floats = start.coefficients
    for _ in range(100):
        residual = y - x @ beta
        scale = float(np.median(np.abs(residual - np.median(residual)))) / 0.6745
        if scale < 1e-12:
            break
        weight = np.minimum(1.0, tuning * scale / np.maximum(np.abs(residual), 1e-300))
        step = np.asarray(np.linalg.solve((x * weight[:, None]).T @ x, x.T @ (weight * y)), dtype=np.float64)
        moved = float(np.max(np.abs(step - beta)))
        beta = step
        if moved < 1e-10:
            break
    residual = y - x @ beta
    scale = max(float(np.median(np.abs(residual - np.median(residual)))) / 0.6745, 1e-12)
    inside = (np.abs(residual) <= tuning * scale).astype(np.float64)
    bread = _inverse((x * inside[:, None]).T @ x)
    if bread is None:
        return start
    clipped = np.clip(residual, -tuning * scale, tuning * scale)
    return _robust(beta, bread, x, clipped, cluster, "Huber regression", inside)


def poisson(y: Floats, x: Floats, *, offset: Floats | None = None, cluster: NDArray[Any] | None = None) -> Fit | None:
    """Return the Poisson pseudo-maximum-likelihood fit (log link, zeros kept), with robust errors."""
    return _glm(y, x, offset, cluster, lambda mean: mean, "Poisson regression")


def negative_binomial(
    y: Floats, x: Floats, *, offset: Floats | None = None, cluster: NDArray[Any] | None = None
) -> Fit | None:
    """Return the negative binomial fit (log link, variance m + a m^2), with robust errors.

    Notes
    -----
    The dispersion a is the maximum-likelihood one, alternating with the coefficients.
    """
    fit = poisson(y, x, offset=offset)
    if fit is None:
        return None
    shift = np.zeros(len(y)) if offset is None else offset
    dispersion = 1.0
    for _ in range(50):
        mean = np.exp(np.clip(x @ fit.coefficients + shift, -700, 700))
        last, dispersion = dispersion, _dispersion(y, mean)
        fit = _glm(y, x, offset, cluster, _overdispersed(dispersion), "negative binomial regression", fit.coefficients)
        if fit is None:
            return None
        if abs(math.log(dispersion / last)) < 1e-8:
            break
    return fit


def _glm(
    y: Floats,
    x: Floats,
    offset: Floats | None,
    cluster: NDArray[Any] | None,
    variance: Callable[[Floats], Floats],
    method: str,
    start: Floats | None = None,
) -> Fit | None:
    """Return a log-link fit by Fisher scoring."""
    if len(y) <= x.shape[1] or not (y > 0).any() or _inverse(x.T @ x) is None:
        return None
    shift = np.zeros(len(y)) if offset is None else offset
    if start is None:
        begin = least_squares(np.log(np.maximum(y, 0.1 * float(y[y > 0].min()))) - shift, x)
        if begin is None:
            return None
        start = begin.coefficients
    beta, converged = start, False
    for _ in range(200):
        linear = np.clip(x @ beta + shift, -300, 300)
        mean = np.exp(linear)
        weight = mean * mean / variance(mean)
        bread = _inverse((x * weight[:, None]).T @ x)
        if bread is None:
            return None
        step = bread @ (x.T @ (weight * (y - mean) / mean))
        step *= min(1.0, 5.0 / max(float(np.max(np.abs(step))), 1e-300))
        beta = beta + step
        if float(np.max(np.abs(step))) < 1e-9:
            converged = True
            break
    mean = np.exp(np.clip(x @ beta + shift, -300, 300))
    weight = mean * mean / variance(mean)
    bread = _inverse((x * weight[:, None]).T @ x)
    if bread is None or not converged:
        return None
    return _robust(beta, bread, x, weight * (y - mean) / mean, cluster, method, weight)


def _overdispersed(dispersion: float) -> Callable[[Floats], Floats]:
    return lambda mean: mean + dispersion * mean * mean


def _dispersion(y: Floats, mean: Floats) -> float:
    """Return the maximum-likelihood a of the negative binomial with the means held."""
    from scipy.special import digamma

    def slope(log_a: float) -> float:
        a = math.exp(log_a)
        r = 1 / a
        terms = digamma(y + r) - digamma(r) - np.log1p(a * mean) + (a * mean - a * y) / (1 + a * mean)
        return -float(terms.sum())

    low, high = math.log(1e-8), math.log(1e4)
    if slope(low) < 0:
        return 1e-8
    for _ in range(80):
        middle = (low + high) / 2
        low, high = (middle, high) if slope(middle) > 0 else (low, middle)
    return math.exp((low + high) / 2)


def _robust(
    beta: Floats,
    bread: Floats,
    x: Floats,
    residual: Floats,
    cluster: NDArray[Any] | None,
    method: str,
    weight: Floats | None = None,
) -> Fit:
    """Return the fit with jackknife sandwich errors: HC3, or CR3 by cluster.

    Notes
    -----
    A cluster's score X'(I - H)^-1 r equals (I - X'WX B)^-1 X'r with B the bread: only k by k matrices are solved. A
    cluster on which a coefficient rests alone has no jackknife; it keeps its plain score.
    """
    n, k = x.shape
    weighted = x if weight is None else x * weight[:, None]
    if cluster is None:
        hat = np.einsum("ij,jk,ik->i", weighted, bread, x)
        scores = x * (residual / np.maximum(1 - hat, 1e-6))[:, None]
        return Fit(beta, bread @ (scores.T @ scores) @ bread, n - k, n, f"{method}, robust errors")
    codes = cluster_codes(np.asarray(cluster))
    groups = int(codes.max()) + 1
    sums: Floats = np.zeros((groups, k))
    products = np.zeros((groups, k, k))
    for a in range(k):
        sums[:, a] = np.bincount(codes, weights=x[:, a] * residual, minlength=groups)
        for b in range(k):
            products[:, a, b] = np.bincount(codes, weights=weighted[:, a] * x[:, b], minlength=groups)
    return _clustered(beta, bread, products, sums, method)


def _clustered(beta: Floats, bread: Floats, products: Floats, sums: Floats, method: str) -> Fit:
    """Return the fit with CR3 errors from X'WX (groups, k, k) and X'r (groups, k) of each cluster."""
    groups, k = sums.shape
    sums = sums.copy()
    left = np.eye(k) - products @ bread
    sound = np.abs(np.linalg.det(left)) > 1e-9
    sums[sound] = np.linalg.solve(left[sound], sums[sound][:, :, None])[:, :, 0]
    covariance = (groups - 1) / groups * bread @ (sums.T @ sums) @ bread
    return Fit(beta, covariance, max(groups - 1, 1), groups, f"{method}, errors clustered by creator")


def _inverse(matrix: Floats) -> Floats | None:
    """Return the inverse of a cross-product matrix, or None when it is singular in double precision."""
    scale = np.sqrt(np.maximum(np.diag(matrix), 1e-300))
    scaled = matrix / np.outer(scale, scale)
    if not np.isfinite(scaled).all() or np.linalg.cond(scaled) > 1e12:
        return None
    inverse: Floats = np.linalg.inv(scaled) / np.outer(scale, scale)
    return inverse
