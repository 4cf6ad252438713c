/** The version of this library, which checkpoints record. A test compares it with package.json. */
export const version = '0.1.0';
