import { get as getHttp, type IncomingMessage } from 'node:http';
import { get as getHttps } from 'node:https';
import { addAbortSignal } from 'node:stream';

export interface RequestOptions {
  readonly signal?: AbortSignal | undefined;
  /** After how many milliseconds without a byte the server counts as silent. */
  readonly patience: number;
}

const MOST_REDIRECTS = 5;

// The archive is compressed already: a second compression would only cost time.
const HEADERS = { 'accept-encoding': 'identity' };

const ask = (url: string, signal: AbortSignal): Promise<IncomingMessage> =>
  new Promise((resolve, reject) => {
    const get = new URL(url).protocol === 'http:' ? getHttp : getHttps;
    get(url, { headers: HEADERS, agent: false, signal }, resolve).on('error', reject);
  });

const follow = async (url: string, signal: AbortSignal, redirects = 0): Promise<IncomingMessage> => {
  const response = await ask(url, signal);
  const { statusCode = 0, statusMessage, headers } = response;
  if (statusCode === 200) return response;
  response.destroy();
  if (statusCode < 300 || statusCode >= 400 || headers.location === undefined)
    throw new Error(`status ${statusCode} ${statusMessage}`);
  if (redirects === MOST_REDIRECTS) throw new Error(`more than ${MOST_REDIRECTS} redirects`);
  return follow(new URL(headers.location, url).href, signal, redirects + 1);
};

/** A response, as the server sends it: `fetch` would undo an encoding. */
export interface Response {
  readonly headers: IncomingMessage['headers'];
  readonly chunks: AsyncIterable<Uint8Array>;
}

/**
 * Requests an address and passes the response to `read`. Redirects are followed. Rejects when the server refuses, breaks off, or sends
 * nothing for too long, and when the signal is given.
 */
export const withResponse = async <A>(
  url: string,
  { signal, patience }: RequestOptions,
  read: (response: Response) => Promise<A>,
): Promise<A> => {
  const silence = new AbortController();
  const timer = setTimeout(
    () => silence.abort(new Error(`a server that sent nothing for ${patience / 1000} s`)),
    patience,
  );
  const either = signal === undefined ? silence.signal : AbortSignal.any([signal, silence.signal]);
  async function* heard(response: IncomingMessage): AsyncGenerator<Uint8Array> {
    for await (const chunk of response) {
      timer.refresh();
      yield chunk;
    }
  }
  try {
    const response = await follow(url, either);
    // Ends the reading with the reason of the signal, also where the request itself has ended.
    addAbortSignal(either, response);
    const result = await read({ headers: response.headers, chunks: heard(response) });
    signal?.throwIfAborted();
    return result;
  } finally {
    clearTimeout(timer);
  }
};
