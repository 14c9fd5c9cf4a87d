"""The part of the images' serving toolkit that scripts import: content types, encoders, errors."""
