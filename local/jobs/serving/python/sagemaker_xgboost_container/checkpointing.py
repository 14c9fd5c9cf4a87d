"""Checkpoints of a training, for spot instances."""

import os
import re

import xgboost as xgb

CHECKPOINT_FILENAME = "xgboost-checkpoint"


def train(train_args, checkpoint_dir):
    """Train on from the newest checkpoint, and write one after each round."""
    xgb_model, start = load_checkpoint(checkpoint_dir)
    rounds = train_args.get("num_boost_round", 10) - start
    callback = save_checkpoint(checkpoint_dir, start_iteration=start)
    return xgb.train(
        **{
            **train_args,
            "num_boost_round": rounds,
            "xgb_model": xgb_model,
            "callbacks": [*train_args.get("callbacks", []), callback],
        }
    )


def load_checkpoint(checkpoint_dir, max_try=5):
    """The newest checkpoint, or None, and the number of rounds that it has."""
    if not checkpoint_dir or not os.path.isdir(checkpoint_dir):
        return None, 0
    rounds = [_round_of(name) for name in os.listdir(checkpoint_dir)]
    newest = max((number for number in rounds if number is not None), default=None)
    if newest is None:
        return None, 0
    return os.path.join(checkpoint_dir, f"{CHECKPOINT_FILENAME}.{newest}"), newest + 1


def _round_of(name):
    found = re.fullmatch(rf"{CHECKPOINT_FILENAME}\.([0-9]+)", name)
    return None if found is None else int(found[1])


def save_checkpoint(
    checkpoint_dir,
    start_iteration=0,
    max_to_keep=5,
    num_round=None,
    rank=0,
    iteration=0,
    end_iteration=None,
):
    """A callback that writes a checkpoint after each round and keeps the newest."""
    return SaveCheckpointCallBack(checkpoint_dir, start_iteration, max_to_keep, rank=rank)


class SaveCheckpointCallBack(xgb.callback.TrainingCallback):
    def __init__(
        self,
        checkpoint_dir,
        start_iteration=0,
        max_to_keep=5,
        num_round=None,
        rank=0,
        iteration=0,
        end_iteration=None,
    ):
        super().__init__()
        self.checkpoint_dir = checkpoint_dir
        self.start_iteration = start_iteration
        self.max_to_keep = max_to_keep
        self.rank = rank
        self._rounds = 0
        os.makedirs(checkpoint_dir, exist_ok=True)

    def format_path(self, iteration):
        return os.path.join(self.checkpoint_dir, f"{CHECKPOINT_FILENAME}.{iteration}")

    def after_iteration(self, model, epoch=0, evals_log=None):
        if self.rank != 0:
            return False
        number = self.start_iteration + self._rounds
        self._rounds += 1
        unfinished = f"{self.format_path(number)}.sagemaker-ignore.ubj"
        model.save_model(unfinished)
        os.replace(unfinished, self.format_path(number))
        old = self.format_path(number - self.max_to_keep)
        if number - self.max_to_keep >= self.start_iteration and os.path.exists(old):
            os.remove(old)
        return False
