#!/usr/bin/env node
import { main } from './main.js';

process.exitCode = await main(process.argv.slice(2)).catch((error: unknown) => {
  // Nothing should throw: if something does, it is a bug, and the stack shows where.
  console.error(error);
  return 2;
});
