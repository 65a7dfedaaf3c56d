"""What touches the chip: pins, buses, files. Thin, and the only place that imports `machine`."""
