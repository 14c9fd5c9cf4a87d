"""The manifests of the projects, for tests of the kit alone."""

from typing import Any


def number(name: str, **more: Any) -> dict[str, Any]:
    """A column of numbers."""
    return {"name": name, "type": "number", **more}


def category(name: str, **more: Any) -> dict[str, Any]:
    """A column of categories."""
    return {"name": name, "type": "category", **more}


def hidden(*names: str) -> list[dict[str, Any]]:
    """Columns that the model does not see."""
    return [{"name": name, "type": "text", "ignore": True} for name in names]


def abalone() -> dict[str, Any]:
    """As the manifests from before there was a kit."""
    names = ["length", "diameter", "height", "whole", "shucked", "viscera", "shell", "rings"]
    columns = [category("sex", values=["F", "I", "M"]), *(number(name) for name in names)]
    return {"header": False, "delimiter": ",", "label": "rings", "columns": columns}


TITANIC = {
    "header": True,
    "delimiter": ",",
    "problem": "binary",
    "label": "survived",
    "columns": [
        number("pclass"),
        {"name": "survived", "type": "integer"},
        *hidden("name"),
        category("sex"),
        number("age", optional=True),
        number("sibsp"),
        number("parch"),
        *hidden("ticket"),
        number("fare", optional=True),
        *hidden("cabin"),
        category("embarked", optional=True),
        *hidden("boat", "body", "home.dest"),
    ],
}

DRUGS = [
    *("metformin", "repaglinide", "nateglinide", "chlorpropamide", "glimepiride"),
    *("acetohexamide", "glipizide", "glyburide", "tolbutamide", "pioglitazone"),
    *("rosiglitazone", "acarbose", "miglitol", "troglitazone", "tolazamide", "examide"),
    *("citoglipton", "insulin", "glyburide-metformin", "glipizide-metformin"),
    *("glimepiride-pioglitazone", "metformin-rosiglitazone", "metformin-pioglitazone"),
]


def optional(*names: str) -> list[dict[str, Any]]:
    """Categories with gaps."""
    return [category(name, optional=True, missingValues=["?"]) for name in names]


DIABETES: dict[str, Any] = {
    "header": True,
    "delimiter": ",",
    "problem": "binary",
    # These patients died or went to a hospice.
    "exclude": [
        {
            "column": "discharge_disposition_id",
            "values": ["11", "13", "14", "19", "20", "21"],
        }
    ],
    "split": {"groupBy": "patient_nbr"},
    "columns": [
        {"name": "encounter_id", "type": "integer", "ignore": True},
        {"name": "patient_nbr", "type": "integer", "ignore": True},
        *optional("race", "gender", "age"),
        *hidden("weight"),
        *optional("admission_type_id", "discharge_disposition_id", "admission_source_id"),
        number("time_in_hospital"),
        *hidden("payer_code"),
        *optional("medical_specialty"),
        *(number(name) for name in ("num_lab_procedures", "num_procedures", "num_medications")),
        *(number(f"number_{name}") for name in ("outpatient", "emergency", "inpatient")),
        *optional("diag_1", "diag_2", "diag_3"),
        number("number_diagnoses"),
        *optional("max_glu_serum", "A1Cresult", *DRUGS, "change", "diabetesMed", "readmitted"),
    ],
}

ADHERENCE = {
    **DIABETES,
    # Whether a patient came back is known only after what is to be predicted.
    "columns": [
        {**column, "ignore": True} if column["name"] == "readmitted" else column
        for column in DIABETES["columns"]
    ],
    "label": "dropped",
    "target": {
        "derived": {
            "type": "dropped-by-next",
            "groupBy": "patient_nbr",
            "orderBy": "encounter_id",
            "columns": DRUGS,
            "absent": ["No"],
        }
    },
}

READMISSION = {
    **DIABETES,
    "label": "readmitted_early",
    "target": {"derived": {"type": "is", "column": "readmitted", "values": ["<30"]}},
}
