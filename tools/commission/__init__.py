"""The proof of an installation by test: a plan of steps, led by the board, with a person who does and answers."""
