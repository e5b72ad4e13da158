// The Salesforce CLI on the mutual door: logged in by JWT, access token and sfdx URL, refused by the org and by the edge.
//
//     node mutual.cjs KIT PACKAGES
//
// PACKAGES is the node_modules folder with @salesforce/cli in it. Every flow has a home folder of its own, so that they run
// side by side. The org must return URLs as they came in (org.api-endpoint): sf uses them as they are, and with others it
// logs in again on every 401, for ever.
'use strict';

const { execFile } = require('node:child_process');
const { mkdtempSync, readFileSync, rmSync, writeFileSync } = require('node:fs');
const { tmpdir } = require('node:os');
const { join, resolve } = require('node:path');
const https = require('node:https');

const folder = resolve(process.argv[2] ?? process.env.MOCKORG_KIT);
const packages = resolve(process.argv[3]);
const kit = JSON.parse(readFileSync(join(folder, 'kit.json'), 'utf8'));
const app = kit.connected_apps[0];
const billing = kit.users.find((user) => user.username.startsWith('billing@'));
const host = new URL(kit.mutual_url).host;
const work = mkdtempSync(join(tmpdir(), 'sf-'));
let flows = 0;

/** One flow: a home folder, a certificate of the kit or none, and a session id if it has one. */
class Flow {
  constructor(certificate, session) {
    const client = kit.clients.find((client) => client.name === certificate);
    this.home = mkdtempSync(join(work, `home-${(flows += 1)}-`));
    this.env = {
      PATH: process.env.PATH,
      HOME: this.home,
      NODE_EXTRA_CA_CERTS: join(folder, kit.server_ca),
      NODE_OPTIONS: `--require=${join(resolve(__dirname), 'present.cjs')}`,
      SF_TEST_PACKAGES: packages,
      SF_AUTOUPDATE_DISABLE: 'true',
      SF_DISABLE_DNS_CHECK: 'true',
      SF_DISABLE_TELEMETRY: 'true',
      SF_SKIP_NEW_VERSION_CHECK: 'true',
      SF_USE_GENERIC_UNIX_KEYCHAIN: 'true',
      ...(client && { SF_TEST_CERT: join(folder, client.cert), SF_TEST_KEY: join(folder, client.key) }),
      ...(session && { SF_ACCESS_TOKEN: session }),
    };
  }

  /** What sf says in JSON, whether it went well or not. */
  sf(...args) {
    const run = join(packages, '@salesforce/cli/bin/run.js');
    const options = { env: this.env, cwd: this.home, timeout: 100_000 };
    return new Promise((done) => {
      execFile(process.execPath, [run, ...args, '--json'], options, (error, stdout, stderr) => {
        try {
          done(JSON.parse(stdout));
        } catch {
          done({ status: error?.code ?? 'no JSON', message: `${error?.message ?? ''} ${stdout} ${stderr}` });
        }
      });
    });
  }
}

const logins = {
  jwt: (flow) =>
    flow.sf('org', 'login', 'jwt', '--client-id', app.client_id, '--jwt-key-file', join(folder, app.jwt_key),
      '--username', billing.username, '--instance-url', kit.mutual_url),
  'access-token': (flow) => flow.sf('org', 'login', 'access-token', '--instance-url', kit.mutual_url, '--no-prompt'),
  'sfdx-url': (flow) => {
    const file = join(flow.home, 'url.txt');
    writeFileSync(file, `force://${app.client_id}:${app.client_secret}:5Aep861sf@${host}`);
    return flow.sf('org', 'login', 'sfdx-url', '--sfdx-url-file', file);
  },
};

async function granted(how, session) {
  const flow = new Flow('billing', session);
  const org = ['--target-org', billing.username];
  const login = await logins[how](flow);
  equal(`org login ${how}: the user`, billing.username, login.result?.username ?? login.message);
  equal(`org login ${how}: the org`, kit.org.id, login.result?.orgId);
  const display = await flow.sf('org', 'display', ...org);
  equal(`org login ${how}, org display`, 'Connected', display.result?.connectedStatus ?? display.message);
  const query = `SELECT Id, Username FROM User WHERE Username = '${billing.username}'`;
  const found = await flow.sf('data', 'query', '--query', query, ...org);
  equal(`org login ${how}, data query`, billing.username, found.result?.records?.[0]?.Username ?? found.message);
  const logout = await flow.sf('org', 'logout', ...org, '--no-prompt');
  equal(`org login ${how}, org logout`, billing.username, logout.result?.[0] ?? logout.message);
  const after = await flow.sf('org', 'display', ...org);
  equal(`org login ${how}, org display after org logout`, 'NamedOrgNotFoundError', after.name);
}

async function refused(how, certificate, pattern, session) {
  const told = await logins[how](new Flow(certificate, session));
  const name = `org login ${how} ${certificate ? `with ${certificate}'s certificate` : 'without a certificate'} is refused`;
  say(told.status !== 0 && pattern.test(told.message), name, `expected ${pattern}, found ${told.status} ${told.message}`);
}

/** A session id, as somebody has it who was handed one: by the password flow. */
function session() {
  const client = kit.clients.find((client) => client.name === 'billing');
  const [cert, key, ca] = [client.cert, client.key, kit.server_ca].map((file) => readFileSync(join(folder, file)));
  const form = new URLSearchParams({
    grant_type: 'password',
    client_id: app.client_id,
    client_secret: app.client_secret,
    username: billing.username,
    password: billing.password,
  });
  return new Promise((done, failed) => {
    const request = https.request(`${kit.mutual_url}/services/oauth2/token`, { method: 'POST', cert, key, ca }, (answer) => {
      let text = '';
      answer.on('data', (chunk) => (text += chunk));
      answer.on('end', () => done(JSON.parse(text).access_token));
    });
    request.on('error', failed);
    request.setHeader('content-type', 'application/x-www-form-urlencoded');
    request.end(form.toString());
  });
}

function equal(name, expected, found) {
  say(found === expected, name, `expected ${expected}, found ${found}`);
}

function say(holds, name, difference) {
  console.log(holds ? `ok      ${name}` : `FAILED  ${name}: ${difference}`);
  if (!holds) process.exitCode = 1;
}

async function main() {
  const handed = await session();
  const failed = /Mutual authentication failed|could not be mutually authenticated/;
  // two at a time: sf is busy with itself most of the while
  await Promise.all([granted('jwt'), granted('access-token', handed)]);
  await Promise.all([granted('sfdx-url'), refused('jwt', undefined, failed)]);
  await Promise.all([refused('access-token', undefined, failed, handed), refused('sfdx-url', undefined, failed)]);
  // the alert comes after the client's handshake, and undici tells only that the peer closed
  const closed = /other side closed|fetch failed|certificate/i;
  await Promise.all([refused('jwt', 'visitor', failed), refused('sfdx-url', 'expired', closed)]);
}

main()
  .catch((error) => say(false, 'the script', error.stack))
  .finally(() => rmSync(work, { recursive: true, force: true }));
