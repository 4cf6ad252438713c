#!/usr/bin/env node
import { main } from './main.js';

process.exitCode = await main(process.argv.slice(2)).catch((error: unknown) => {
  // Nothing is meant to throw: if something does, it is a bug, and the stack says where.
  console.error(error);
  return 2;
});
