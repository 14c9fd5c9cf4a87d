"""The job side of a training on Fargate and Lambda: fetches inputs, runs a project's scripts, stores outputs."""
