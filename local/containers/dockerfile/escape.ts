/** The character that continues lines and escapes others: the parser directive `escape`. */
export type Escape = '\\' | '`';
