"""Files in, files out: the only room that knows what a backlog looks like on disk."""

from classifier.backlog.backlogs import Backlog
from classifier.backlog.formats import FORMATS, Format, format_of_suffix, read, write
from classifier.backlog.printing import printable
from classifier.errors import BacklogError

__all__ = ["FORMATS", "Backlog", "BacklogError", "Format", "format_of_suffix", "printable", "read", "write"]
