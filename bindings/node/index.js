// An org for tests: starts mockorg, hands out its kit, asks its admin door, stops it. Types and docs are in index.d.ts.
'use strict';

const { spawn } = require('node:child_process');
const { once } = require('node:events');
const fs = require('node:fs');
const http = require('node:http');
const path = require('node:path');

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
    await this.admin('POST', `/v1/clients/${encodeURIComponent(client)}/issue`, { key });
    const pem = await this.admin('GET', `/v1/clients/${encodeURIComponent(client)}.pem`);
    const at = pem.indexOf('-----BEGIN CERTIFICATE-----');
    const folder = fs.mkdtempSync(path.join(this.folder, 'renewed-'));
    const renewed = { name: client };
    for (const [kind, text] of Object.entries({ cert: pem.slice(at), key: pem.slice(0, at), pem })) {
      renewed[kind] = path.join(folder, kind);
      fs.writeFileSync(renewed[kind], text);
    }
    this.#renewed.set(client, renewed);
    return renewed;
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
  // its standard input closes when this process ends, however it ends
  const child = spawn(binary, ['serve', '--for-tests', ...args, ...(scenario ? [scenario] : [])]);
  const gone = once(child, 'close');
  const kill = () => child.kill('SIGKILL');
  let late = setTimeout(kill, patience);
  const stop = async () => {
    late = setTimeout(kill, 15_000);
    child.stdin.destroy();
    await gone.finally(() => clearTimeout(late));
  };
  let printed = '';
  const ready = new Promise((resolve) => {
    const listen = (text) => {
      printed += text;
      const kit = printed.match(/^ready (.*)\n/m);
      if (kit) resolve(new Org(kit[1], stop));
    };
    for (const output of [child.stdout, child.stderr]) output.setEncoding('utf8').on('data', listen);
  });
  const org = await Promise.race([ready, gone]).finally(() => clearTimeout(late));
  if (!(org instanceof Org)) throw new Error(`mockorg is not ready:\n${printed}`);
  // a test runner that is done need not wait for the org
  for (const handle of [child, ...child.stdio]) handle.unref();
  return org;
}

// stopping it is for whoever started it
const attach = (folder = process.env.MOCKORG_KIT) => new Org(folder, async () => {});

module.exports = { Org, Refused, attach, start };
