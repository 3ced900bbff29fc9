"""The dark theme in Python: fonts and colours for mantine components and charts, the same as in ``shell.css``."""

from __future__ import annotations

from typing import Any

FONT = '"Noto Sans CJK SC","Noto Sans SC","Source Han Sans SC","PingFang SC","Microsoft YaHei",sans-serif'
MONO = '"DejaVu Sans Mono","Noto Sans Mono CJK SC",monospace'

PANEL = "#0d1b2c"
LINE = "#1f3a57"
TEXT = "#e8f1fa"
MUTED = "#a3b8cc"
ACCENT = "#4fd1e8"

FIGURE_COLOURS: dict[str, str] = {
    "on_duty": "#34e0a1",
    "waiting": "#ffd23f",
    "in_hand": "#5cc8ff",
    "overdue": "#ff6b74",
    "arrival": "#d9a6ff",
    "closed_today": "#7fe08a",
}
"""One colour a figure; each stands at 4.5:1 or more on a panel."""

MANTINE: dict[str, Any] = {
    "fontFamily": FONT,
    "fontFamilyMonospace": MONO,
    "primaryColor": "cyan",
    "defaultRadius": "sm",
    "colors": {
        "dark": [
            TEXT, "#cddcea", MUTED, "#7f97ad", "#3b5571", LINE, "#14263b", PANEL, "#0a1626", "#07101c",
        ],
    },
}  # fmt: skip
"""For ``dmc.MantineProvider(theme=MANTINE, forceColorScheme="dark")``."""

AG_GRID_THEME = (
    f"themeQuartz.withParams({{backgroundColor:'{PANEL}',foregroundColor:'{TEXT}',headerBackgroundColor:'#14263b',"
    f"borderColor:'{LINE}',accentColor:'{ACCENT}',oddRowBackgroundColor:'#0f2033',fontFamily:'inherit'}})"
)
"""For ``dashGridOptions={"theme": {"function": AG_GRID_THEME}}``."""
