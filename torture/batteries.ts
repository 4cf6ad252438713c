import type { Battery } from './battery.js';
import { disk } from './disk.js';
import { inputs } from './inputs/inputs.js';
import { kills } from './kills.js';
import { servers } from './servers/servers.js';
import { signals } from './signals.js';

/** All batteries by name, in the order of a full run. */
export const batteries: Readonly<Record<string, Battery>> = { kills, signals, disk, inputs, servers };
