"""The hand-over of a shift (交接班): the sheet that gathers itself, and its two signatures."""
