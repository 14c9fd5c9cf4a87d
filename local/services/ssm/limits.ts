/** The versions of a parameter that are kept: https://docs.aws.amazon.com/systems-manager/latest/userguide/sysman-paramstore-versions.html */
export const VERSIONS_KEPT = 100;
/** https://docs.aws.amazon.com/systems-manager/latest/userguide/parameter-store-advanced-parameters.html */
export const STANDARD_VALUE_BYTES = 4_096;
export const ADVANCED_VALUE_BYTES = 8_192;
/** https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetParametersByPath.html */
export const PATH_PAGE_SIZE = 10;
/** https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_DescribeParameters.html */
export const DESCRIBE_PAGE_SIZE = 50;

/** https://docs.aws.amazon.com/systems-manager/latest/userguide/sysman-paramstore-su-create.html */
export const HIERARCHY_LEVELS = 15;
/** Including the part of the ARN before the name. https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_PutParameter.html */
export const LONGEST_NAME_CHARACTERS = 1_011;
/** https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetParameterHistory.html */
export const HISTORY_PAGE_SIZE = 50;
