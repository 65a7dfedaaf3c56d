# The core decides; it never acts. Nothing in this folder reads a pin, a clock, a file or a socket, prints, or keeps
# state in a module: what is known comes in as an argument, what follows goes out as a value. Integers only, so that the
# ESP32, MicroPython for Linux and CPython give the same answer to the last bit.
