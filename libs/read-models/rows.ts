/** Truth as both databases keep it. */
export const flag = (is: boolean): number => (is ? 1 : 0);

/** A JSON list from a text column. */
export const list = <T>(text: string): readonly T[] => JSON.parse(text) as T[];
