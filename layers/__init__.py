"""What is seen on the map. Layers get plain feature records; they read nothing themselves.

How a screen puts a map together::

    from layers.map import MapTexts, town_map
    from layers import cameras, grids, highlight, incidents, routes

    town_map(
        area,
        id="console-map",                          # the dl.Map; clickData etc. as in dash-leaflet
        layers=[
            grids.grid_layer("console-grids", []),             # pane "grids"
            routes.route_layer("console-routes", []),          # pane "routes"
            cameras.camera_layer("console-cameras", []),       # pane "cameras"
            incidents.incident_layer("console-incidents", []), # pane "incidents"
            highlight.highlight_layer("console-highlight", []),# pane "highlight"
        ],
        map_version=area.map_version,
        live=True,                                 # workers from /ws/workers on a canvas, pane "workers"
    )

Every ``*_layer(id, features)`` is a ``dl.GeoJSON`` whose ``data`` is replaced by ``*_data(features)`` (from a callback,
or over the board channel). Colours and shapes are in ``layers/style.py`` (for Python) and ``layers/browser`` (for what
the browser draws). A page gets the browser modules from ``screens.shell.page.screen_app``.

In the page, ``window.gridcommand`` offers ``stats()``, ``selectWorker(id)``, and these DOM events on ``document``:
``gridcommand:worker`` (detail: ``{worker, lon, lat, status, age_s}`` or null, a worker was picked on the map),
``gridcommand:frame``, ``gridcommand:board`` (detail: the message).
"""
