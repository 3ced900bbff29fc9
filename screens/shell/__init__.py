"""What every screen shares: the page around it (``page``), its frame (``frame``), the files it loads (``files``).

A screen is made like this::

    from screens.shell.page import Page, screen_app

    def register(server: FastAPI, centre: Centre) -> None:
        app = screen_app(server, Page(name="console", title="console.title"), lambda visitor: layout(visitor, ...))
        # callbacks on ``app``, each taking the visitor before its values

The frame is ``frame.title_bar(...)``, ``frame.footer(...)``, ``frame.stale_bar(...)``; ``board`` pushes what
changes. In the page the root font size follows the window's width (16 px at 1920), so sizes are in rem.
"""
