/** A seed that nobody can know beforehand: for inputs and moments that a kernel must not be ready for. */
export const freshSeed = (): string => crypto.getRandomValues(new Uint32Array(4)).join('-');
