"""One module for each command of tools/gridrest."""
