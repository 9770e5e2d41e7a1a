"""A case whose logs are still written: what is new is read, and figures are provisional until a run."""

from auditor.watch.watcher import Open, Update, Watcher, elsewhere

__all__ = ["Open", "Update", "Watcher", "elsewhere"]
