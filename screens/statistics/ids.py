"""Names of the statistics' parts."""

from __future__ import annotations

SINCE = "statistics-since"
UNTIL = "statistics-until"
BY = "statistics-by"
TODAY = "statistics-today"
WEEK = "statistics-week"
MONTH = "statistics-month"
REFRESH = "statistics-refresh"
EXPORT = "statistics-export"
PROBLEM = "statistics-problem"

CARDS = "statistics-cards"
TABLE = "statistics-table"
DAYS = "statistics-days"
HOURS = "statistics-hours"
MAP = "statistics-map"
GRIDS = "statistics-grids"
CHOSEN = "statistics-chosen"
CASES = "statistics-cases"
