"""What a printed map has beside folium's own elements: base map, dots and labels, each kind by one short script."""

from __future__ import annotations

from html import escape as html_escape
from typing import Any

BASE_MAP = """{% macro script(this, kwargs) %}
    L.svgOverlay(document.getElementById("ground"), {{ this.data|tojson }}).addTo({{ this._parent.get_name() }});
{% endmacro %}"""
"""Puts the base map of the file between its bounds: [[south, west], [north, east]]."""

DOTS = """{% macro script(this, kwargs) %}
    for (const [at, colour, label] of {{ this.data|tojson }}) {
        L.circleMarker(at, {radius: 5, color: "#10202f", weight: 1.5, fillColor: colour, fillOpacity: 1})
            .bindTooltip(label).addTo({{ this._parent.get_name() }});
    }
{% endmacro %}"""
"""Dots of a colour: [[lat, lon], colour, label as HTML] each."""

LABELS = """{% macro script(this, kwargs) %}
    for (const [at, html, label, above] of {{ this.data|tojson }}) {
        const icon = L.divIcon({html, className: "label", iconSize: [0, 0], iconAnchor: [0, 0]});
        const mark = L.marker(at, {icon, zIndexOffset: above}).addTo({{ this._parent.get_name() }});
        if (label) mark.bindTooltip(label);
    }
{% endmacro %}"""
"""Labels: [[lat, lon], HTML, tooltip as HTML or nothing, how far above the others] each."""

_CHARACTER_REFERENCES = {ord(letter): f"&#{ord(letter)};" for letter in "{}%`$\\"}
"""What a template of folium's or of JavaScript would read as its own; as HTML it shows the same letter."""


def escape(text: str) -> str:
    """The text as HTML that none of the templates it passes through (folium's, JavaScript's) takes for its own code."""
    return html_escape(text).translate(_CHARACTER_REFERENCES)


FIT_BOUNDS = """{% macro script(this, kwargs) %}
    const fitted = () => {{ this._parent.get_name() }}.invalidateSize({animate: false})
        .fitBounds({{ this.data|tojson }}, {animate: false});
    fitted();
    matchMedia("print").addEventListener("change", fitted);
{% endmacro %}"""
"""Shows all of [[south, west], [north, east]], on the screen and again on the paper, which has another size."""


# folium writes a script of its own for each mark, and templates for each of them; here one short script draws all marks
# of a kind from a list.
def add_script(town: Any, script: str, data: Any) -> None:
    """Add one of the scripts above to a folium map, with its data.

    The script's output is read as a template once more, so texts must be escaped (:func:`escape`).
    """
    from branca.element import MacroElement
    from jinja2 import Template

    element = MacroElement()
    element._template = Template(script)
    element.data = data
    element.add_to(town)
