const DRIVER = '/proc/driver/nvidia/gpus';

/** The models of the machine's NVIDIA GPUs, as their Linux driver lists them; empty if there is no such list. */
export const nvidiaGpus = async (driver = DRIVER): Promise<readonly string[]> => {
  const [{ readdir, readFile }, { join }] = await Promise.all([import('node:fs/promises'), import('node:path')]);
  try {
    const folders = (await readdir(driver)).toSorted();
    const texts = await Promise.all(folders.map((each) => readFile(join(driver, each, 'information'), 'utf8')));
    return texts.flatMap((text) => /^Model:\s*(.+?)\s*$/m.exec(text)?.[1] ?? []);
  } catch {
    return [];
  }
};
