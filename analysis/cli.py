"""The ``creator-roi`` command: a thin wrapper, every command one function call.

Exit codes: 0 done, 1 the work failed, 2 the call or the data is unusable. A refusal is one message of what, where
and what to do next, on standard error; no traceback reaches a user (set ``CREATOR_ROI_DEBUG=1`` to see one).
The heavy rooms are imported inside the commands, so that ``creator-roi --help`` answers at once.
"""

import json
import os
import sys
from pathlib import Path
from typing import Any

import click

from analysis import __version__
from analysis.errors import CreatorRoiError, OutputError, ParameterError
from analysis.hostile import plain

__all__ = ["main"]

_PATHS = click.argument("paths", nargs=-1, required=True, metavar="PATH...")
_MAP = click.option(
    "--map", "mapping", type=click.Path(path_type=Path), help="YAML that says what columns mean and how they are read."
)
_SCHEME = click.option("--scheme", default="article", show_default=True, help="Tier scheme: a name, or a YAML file.")
_PLATFORM = click.option("--platform", default=None, help="Only this platform.")
_CURRENCY = click.option("--currency", default=None, help="Currency of the money, where the data does not say.")
_ENGINE = click.option(
    "--engine",
    default="auto",
    show_default=True,
    help="What sums posts that are cleaned already: polars, duckdb, spark, or a Spark master such as "
    "spark://host:7077.",
)
_SEED = click.option("--seed", default=2020, show_default=True, help="Seed of everything random.")


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="creator-roi")
def cli() -> None:
    """Micro or mega: which creators pay, and how sure are we?"""


@cli.command()
@_PATHS
@_MAP
@click.option("--json", "as_json", is_flag=True, help="For a program.")
@click.option("--write-map", type=click.Path(path_type=Path), help="Write what was understood, to be corrected.")
def check(paths: tuple[str, ...], mapping: Path | None, as_json: bool, write_map: Path | None) -> None:
    """Say what is in these files, and what it can answer."""
    from analysis import findings, intake

    tables = intake.read(paths, mapping=mapping)
    if write_map is not None:
        intake.write_map(tables, write_map)
    can = findings.ready(tables)
    if as_json:
        click.echo(_json({**intake.summary(tables), **can}))
    else:
        click.echo(f"{intake.describe(tables)}\n\n{findings.ready_text(can)}")


@cli.command()
@_PATHS
@_MAP
@click.option("--out", required=True, type=click.Path(path_type=Path), help="Folder for the canonical tables.")
def clean(paths: tuple[str, ...], mapping: Path | None, out: Path) -> None:
    """Write creators, posts and placements, the rejected rows and the audit."""
    from analysis import intake

    audit = intake.clean(paths, out, mapping=mapping, progress=_progress)
    click.echo(f"{audit['rows_read']:,} rows read = {audit['rows_kept']:,} kept + {audit['rows_rejected']:,} rejected.")
    click.echo(f"Tables, rejected.csv and audit.json are in {out}")


@cli.command()
@_PATHS
@_MAP
@_SCHEME
@_PLATFORM
@_CURRENCY
@_SEED
@click.option("--by", multiple=True, help="Also split by this column (platform, relationship, category, country).")
@click.option("--json", "as_json", is_flag=True, help="For a program.")
@click.option("--csv", "csv_file", type=click.Path(path_type=Path), help="Write the table to this file.")
@_ENGINE
def tiers(
    paths: tuple[str, ...],
    mapping: Path | None,
    scheme: str,
    platform: str | None,
    currency: str | None,
    seed: int,
    by: tuple[str, ...],
    as_json: bool,
    csv_file: Path | None,
    engine: str,
) -> None:
    """Summarise the creators by tier: engagement, cost per engagement, ROI, each with its interval."""
    from analysis import findings

    study = findings.open_study(
        paths, mapping=mapping, scheme=scheme, platform=platform, currency=currency, seed=seed, engine=engine
    )
    table = findings.tier_table(study, by=("tier", *by))
    if csv_file is not None:
        findings.write_csv(table, csv_file)
    if as_json:
        click.echo(_json(findings.records(table)))
    elif csv_file is None:
        click.echo(findings.tier_text(study, table))


@cli.command()
@click.argument("paths", nargs=-1, metavar="[PATH...]")
@click.option("--store", type=click.Path(path_type=Path), help="Report on a store instead of files.")
@click.option("--client", default=None, help="Whose report it is.")
@click.option("--params", type=click.Path(path_type=Path), help="YAML of parameters; the options here win over it.")
@_MAP
@click.option("--scheme", default=None, help="Tier scheme: a name, or a YAML file.  [default: article]")
@_PLATFORM
@_CURRENCY
@click.option("--seed", type=int, default=None, help="Seed of everything random.  [default: 2020]")
@click.option("--period", default=None, help="Name of the period; from the data where not given.")
@click.option("--since", type=click.Path(path_type=Path), help="An earlier pack: say what changed since.")
@click.option(
    "--theme", type=click.Path(path_type=Path), help="YAML: client, logo, two colours, font, footer, language."
)
@_ENGINE
@click.option(
    "--out", type=click.Path(path_type=Path), default=Path("reports"), show_default=True, help="Where packs go."
)
def report(paths: tuple[str, ...], store: Path | None, out: Path, **options: Any) -> None:
    """Make the report pack; without PATH, on the synthetic sample."""
    from analysis import reporting

    if store is not None:
        paths = (*paths, _store(store))
    pack = reporting.report(list(paths), out=out, **options)
    click.echo(f"The report is {pack / 'report.html'}")


@cli.command()
@_PATHS
@_MAP
@click.option("--store", required=True, type=click.Path(path_type=Path), help="Folder of the store; made if absent.")
def ingest(paths: tuple[str, ...], mapping: Path | None, store: Path) -> None:
    """Add exports to a store that grows: each file once, all of a call or nothing."""
    from analysis.intake import store as stores

    click.echo(stores.ingest(paths, store, mapping=mapping, progress=_progress).sentence())


@cli.command()
@click.argument("who", metavar="CREATOR")
@click.option("--store", required=True, type=click.Path(path_type=Path), help="Folder of the store.")
@click.option("--platform", default=None, help="Only the account on this platform.")
def forget(who: str, store: Path, platform: str | None) -> None:
    """Remove every trace of a creator (handle, id or name) from a store, and keep them out."""
    from analysis.intake import store as stores

    click.echo(stores.forget(who, store, platform=platform).sentence())


@cli.command()
@click.argument("clients", type=click.Path(path_type=Path), metavar="CLIENTS.yml")
@click.option("--jobs", type=click.IntRange(min=1), help="Packs at the same time.  [default: one per core]")
@click.option(
    "--resume/--anew", default=True, show_default=True, help="Keep packs that nothing has changed for, or make all."
)
@click.option("--only", multiple=True, metavar="NAME", help="Only this client; may be given several times.")
@click.option("--theme", type=click.Path(path_type=Path), default=None, help="A look for all of them (YAML).")
@click.option(
    "--cell-seconds", type=click.IntRange(min=1), default=600, show_default=True, help="Time limit of one cell."
)
@click.option(
    "--out", type=click.Path(path_type=Path), default=Path("reports"), show_default=True, help="Where packs go."
)
def batch(clients: Path, **options: Any) -> None:
    """Make the packs of many clients: parallel, resumable, and one failure stops nobody else.

    CLIENTS.yml holds a list of clients, each with its name, paths and parameters, and defaults for all.
    """
    from analysis import reporting

    outcome = reporting.make_packs(clients, **options)
    for line in outcome.lines():
        click.echo(line)
    sys.exit(outcome.exit_code)


@cli.command()
@_PATHS
@_MAP
@_SCHEME
@_PLATFORM
@_CURRENCY
@_SEED
@click.option("--budget", type=float, help="Money to spend at most; product, shipping and handling count too.")
@click.option("--objective", default="profit", show_default=True, help="profit, engagements, reach, conversions, ...")
@click.option("--constraints", type=click.Path(path_type=Path), help="YAML of limits: tiers, platforms, never, ...")
@click.option("--assumptions", "given", type=click.Path(path_type=Path), help="YAML of assumptions of your own.")
@click.option("--priors", type=click.Path(path_type=Path), help="What the last campaign taught (see --priors-out).")
@click.option("--most-creators", type=int, default=25, show_default=True, help="To look after; 0 for no limit.")
@click.option("--csv", "csv_file", type=click.Path(path_type=Path), help="Write the booking list to this file.")
@click.option("--picture", type=click.Path(path_type=Path), help="Write the break-even picture: FILE.svg or FILE.png.")
@click.option("--actual", type=click.Path(path_type=Path), help="A booking list: score PATH's placements against it.")
@click.option("--priors-out", type=click.Path(path_type=Path), help="With --actual: write what was learnt.")
@click.option("--json", "as_json", is_flag=True, help="For a program.")
def plan(
    paths: tuple[str, ...],
    budget: float | None,
    csv_file: Path | None,
    picture: Path | None,
    actual: Path | None,
    priors_out: Path | None,
    as_json: bool,
    **options: Any,
) -> None:
    """Say whom a budget should book; with --actual, what came of it."""
    if (budget is None) == (actual is None):
        raise ParameterError("give either --budget N for a plan, or --actual BOOKED.csv to score a finished one.")
    from analysis import charts, findings
    from analysis.findings import plan as plans
    from analysis.findings import reduced

    opened = {name: options.pop(name) for name in ("mapping", "scheme", "platform", "currency", "seed")}
    if actual is not None:
        campaign = plans.scored(findings.open_study(paths, **opened), actual)
        found = plans.came_of_it(campaign)
        if priors_out is not None:
            _written("What was learnt", campaign.write_priors(priors_out))
    else:
        with reduced.open_reduced(paths, **opened) as study:
            proposal = plans.propose(study, budget=budget or 0.0, strict=True, **options)
            found = plans.findings_of(proposal)
            if csv_file is not None:
                _written("The booking list", plans.write_bookings(proposal, csv_file))
            if picture is not None:
                _written("The picture", plans.break_even(proposal).draw(charts.break_even_map).save(picture))
    click.echo(_json([finding.to_json() for finding in found]) if as_json else plans.text_of(found))


@cli.command()
@click.argument("pack", type=click.Path(path_type=Path))
@click.argument("paths", nargs=-1, metavar="[ORIGINAL FILES...]")
@click.option("--quick", is_flag=True, help="Compare hashes only; run nothing.")
def verify(pack: Path, paths: tuple[str, ...], quick: bool) -> None:
    """Make a pack again and compare every number; with the original files, compare those too."""
    from analysis import reporting

    found = reporting.verify_pack(pack, paths, again=not quick)
    click.echo("\n".join(plain(line) for line in found.lines()))
    sys.exit(0 if found.same else 1)


@cli.command()
@click.argument("old", type=click.Path(path_type=Path))
@click.argument("new", type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="For a program.")
@click.option("--out", type=click.Path(path_type=Path), help="Write the page to this HTML file.")
def diff(old: Path, new: Path, as_json: bool, out: Path | None) -> None:
    """Say what changed since the last report: answers, figures beyond chance, creators."""
    from analysis import publish, reporting

    if out is not None:
        publish.write_whole(out, reporting.changes_page(old, new))
        click.echo(f"The page is {out}")
        return
    found = reporting.changed(old, new)
    click.echo(_json([finding.to_json() for finding in found]) if as_json else "\n\n".join(map(str, found)))


@cli.command()
@click.argument("out", type=click.Path(path_type=Path), default=Path("sample"))
@_SEED
def sample(out: Path, seed: int) -> None:
    """Write the synthetic sample and its planted truth to OUT."""
    from analysis.sample import make_sample

    click.echo(f"The sample is in {make_sample(out, seed=seed)}")


@cli.command()
@click.argument("client")
@click.argument("paths", nargs=-1, metavar="[PATH...]")
@click.option("--out", type=click.Path(path_type=Path), help="Folder of the file.  [default: notebooks/parameters]")
def new(client: str, paths: tuple[str, ...], out: Path | None) -> None:
    """Write the parameter file of a new client, with every choice and its default."""
    from analysis import reporting

    target = reporting.new_client(client, paths, out=out)
    click.echo(f"The parameters are {target}\nMake the report: creator-roi report --params {target}")


@cli.command(context_settings={"ignore_unknown_options": True})
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED, metavar="[JUPYTERLAB OPTIONS]")
def lab(arguments: tuple[str, ...]) -> None:
    """Open JupyterLab in notebooks/, with the kernel that has the package."""
    from analysis import reporting

    sys.exit(reporting.open_lab(arguments))


def _store(folder: Path) -> str:
    """Return a store's path, refused here when it is none: a report without data is the sample's."""
    from analysis.intake.store.book import open_book

    open_book(folder)
    return str(folder)


def _json(value: Any) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False, allow_nan=False)


def _written(what: str, path: Path) -> None:
    click.echo(plain(f"{what} is in {path}"), err=True)


def _progress(message: str) -> None:
    if sys.stderr.isatty():
        click.echo(plain(message), err=True)


def _fail(message: str, code: int) -> None:
    lines = (plain(line) for line in message.splitlines() or ["the work failed."])
    click.echo("creator-roi: " + "\n".join(lines), err=True)
    sys.exit(code)


def main() -> None:
    """Run the command line; the only place where an exception becomes an exit code."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):  # a name the terminal cannot show must not end the run
            stream.reconfigure(errors="backslashreplace")
    if os.environ.get("CREATOR_ROI_DEBUG"):
        cli(prog_name="creator-roi")
        return
    try:
        cli(prog_name="creator-roi")
    except CreatorRoiError as error:
        _fail(str(error), error.exit_code)
    except BrokenPipeError:
        # the reader of our output went away (as `| head` does): nothing left to say
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except OSError as error:
        where = f" ({error.filename})" if error.filename else ""
        _fail(f"{error.strerror or error}{where}. Free the file or folder, or choose another.", OutputError.exit_code)
    except MemoryError:
        _fail("the data does not fit into this machine's memory. Give fewer files at once.", 1)
    except Exception as error:
        kind = type(error).__name__
        _fail(
            f"this was not foreseen ({kind}: {error}). Run again with CREATOR_ROI_DEBUG=1 and report what it says.", 1
        )
