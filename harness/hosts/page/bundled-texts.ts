/** The files that a bundle carries inside its script. The bundler puts another module in the place of this one; without it there are none. */

/** By address. */
export const texts: Readonly<Record<string, string>> = {};
