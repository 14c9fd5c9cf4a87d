"""The functions that a server falls back on; scripts derive their own handlers from them."""

from sagemaker_inference import decoder, encoder, errors, utils


class DefaultInferenceHandler:
    def default_model_fn(self, model_dir, context=None):
        raise NotImplementedError("Please provide a model_fn implementation.")

    def default_input_fn(self, input_data, content_type, context=None):
        return decoder.decode(input_data, content_type)

    def default_predict_fn(self, data, model, context=None):
        raise NotImplementedError("Please provide a predict_fn implementation.")

    def default_output_fn(self, prediction, accept, context=None):
        for content_type in utils.parse_accept(accept):
            if content_type in encoder.SUPPORTED_CONTENT_TYPES:
                return encoder.encode(prediction, content_type), content_type
        raise errors.UnsupportedFormatError(accept)
