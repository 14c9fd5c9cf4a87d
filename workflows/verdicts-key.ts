/** The item of the claims table with the last verdicts of the monitoring. */
export const VERDICTS_KEY = 'verdicts#monitoring';
