"""The part of the images' serving toolkit that scripts import."""

from stepmill_serving.absent import declare

declare(__name__, "default_handler_service", "model_server", "parameters", "transformer")
