"""One call makes a pack: the data is read once, the notebooks run on it, the page is laid out, one rename publishes.

A pack is built out of sight and appears whole or not at all; a failing re-run leaves the last good one as it was. A
call that cannot be served (an unknown parameter, unreadable data, a folder held by another run) writes nothing. Work
that failed leaves the stopped notebook for the analyst under ``.failed``, and nothing that looks like a report.
"""

import contextlib
import hashlib
import os
import shutil
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from analysis.errors import ColumnError, CreatorRoiError, NotebookRunError, OutputError
from analysis.hostile import plain, safe_filename
from analysis.look import using
from analysis.publish import scratch_folder, staging_folder, write_whole
from analysis.reference import repository_dir
from analysis.reporting.about import about_of, data_period
from analysis.reporting.assemble import UNDATED
from analysis.reporting.ledger import Ledger, ledger
from analysis.reporting.order import Order, made_with, take_order
from analysis.reporting.run import Running, run_notebooks
from analysis.reporting.story import Story
from analysis.reporting.theme import Theme

if TYPE_CHECKING:
    from analysis.findings.changes import Report
    from analysis.intake import Canonical, Tables

__all__ = ["make_pack", "report"]

#: Posts from which summing them once for all notebooks is worth a step of its own.
MANY_POSTS = 200_000

#: Gives the tables of some files under decisions about their columns.
Reader = Callable[[Sequence[str | Path], Mapping[str, Any] | None], "Tables | Canonical"]


def report(
    paths: Sequence[str | Path] = (),
    *,
    client: str | None = None,
    params: str | Path | Mapping[str, Any] | None = None,
    mapping: str | Path | Mapping[str, str] | None = None,
    scheme: str | None = None,
    platform: str | None = None,
    currency: str | None = None,
    seed: int | None = None,
    period: str | None = None,
    theme: str | Path | Theme | None = None,
    since: str | Path | None = None,
    engine: str = "auto",
    out: str | Path = Path("reports"),
    notebooks: Path | None = None,
    progress: bool = True,
) -> Path:
    """Make a report pack and return its folder, ``out/<client>/<period>``.

    Parameters
    ----------
    paths : sequence of str or Path
        Files or folders of creator data; none means the synthetic sample.
    client : str, optional
        Whose report it is; ``client`` when not given. On the sample the page says that its data is synthetic.
    params : path or mapping, optional
        Parameters of the notebooks, and ``client``, ``period``, ``paths``, ``theme``; arguments given here win over
        it. Paths in a file start at the file's folder.
    mapping : path or mapping, optional
        What columns mean, for this client: header to canonical column.
    scheme, platform, currency, seed
        As the notebooks take them; their own defaults hold where nothing is given.
    period : str, optional
        Name of the period; the data's own first and last month when not given.
    theme : path or Theme, optional
        The client's name, logo, colours, font, footer and number formats, for every format of the pack.
    since : path, optional
        An earlier pack: the report ends with what changed since.
    engine : str
        What sums many posts by account: ``polars`` (``auto``), ``duckdb``, ``spark`` or a Spark master.
    out : path
        Where packs go.
    notebooks : Path, optional
        Folder of notebook sources instead of the shipped ones.
    progress : bool
        Say on standard error what happens.

    Returns
    -------
    Path
        The published pack; ``report.html`` in it opens offline.

    Raises
    ------
    ParameterError, SchemeError, SourceError, UnusableDataError, OutputError
        When the call or the data is unusable; nothing is written.
    NotebookRunError
        When a notebook failed; the last good pack is as it was.
    """
    order = take_order(
        paths,
        params=params,
        mapping=mapping,
        theme=theme,
        notebooks=notebooks,
        client=client,
        scheme=scheme,
        platform=platform,
        currency=currency,
        seed=seed,
        period=period,
    )
    return make_pack(order, Path(out), since=since, engine=engine, progress=progress)


def make_pack(
    order: Order,
    out: Path,
    *,
    read: Reader | None = None,
    running: Running | None = None,
    since: str | Path | None = None,
    engine: str = "auto",
    progress: bool = True,
) -> Path:
    """Make the pack of one order and return its folder.

    Parameters
    ----------
    order : Order
        What was asked, checked.
    out : Path
        Where packs go.
    read : callable, optional
        ``read(files, mapping)`` gives the tables of the files; :func:`analysis.intake.read` when not given.
    running : Running, optional
        How the notebooks run.
    since : path, optional
        An earlier pack, or the ``since.json`` of one that was compared with it.
    engine : str
        As :func:`report`.
    progress : bool
        Say on standard error what happens.

    Raises
    ------
    CreatorRoiError
        As :func:`report`.
    """
    from analysis.findings import require_followers
    from analysis.intake import Canonical, check_engine
    from analysis.reporting.diff import since_report
    from analysis.reporting.kernel import prepare_kernels

    check_engine(engine)
    _writable(out)
    before = None if since is None else since_report(Path(since))
    with _in_a_sentence(), _inputs(order.inputs, progress) as files:
        prepare_kernels()  # they load while the data is read
        given = read(files, order.mapping) if read else _read(files, order.mapping, progress)
        opened = given if isinstance(given, Canonical) else Canonical.of(given)
        del given
        require_followers(opened.tables, opened.known("followers"))
        rows = ledger(opened.tables)
        data = _hashes(files)
    _say(progress, rows.sentence)
    when = str(order.period) if order.period is not None else data_period(opened)
    final = out / order.folder / safe_filename(when, UNDATED)
    kept = final.parent / ".failed" / final.name
    with _nothing_left(final.parent), _in_a_sentence(), staging_folder(final) as staging:
        opened = opened.write(staging / "data")  # from here on the posts lie there, and not in memory
        reduced = _reduced(opened, staging / "data", order.asked, engine, progress)
        _fill(staging, order, reduced, rows, data, when, kept, running, before, progress)
    shutil.rmtree(kept, ignore_errors=True)
    return final


def _fill(
    staging: Path,
    order: Order,
    reduced: Path | None,
    rows: Ledger,
    data: list[dict[str, Any]],
    when: str,
    kept: Path,
    running: Running | None,
    before: "Report | None",
    progress: bool,
) -> None:
    """Build the rest of the pack in ``staging``, where its data lies; ``reduced`` goes when the notebooks are done."""
    from analysis.reporting import diff, manifest
    from analysis.reporting.collect import collect
    from analysis.reporting.deliverables import deliverables

    theme, declared = order.theme, order.declared
    parameters = {"paths": ["../data"], **order.asked}
    if order.scheme_file is not None:  # a scheme of the client's own travels with the pack
        write_whole(staging / "scheme.yml", order.scheme_file.read_bytes())
        parameters["scheme"] = "../scheme.yml"
    for name, content in theme.files().items():
        write_whole(staging / name, content)
    folder = staging / "notebooks"
    folder.mkdir()
    taken = {name for parameters_of in declared.values() for name in parameters_of}
    run_parameters = {name: value for name, value in parameters.items() if name in taken}
    try:
        executed = run_notebooks(order.sources, folder, run_parameters, kept=kept, progress=progress, running=running)
    except ColumnError as error:  # the data was checked before: a notebook asks for what it did not make
        raise NotebookRunError(f"a notebook lost columns on its way: {error} Please report this.") from error
    story = collect(executed)
    if before is not None:
        accounts = diff.accounts_of(staging, parameters)
        now = replace(before, period=when, findings=[finding.data for finding in story.findings], accounts=accounts)
        story = Story((*story.chapters, diff.changes_chapter(before, now)))
        write_whole(staging / "since.json", diff.since_text(before))
    if reduced is not None:  # the posts beside it say the same
        shutil.rmtree(reduced)
    _say(progress, "laying out the report")
    defaults = {name: p.default for parameters_of in declared.values() for name, p in parameters_of.items()}
    about = about_of({**defaults, **parameters}, when, rows, staging)
    with using(theme.look):
        for name, made in deliverables(story, about, theme, executed):
            write_whole(staging / name, made)
    write_whole(staging / "findings.json", manifest.findings_json(story))
    manifest.write_tables(story, staging / "tables")
    manifest.write_figures(story, staging / "figures")
    record = manifest.run_record(
        client=str(parameters["client"]),
        period=when,
        parameters={**defaults, **parameters},
        data=data,
        ledger=rows.to_json(),
        sources=order.sources,
    )
    record["key"] = order.key(data)
    record["made_with"] = made_with()
    record["mapping"] = None if order.mapping is None else dict(order.mapping)
    record["theme"] = {name: hashlib.sha256(content).hexdigest() for name, content in theme.files().items()} or None
    manifest.write_run(record, staging)


def _reduced(opened: "Canonical", data: Path, asked: Mapping[str, Any], engine: str, progress: bool) -> Path | None:
    """Look at many posts once for all notebooks, while these are made; few are as soon read again.

    An engine that is named sums few posts too.
    """
    posts = opened.known("")
    if posts < (MANY_POSTS if engine == "auto" else 1):
        return None
    from analysis.findings.reduced import write_reduced

    _say(progress, f"summing {posts:,} posts")
    return write_reduced(data, platform=asked.get("platform"), currency=asked.get("currency"), engine=engine)


def _writable(out: Path) -> None:
    """Refuse a place that cannot be written before the data is read."""
    existing = next(path for path in (out.absolute(), *out.absolute().parents) if path.exists())
    if not existing.is_dir() or not os.access(existing, os.W_OK):
        reason = "it may not be written" if existing.is_dir() else f"{existing.name} is a file"
        raise OutputError(f"cannot write to {out}: {reason}. Choose another folder with --out.")


@contextlib.contextmanager
def _in_a_sentence() -> Iterator[None]:
    """Say what the system refused: kernels and formats write to temporary folders too, and a disk may be full."""
    try:
        yield
    except OSError as error:
        where, why = error.filename or "the report", error.strerror or error
        raise OutputError(
            f"cannot write {where}: {why}. Free some space, or choose another folder with --out."
        ) from error


@contextlib.contextmanager
def _nothing_left(folder: Path) -> Iterator[None]:
    """After a refusal, take back the folders that were made for the pack."""
    made = [path for path in (folder.absolute(), *folder.absolute().parents) if not path.exists()]
    try:
        yield
    except CreatorRoiError:
        for path in made:
            with contextlib.suppress(OSError):
                path.rmdir()  # only when empty: a kept notebook stays
        raise


# what is read ------------------------------------------------------------------------------------------------------


@contextlib.contextmanager
def _inputs(paths: Sequence[str | Path], progress: bool) -> Iterator[list[str | Path]]:
    """Give the files to read: those asked for, else the sample, made where it is missing."""
    if paths:
        yield list(paths)
        return
    root = repository_dir()
    with scratch_folder("sample") as elsewhere:
        folder = root / "data" / "sample" if root and os.access(root / "data", os.W_OK) else elsewhere
        if not (folder / "truth.json").is_file():
            from analysis.sample import make_sample

            _say(progress, "making the sample")
            make_sample(folder)
        yield [folder / f"{name}.csv" for name in ("creators", "posts", "placements")]


def _read(files: Sequence[str | Path], mapping: Mapping[str, str] | None, progress: bool) -> "Tables | Canonical":
    from analysis import intake

    opened = intake.open_canonical(files[0]) if len(files) == 1 else None
    if opened is not None:
        return opened
    return intake.read(list(files), mapping=mapping, progress=lambda name: _say(progress, f"reading {name}"))


def _hashes(files: Sequence[str | Path]) -> list[dict[str, Any]]:
    from analysis.reporting.manifest import data_files

    return data_files(files)


def _say(progress: bool, line: str) -> None:
    if progress:
        print(plain(line), file=sys.stderr, flush=True)
