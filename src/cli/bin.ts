#!/usr/bin/env node
import { main } from './main.js';

// A reader that goes away (`| head -1`), a terminal that closes or a log on a full disk does not stop training: without a listener
// an error of these streams would end the process.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {});

process.exitCode = await main(process.argv.slice(2)).catch((error: unknown) => {
  // Nothing should throw: if something does, it is a bug, and the stack shows where.
  console.error(error);
  return 2;
});
