export { Claim, type ClaimName, type ClaimProps, type StepProps, type TakeProps } from './claim.ts';
export { ClaimsTable, type ClaimsTableProps } from './claims-table.ts';
export { limitToKeys } from './limit-to-keys.ts';
export { readItem } from './read-item.ts';
