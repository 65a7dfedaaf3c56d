"""The questions of `init`: one module for each part of a configuration."""
