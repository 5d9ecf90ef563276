"""What this machine, this installation and this study lack, found before a run does."""
