import fc from 'fast-check';

// One seed for all property tests, so that a run can be had again; another with VITRAIL_SEED=n. A failure prints it.
fc.configureGlobal({ seed: Number(process.env.VITRAIL_SEED ?? 20220107) });
