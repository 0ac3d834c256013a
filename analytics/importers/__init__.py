"""The export formats that can be read, one module each; a new one is one line in IMPORTERS."""

from analytics.importers import activitywatch, generic_csv, x
from analytics.importers.interface import Importer

IMPORTERS: tuple[Importer, ...] = (x.IMPORTER, activitywatch.IMPORTER, generic_csv.IMPORTER)
