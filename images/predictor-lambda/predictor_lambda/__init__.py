"""A model of this repository as a Lambda function."""
