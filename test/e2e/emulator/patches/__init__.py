"""One module for each thing that MiniStack does otherwise than AWS and a run depends on."""
