// An org for tests: starts mockorg, hands out its kit, asks its admin door, stops it. Types and docs are in index.d.ts.
'use strict';

const { spawn } = require('node:child_process');
const { once } = require('node:events');
const fs = require('node:fs');
const http = require('node:http');
const os = require('node:os');
const path = require('node:path');
const readline = require('node:readline');

class Refused extends Error {
  constructor(problem) {
    super(`${problem.detail}: expected ${problem.expected}, found ${problem.found}; ${problem.cure}`);
    this.name = 'Refused';
    this.problem = problem;
  }
}

class Org {
  #renewed = new Map();

  constructor(folder, stop) {
    this.folder = folder;
    this.stop = stop;
    this.kit = JSON.parse(fs.readFileSync(path.join(folder, 'kit.json'), 'utf8'));
    this.serverCa = path.join(folder, this.kit.server_ca);
  }

  client(name) {
    const entry = this.kit.clients.find((client) => client.name === name);
    if (!entry) throw new Error(`the kit has no client "${name}"`);
    const file = (kind) => path.join(this.folder, entry[kind]);
    return this.#renewed.get(name) ?? { name, cert: file('cert'), key: file('key'), pem: file('pem') };
  }

  tls(client) {
    const ca = fs.readFileSync(this.serverCa);
    if (client === undefined) return { ca };
    const { cert, key } = typeof client === 'string' ? this.client(client) : client;
    return { ca, cert: fs.readFileSync(cert), key: fs.readFileSync(key) };
  }

  async issue(client, { key = 'replace' } = {}) {
    const name = encodeURIComponent(client);
    await this.admin('POST', `/v1/clients/${name}/issue`, { key });
    const pem = await this.admin('GET', `/v1/clients/${name}.pem`);
    const folder = fs.mkdtempSync(path.join(this.folder, `${client}-`));
    const at = pem.indexOf('-----BEGIN CERTIFICATE-----');
    const file = (kind) => path.join(folder, kind);
    fs.writeFileSync(file('cert'), pem.slice(at));
    fs.writeFileSync(file('key'), pem.slice(0, at));
    fs.writeFileSync(file('pem'), pem);
    this.#renewed.set(client, { name: client, cert: file('cert'), key: file('key'), pem: file('pem') });
    return this.client(client);
  }

  async revoke(client) {
    await this.admin('POST', `/v1/clients/${encodeURIComponent(client)}/revoke`, {});
  }

  async upload(label, { client, pem }) {
    await this.admin('POST', '/v1/certificates', { label, client, pem });
  }

  async advance(by) {
    return (await this.admin('PUT', '/v1/clock', { advance: by })).org_time;
  }

  async journal(only = {}) {
    return (await this.admin('GET', `/v1/journal?${new URLSearchParams(only)}`)).events;
  }

  async wait(only = {}, patience = 10_000) {
    const query = new URLSearchParams({ since: '0', ...only });
    const signal = AbortSignal.timeout(patience);
    try {
      let text = '';
      for await (const chunk of await this.#ask('GET', `/v1/journal/stream?${query}`, undefined, signal)) {
        const lines = (text + chunk).split('\n');
        text = lines.pop();
        const events = lines.filter((line) => line.startsWith('data:')).map((line) => JSON.parse(line.slice(5)));
        const found = events.find((event) => event.kind);
        if (found) return found;
      }
    } catch (error) {
      if (!signal.aborted) throw error;
    }
    throw new Error(`no such event within ${patience} ms: ${query}`);
  }

  async mark(name) {
    await this.admin('POST', '/v1/mark', { name });
  }

  async expectations() {
    return this.admin('GET', '/v1/expectations');
  }

  async reset() {
    await this.admin('POST', '/v1/reset', {});
    this.#renewed.clear();
  }

  async admin(method, path, body) {
    const answer = await this.#ask(method, path, body);
    const text = (await answer.toArray()).join('');
    return answer.headers['content-type']?.includes('json') ? JSON.parse(text) : text;
  }

  // not fetch: Jest's environments do not all have it, and it may be told to use a proxy
  async #ask(method, path, body, signal) {
    const headers = { authorization: `Bearer ${this.kit.admin_token}`, 'content-type': 'application/json' };
    const request = http.request(this.kit.admin_url + path, { method, headers, agent: false, signal });
    request.end(body && JSON.stringify(body));
    const [answer] = await once(request, 'response');
    answer.setEncoding('utf8');
    if (answer.statusCode < 400) return answer;
    throw new Refused(JSON.parse((await answer.toArray()).join('')));
  }
}

async function start({ scenario, args = [], binary = process.env.MOCKORG ?? 'mockorg', patience = 30_000 } = {}) {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'mockorg-'));
  const remove = () => fs.rmSync(folder, { recursive: true, force: true });
  const kit = path.join(folder, 'kit');
  const ports = ['standard', 'mutual', 'proxy', 'admin'].map((door) => `--${door}-port=0`);
  const command = ['serve', ...(scenario ? [scenario] : []), ...args, ...ports, '--kit', kit, '--until-stdin-closes'];
  // its standard input closes when this process ends, however it ends
  const child = spawn(binary, command, { stdio: ['pipe', 'pipe', 'pipe'] });
  const gone = new Promise((resolve) => child.once('close', resolve).once('error', resolve));
  const stop = async () => {
    child.stdin.destroy();
    const late = setTimeout(() => child.kill('SIGKILL'), 15_000);
    await gone;
    clearTimeout(late);
    process.off('exit', remove);
    remove();
  };
  process.once('exit', remove);
  const printed = [];
  let timer;
  const ready = new Promise((resolve) => {
    timer = setTimeout(resolve, patience);
    for (const input of [child.stdout, child.stderr]) {
      readline.createInterface({ input }).on('line', (line) => {
        if (line === 'ready') resolve();
        if (printed.push(line) > 100) printed.shift();
      });
    }
  });
  const error = await Promise.race([ready, gone]);
  clearTimeout(timer);
  if (!fs.existsSync(path.join(kit, 'kit.json'))) {
    await stop();
    throw error instanceof Error ? error : new Error(`mockorg is not ready:\n${printed.join('\n')}`);
  }
  // a test runner that is done need not wait for the org
  for (const handle of [child, child.stdin, child.stdout, child.stderr]) handle.unref?.();
  return new Org(kit, stop);
}

// stopping it is for whoever started it
const attach = (folder = process.env.MOCKORG_KIT) => new Org(folder, async () => {});

module.exports = { Org, Refused, attach, start };
