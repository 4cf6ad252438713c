import type { Battery } from './battery.js';
import { inputs } from './inputs/inputs.js';
import { kills } from './kills.js';
import { signals } from './signals.js';

/** All batteries by name, in the order of a full run. */
export const batteries: Readonly<Record<string, Battery>> = { kills, signals, inputs };
