/** As the registry has it where no model was live. */
export const NO_CHAMPION = 'none';
