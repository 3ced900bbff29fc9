"""What stands on a printed map beside folium's own: the ground, dots and labels, each kind by one short script."""

from __future__ import annotations

from html import escape as html_escape
from typing import Any

GROUND = """{% macro script(this, kwargs) %}
    L.svgOverlay(document.getElementById("ground"), {{ this.told|tojson }}).addTo({{ this._parent.get_name() }});
{% endmacro %}"""
"""Lays the picture of the file over its bounds: [[south, west], [north, east]]."""

DOTS = """{% macro script(this, kwargs) %}
    for (const [at, colour, label] of {{ this.told|tojson }}) {
        L.circleMarker(at, {radius: 5, color: "#10202f", weight: 1.5, fillColor: colour, fillOpacity: 1})
            .bindTooltip(label).addTo({{ this._parent.get_name() }});
    }
{% endmacro %}"""
"""Dots of a colour: [[lat, lon], colour, label as HTML] each."""

LABELS = """{% macro script(this, kwargs) %}
    for (const [at, html, label, above] of {{ this.told|tojson }}) {
        const icon = L.divIcon({html, className: "label", iconSize: [0, 0], iconAnchor: [0, 0]});
        const mark = L.marker(at, {icon, zIndexOffset: above}).addTo({{ this._parent.get_name() }});
        if (label) mark.bindTooltip(label);
    }
{% endmacro %}"""
"""Labels: [[lat, lon], HTML, what a pointer is told as HTML or nothing, how far above the others] each."""


_SPELLED = {ord(letter): f"&#{ord(letter)};" for letter in "{}%`$\\"}
"""What a template of folium's or of JavaScript would read as its own; as HTML it shows the same letter."""


def escape(words: str) -> str:
    """Words as HTML that stays words in each of the templates folium passes them through, once and again."""
    return html_escape(words).translate(_SPELLED)


WHOLE = """{% macro script(this, kwargs) %}
    const fitted = () => {{ this._parent.get_name() }}.invalidateSize({animate: false})
        .fitBounds({{ this.told|tojson }}, {animate: false});
    fitted();
    matchMedia("print").addEventListener("change", fitted);
{% endmacro %}"""
"""Shows all of [[south, west], [north, east]], on the screen and again on the paper, which has another size."""


def put(town: Any, script: str, told: Any) -> None:
    """Add one of the scripts above to a folium map. Its output is read as a template once more: words go in escaped."""
    from branca.element import MacroElement
    from jinja2 import Template

    element = MacroElement()
    element._template = Template(script)
    element.told = told
    element.add_to(town)
