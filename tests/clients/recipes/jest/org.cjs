// One org for each Jest worker. A test environment, because only that lives outside the sandbox of a test file: the
// worker loads it once, so all test files of a worker share one org.
'use strict';

const { spawn } = require('node:child_process');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { TestEnvironment } = require('jest-environment-node');

const scenario = process.env.MOCKORG_SCENARIO ?? 'scenarios/quickstart.toml';
let started;

async function start() {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'mockorg-jest-'));
  process.once('exit', () => fs.rmSync(folder, { recursive: true, force: true }));
  const log = path.join(folder, 'org.log');
  const output = fs.openSync(log, 'w');
  const ports = ['standard', 'mutual', 'proxy', 'admin'].map((door) => `--${door}-port=0`);
  const org = spawn(
    process.env.MOCKORG ?? 'mockorg',
    ['serve', scenario, '--kit', path.join(folder, 'kit'), ...ports, '--until-stdin-closes'],
    // its standard input closes when this worker ends, however it ends
    { stdio: ['pipe', output, output] },
  );
  let ended;
  org.once('error', (error) => (ended = error));
  org.once('exit', (code) => (ended ??= new Error(`mockorg ended with ${code}:\n${fs.readFileSync(log)}`)));
  // neither the process nor its pipe may keep Jest from ending
  org.unref();
  org.stdin.unref();
  const ready = path.join(folder, 'kit', 'kit.json'); // appears once every door is open
  for (const deadline = Date.now() + 30_000; !fs.existsSync(ready); ) {
    if (ended) throw ended;
    if (Date.now() > deadline) throw new Error(`mockorg is not ready after 30 s:\n${fs.readFileSync(log)}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return { folder: path.dirname(ready), kit: JSON.parse(fs.readFileSync(ready)) };
}

module.exports = class extends TestEnvironment {
  async setup() {
    await super.setup();
    started ??= start();
    this.global.org = await started;
  }
};
