// Every flaw of the catalogue against a client: here Node's own https. Put yours in place of `call`.
import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import fs from 'node:fs';
import https from 'node:https';
import os from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';

const mockorg = process.env.MOCKORG ?? 'mockorg';
const work = fs.mkdtempSync(path.join(os.tmpdir(), 'mockorg-catalogue-'));
const catalogue = path.join(work, 'catalogue');
const read = (file) => fs.readFileSync(path.join(catalogue, file));

execFileSync(mockorg, ['certs', '--catalogue', '--out', catalogue], { stdio: 'ignore' });
const manifest = JSON.parse(read('manifest.json'));
const sessions = {};
let kit;
let org;
let ca;

before(async () => {
  const log = fs.openSync(path.join(work, 'org.log'), 'w');
  const ports = ['standard', 'mutual', 'proxy', 'admin'].map((door) => `--${door}-port=0`);
  const folder = path.join(work, 'kit');
  const args = ['serve', '--catalogue', catalogue, '--kit', folder, ...ports, '--until-stdin-closes'];
  org = spawn(mockorg, args, { stdio: ['pipe', log, log] });
  for (const deadline = Date.now() + 30_000; !fs.existsSync(path.join(folder, 'kit.json')); ) {
    if (org.exitCode !== null || Date.now() > deadline) throw new Error(fs.readFileSync(path.join(work, 'org.log'), 'utf8'));
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  kit = JSON.parse(fs.readFileSync(path.join(folder, 'kit.json')));
  ca = fs.readFileSync(path.join(folder, kit.server_ca));
  for (const { kind, username, password } of manifest.users) {
    const { client_id, client_secret } = manifest;
    const form = new URLSearchParams({ grant_type: 'password', client_id, client_secret, username, password });
    const headers = { 'Content-Type': 'application/x-www-form-urlencoded' };
    const answer = await ask(`${kit.standard_url}/services/oauth2/token`, { method: 'POST', headers }, `${form}`);
    sessions[kind] = JSON.parse(answer.body).access_token;
  }
});

after(() => {
  org.stdin.end();
  fs.rmSync(work, { recursive: true });
});

for (const flaw of manifest.flaws) {
  test(flaw.id, { concurrency: true }, async (t) => {
    for (const row of flaw.expected) {
      await t.test(`${row.door} ${row.user} ${row.tls}`, async () => {
        const found = await call(flaw, row);
        if (found === 'not loaded' && flaw.offered !== 'by-any') return; // the client says itself that it cannot use it
        const expected = { alert: () => `alert ${row.alert.number}`, granted: () => '200', refused: () => `${row.status} ${row.error_code}` };
        assert.equal(found, expected[row.outcome](), `${flaw.title} ${row.why}`);
      });
    }
  });
}

// One call: the number of the alert that ended it, or status and errorCode.
async function call(flaw, { door, user, tls }) {
  const headers = { Authorization: `Bearer ${sessions[user]}` };
  const version = { minVersion: `TLSv${tls}`, maxVersion: `TLSv${tls}` };
  // else OpenSSL keeps weak keys to itself
  const identity = { cert: read(flaw.cert), key: read(flaw.key), ciphers: 'DEFAULT:@SECLEVEL=0' };
  try {
    const answer = await ask(kit[`${door}_url`] + manifest.call, { headers, ...version, ...identity });
    return answer.status === 200 ? '200' : `${answer.status} ${JSON.parse(answer.body)[0].errorCode}`;
  } catch (error) {
    // its name stands in error.code in TLS 1.3; in TLS 1.2 that is EPROTO
    const alert = /SSL alert number (\d+)/.exec(error.message);
    if (alert) return `alert ${alert[1]}`;
    if (error.syscall) throw error;
    return 'not loaded';
  }
}

function ask(url, options, body) {
  return new Promise((resolve, reject) => {
    const request = https.request(url, { ca, agent: false, ...options }, (answer) => {
      let text = '';
      answer.on('data', (chunk) => (text += chunk));
      answer.on('end', () => resolve({ status: answer.statusCode, body: text }));
    });
    request.on('error', reject);
    request.end(body);
  });
}
