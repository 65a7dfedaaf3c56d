"""The optional half: time, status and commands by network. It may hang, die or lie, and moves no relay."""
