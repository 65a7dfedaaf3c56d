"""What runs on the host: the command line, the proof campaigns and whatever they share."""
