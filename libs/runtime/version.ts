/** As in package.json, which lies outside of what is built. */
export const VERSION = '0.1.0';
