"""Long campaigns, run by `tools/gridrest proof`: each a module with SENTENCE and run(progress, quick, seed) -> dict."""
