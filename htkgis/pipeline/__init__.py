"""Pipeline: the only place that knows both ends; workflows made of the stages' functions."""
