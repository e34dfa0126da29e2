"""One file for each kind of tree; the name in `[posts] dialect` is the file's name."""
