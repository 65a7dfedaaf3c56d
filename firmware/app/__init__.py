"""The application: starts the parts, and runs them in one loop."""
