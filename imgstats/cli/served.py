"""``imgstats app`` and ``imgstats lab``: the form in a browser, and the notebooks in JupyterLab."""

from __future__ import annotations

from typing import Annotated

import typer

from imgstats.extras import need_packages

__all__ = ["app", "lab"]


def app(
    port: Annotated[
        int, typer.Option("--port", min=0, max=65535, help="The port; 0 for one that is free.")
    ] = 8866,
    ip: Annotated[
        str,
        typer.Option(
            "--ip",
            metavar="ADDRESS",
            help="Address of this machine to listen at; the usual one is reached from it alone.",
        ),
    ] = "127.0.0.1",
) -> None:
    """Serve the form to browsers until Ctrl-C; who has the printed address may open it.

    Example: imgstats app --port 8866
    """
    need_packages("app")
    from imgstats.app.serving import serve

    serve(ip=ip, port=port, say=typer.echo)


def lab(
    folder: Annotated[
        str, typer.Argument(metavar="FOLDER", help="Where your copies of the notebooks are.")
    ] = "imgstats-notebooks",
    *,
    browser: Annotated[
        bool, typer.Option("--browser/--no-browser", help="Whether to open a browser.")
    ] = True,
    allow_root: Annotated[
        bool, typer.Option("--allow-root", help="Start it as root too, as in a container.")
    ] = False,
) -> None:
    """Open JupyterLab on copies of the notebooks; copies that are there already stay as they are.

    Example: imgstats lab my-notebooks
    """
    need_packages("app", "jupyterlab", "anywidget", "ipywidgets")
    from imgstats.app.lab import copy_notebooks, open_lab

    place, copied = copy_notebooks(folder)
    typer.echo(f"{place}: {copied} notebooks copied")
    open_lab(place, browser=browser, as_root=allow_root)
