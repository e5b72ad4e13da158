// The helper as a team meets it: what it starts, what it hands out, what it refuses, what it leaves behind.
'use strict';

const assert = require('node:assert');
const { spawnSync } = require('node:child_process');
const fs = require('node:fs');
const https = require('node:https');
const net = require('node:net');
const os = require('node:os');
const path = require('node:path');
const { after, before, test } = require('node:test');
const { Org, Refused, attach, start } = require('mockorg');

const call = (org, client) =>
  new Promise((resolve, reject) => {
    const url = `${org.kit.mutual_url}/services/data`;
    const options = { ...org.tls(client), agent: false };
    https.get(url, options, (answer) => resolve(answer.resume().statusCode)).on('error', reject);
  });
// until the org closes the connection
const connect = (port) =>
  new Promise((resolve, reject) => {
    const socket = net.connect(port, '127.0.0.1').resume();
    socket.on('close', resolve).on('error', (error) => (error.code === 'ECONNRESET' ? resolve() : reject(error)));
  });
const temporary = (t) => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'mockorg-test-'));
  t.after(() => fs.rmSync(folder, { recursive: true }));
  return folder;
};

let org;
before(async () => (org = await start()));
after(() => org.stop());

test('hands out every client of the kit', async () => {
  assert.ok(org instanceof Org);
  assert.equal(await call(org, 'billing'), 200);
  for (const { name } of org.kit.clients) {
    for (const kind of ['cert', 'key', 'pem']) assert.ok(fs.existsSync(org.client(name)[kind]));
  }
  assert.throws(() => org.client('nobody'), /no client "nobody"/);
});

test('a call without a certificate reaches the org', async () => {
  assert.equal(await call(org), 200);
});

test('a certificate is over once the clock is past its end, until a reset', async () => {
  assert.match(await org.advance('3650d'), /^20\d\d-/);
  await assert.rejects(call(org, 'visitor'), /certificate expired/);
  await org.reset();
  assert.equal(await call(org, 'visitor'), 200);
});

for (const key of ['keep', 'replace']) {
  test(`a renewal lies beside the old files and reset forgets it: ${key}`, async () => {
    const old = org.client('visitor');
    const renewed = await org.issue('visitor', { key });
    assert.deepEqual(org.client('visitor'), renewed);
    const same = (kind) => fs.readFileSync(old[kind], 'utf8') === fs.readFileSync(renewed[kind], 'utf8');
    assert.deepEqual([same('cert'), same('key')], [false, key === 'keep']);
    assert.deepEqual([await call(org, old), await call(org, renewed)], [200, 200]);
    await org.reset();
    assert.deepEqual(org.client('visitor'), old);
  });
}

test('an upload can be a file or a client', async () => {
  await org.upload('A client', { client: 'visitor' });
  await org.upload('A file', { pem: fs.readFileSync((await org.issue('billing')).cert, 'utf8') });
  const { certificates } = await org.admin('GET', '/v1/certificates');
  const labels = certificates.map(({ label }) => label);
  assert.deepEqual([labels.includes('A client'), labels.includes('A file')], [true, true]);
  await org.reset();
});

test('attaches to the org of mockorg run, and leaves it running', async () => {
  process.env.MOCKORG_KIT = org.kit.env.MOCKORG_KIT;
  const attached = attach();
  delete process.env.MOCKORG_KIT;
  assert.equal((await attached.admin('GET', '/v1/org')).id, org.kit.org.id);
  await attached.stop();
  assert.equal(await call(org, 'visitor'), 200);
});

test('waits for what has not happened yet, and the journal has it', async () => {
  await org.mark('now');
  const waiting = org.wait({ since: 'now', kind: 'handshake', client: 'visitor' });
  await call(org, 'visitor');
  const event = await waiting;
  assert.equal(event.kind, 'handshake');
  assert.deepEqual(await org.journal({ since: 'now', kind: 'handshake' }), [event]);
});

test('does not wait for ever', async () => {
  await org.mark('then');
  await assert.rejects(org.wait({ since: 'then', kind: 'upload' }, 100), /no such event within 100 ms/);
});

test('says how expectations stand', async (t) => {
  const scenario = path.join(temporary(t), 'expects.toml');
  const expect = '[[expect]]\nname = "a mark"\nevent = { kind = "mark" }\n';
  fs.writeFileSync(scenario, `format = 1\n[org]\nname = "Acme"\n${expect}`);
  const other = await start({ scenario });
  t.after(() => other.stop());
  assert.deepEqual((await other.expectations()).expectations.map(({ outcome }) => outcome), ['unmet']);
  await other.mark('here');
  assert.equal((await other.expectations()).holds, true);
});

test('a refusal of the admin door tells the cure', async () => {
  const told = (error) => error instanceof Refused && error.problem.code === 'unknown-client';
  await assert.rejects(org.revoke('nobody'), told);
});

test('a bad scenario is told with its place', async (t) => {
  const scenario = path.join(temporary(t), 'bad.toml');
  fs.writeFileSync(scenario, 'format = 1\n[org]\nnmae = "Acme"\n');
  await assert.rejects(start({ scenario }), /bad\.toml:3:1/);
});

test('a binary that is not there is named', async () => {
  await assert.rejects(start({ binary: 'no-such-mockorg' }), /no-such-mockorg/);
});

test('an org that is never ready is stopped', async (t) => {
  const folder = temporary(t);
  const binary = path.join(folder, 'silent');
  fs.writeFileSync(binary, `#!/bin/sh\necho $$ >${folder}/pid\necho still starting\nexec cat\n`, { mode: 0o700 });
  await assert.rejects(start({ binary, patience: 2000 }), /still starting/);
  assert.throws(() => process.kill(Number(fs.readFileSync(path.join(folder, 'pid'))), 0), { code: 'ESRCH' });
});

test('nothing of an org is left', async () => {
  const other = await start();
  assert.ok(await other.admin('GET', '/health'));
  await other.stop();
  assert.equal(fs.existsSync(other.folder), false);
  await assert.rejects(other.admin('GET', '/health'), { code: 'ECONNREFUSED' });
});

for (const end of ['', 'process.kill(process.pid, "SIGKILL")']) {
  test(`no org outlives a process that ${end ? 'is killed' : 'forgets to stop it'}`, async (t) => {
    const told = 'fs.writeSync(1, new URL(kit.admin_url).port)';
    const script = `require('mockorg').start().then(({ kit }) => { ${told}; ${end} })`;
    // what it could not remove lies in a folder of this test
    const env = { ...process.env, TMPDIR: temporary(t) };
    const ended = spawnSync(process.execPath, ['-e', script], { encoding: 'utf8', timeout: 60_000, env });
    assert.equal(ended.signal, end ? 'SIGKILL' : null);
    const deadline = Date.now() + 15_000;
    await assert.rejects(
      async () => {
        while (Date.now() < deadline) await connect(Number(ended.stdout));
      },
      { code: 'ECONNREFUSED' },
    );
  });
}
