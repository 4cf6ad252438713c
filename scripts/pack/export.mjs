import { execFileSync, spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Trains one epoch in a project where the package is installed, and exports it: the page has one line where ONNX Runtime for browsers is
 * missing, and is whole where it is installed. The program of the model card predicts.
 */
export const tryExport = (folder, image) => {
  const vitrail = (...args) => spawnSync('npx', ['vitrail', ...args], { cwd: folder, encoding: 'utf8' });
  const done = (...args) => {
    const { status, stdout, stderr } = vitrail(...args);
    if (status !== 0) throw new Error(`vitrail ${args.join(' ')}: ${stderr}`);
    return stdout.trim();
  };
  done('train', '--epochs', '1', '--model', 'vanilla', '--out', 'run');
  const [onnx] = done('export', 'run', '--onnx', 'model.onnx', '--hub', 'hub').split('\n');

  const without = vitrail('export', 'run', '--web', 'page');
  const [advice = ''] = /npm install onnxruntime-web@[\d.]+/.exec(without.stderr) ?? [];
  if (without.status !== 2 || advice === '' || readdirSync(folder).includes('page'))
    throw new Error(`expected what to install, got ${without.stderr}`);
  const [npm, ...install] = advice.split(' ');
  execFileSync(npm, [...install, '--no-audit', '--no-fund', '--prefer-offline'], { cwd: folder, stdio: 'pipe' });
  const web = done('export', 'run', '--web', 'page');
  const files = readdirSync(join(folder, 'page'));
  if (!files.includes('ort-wasm-simd-threaded.wasm') || !files.includes('index.html'))
    throw new Error(`a page of ${files}`);

  const [, program = ''] = /```ts\n(.*?)```/s.exec(readFileSync(join(folder, 'hub/README.md'), 'utf8')) ?? [];
  const own = program.replace('model.safetensors', 'hub/model.safetensors').replace('image.png', image);
  writeFileSync(join(folder, 'card.mjs'), `${own}console.log(prediction.label);\n`);
  const label = execFileSync('node', ['card.mjs'], { cwd: folder, encoding: 'utf8' }).trim().split('\n').at(-1);
  const [line] = done('predict', 'run', '--json', image).split('\n');
  if (JSON.parse(line).class !== label) throw new Error(`the card predicts ${label}, the command ${line}`);
  return [`exports: ${onnx}`, `         ${web}`, `the program of the model card: ${label}`];
};
