"""New versions of layers: fetched, checked against those in use, accepted or held back."""
