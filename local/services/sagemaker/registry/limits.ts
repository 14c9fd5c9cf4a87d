/** https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateModelPackage.html */
export const MAX_METADATA_ENTRIES = 50;
export const MAX_METADATA_KEY_CHARACTERS = 128;
export const MAX_METADATA_VALUE_CHARACTERS = 256;
export const MAX_CONTAINERS = 15;
export const MAX_DESCRIPTION_CHARACTERS = 1_024;

/** https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_PutModelPackageGroupPolicy.html */
export const MAX_POLICY_CHARACTERS = 20_480;

export const MAX_PAGE = 100;
