// A server for the folders of `vitrail export --web`: a page that a browser opens from a file may not load its model.
import { existsSync, readFileSync, statSync } from 'node:fs';
import { createServer } from 'node:http';
import { extname, join, normalize, sep } from 'node:path';

const types = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.mjs': 'text/javascript',
  '.css': 'text/css',
  '.wasm': 'application/wasm',
};

/** Serves the files of a folder to this machine alone. Port 0: any that is free. */
export const serve = (directory, port = 0) =>
  new Promise((resolve, reject) => {
    const server = createServer(({ url = '/' }, response) => {
      const { pathname } = new URL(url, 'http://localhost');
      const path = join(directory, pathname === '/' ? 'index.html' : normalize(pathname));
      if (!path.startsWith(directory + sep) || !existsSync(path) || !statSync(path).isFile())
        return response.writeHead(404).end();
      response.writeHead(200, { 'content-type': types[extname(path)] ?? 'application/octet-stream' });
      return response.end(readFileSync(path));
    });
    server.on('error', reject);
    server.listen(port, '127.0.0.1', () => resolve(server));
  });
