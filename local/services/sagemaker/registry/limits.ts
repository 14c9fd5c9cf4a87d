/** https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateModelPackage.html */
export const MAX_METADATA_ENTRIES = 50;
