"""The part of the scikit-learn image's serving library that scripts import."""
