"""What the SageMaker scikit-learn and XGBoost images do around `inference.py`, in one small process."""
