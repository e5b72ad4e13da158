// sf org login web, with the browser that it opens: Chromium, which trusts the kit's server CA and nothing else.
//
//     node web.cjs KIT SF      SF is the script of that name in sf's packages
//
// sf runs unmodified: what it opens as the system's browser is a script that leaves the URL in a file.
'use strict';

const { execFileSync, spawn } = require('node:child_process');
const { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } = require('node:fs');
const { tmpdir } = require('node:os');
const { join } = require('node:path');

const puppeteer = require('puppeteer-core');

const [folder, program] = process.argv.slice(2);
const kit = JSON.parse(readFileSync(join(folder, 'kit.json'), 'utf8'));
const user = (name) => kit.users.find((one) => one.username.startsWith(`${name}@`));
const home = mkdtempSync(join(tmpdir(), 'mockorg-sf-web-'));
const urlFile = join(home, 'url');
let failed = false;

function check(name, expected, found) {
  const holds = expected instanceof RegExp ? expected.test(found) : expected === found;
  console.log(holds ? `ok      ${name}: ${found}` : `FAILED  ${name}: expected ${expected}, found ${found}`);
  failed ||= !holds;
}

/** A home whose browser trusts the kit's server CA, and whose `xdg-open` only writes down what it was given. */
function furnish() {
  const store = join(home, '.pki/nssdb');
  mkdirSync(store, { recursive: true });
  const certutil = (...args) => execFileSync('certutil', ['-d', `sql:${store}`, ...args], { stdio: 'pipe' });
  certutil('-N', '--empty-password');
  certutil('-A', '-n', 'mockorg', '-t', 'C,,', '-i', join(folder, kit.server_ca));
  writeFileSync(join(home, 'xdg-open'), `#!/bin/sh\nprintf %s "$1" >'${urlFile}.part' && mv '${urlFile}.part' '${urlFile}'\n`);
  chmodSync(join(home, 'xdg-open'), 0o755);
}

const environment = {
  ...process.env,
  HOME: home,
  PATH: `${home}:${process.env.PATH}`,
  BROWSER: join(home, 'xdg-open'),
  NODE_EXTRA_CA_CERTS: join(folder, kit.server_ca),
  SF_DISABLE_TELEMETRY: 'true',
  SF_AUTOUPDATE_DISABLE: 'true',
  SF_DISABLE_DNS_CHECK: 'true',
  SF_USE_GENERIC_UNIX_KEYCHAIN: 'true',
};

function sf(...args) {
  const child = spawn(process.execPath, [program, ...args, '--json'], { env: environment, stdio: ['ignore', 'pipe', 'ignore'] });
  let said = '';
  child.stdout.on('data', (data) => (said += data));
  const ended = new Promise((resolve) => child.on('close', () => resolve(said)));
  return { child, ended };
}

async function opened() {
  for (let left = 600; left > 0 && !existsSync(urlFile); left--) await new Promise((go) => setTimeout(go, 50));
  const url = readFileSync(urlFile, 'utf8');
  rmSync(urlFile);
  return url;
}

async function submit(page, button) {
  await Promise.all([page.waitForNavigation(), page.click(button)]);
}

async function logIn(page, { username, password }) {
  await page.type('input[name=username]', username);
  await page.type('input[name=password]', password);
  await submit(page, '#Login');
}

/** What is on the page, in one line. */
async function words(page) {
  return (await page.evaluate('document.body.innerText')).replace(/\s+/g, ' ');
}

async function granted(browser) {
  const login = sf('org', 'login', 'web', '--instance-url', kit.standard_url, '--alias', 'web');
  const context = await browser.createBrowserContext();
  const page = await context.newPage();
  await page.setJavaScriptEnabled(false);
  await page.goto(await opened());
  await logIn(page, { ...user('reports'), password: 'wrong' });
  check('a wrong password shows the page again', /check your username and password/i, await words(page));
  await page.$eval('input[name=username]', (field) => (field.value = ''));
  await logIn(page, user('reports'));
  check('then the app asks for consent', /allow/i, await words(page));
  await submit(page, '#oaapprove');
  check('sf has the browser back', /^http:\/\/localhost:1717\//, page.url());
  const { result, status } = JSON.parse(await login.ended);
  check('sf org login web', `0 ${user('reports').username}`, `${status} ${result?.username}`);
  await context.close();
  const query = JSON.parse(await sf('data', 'query', '--target-org', 'web', '--query', 'SELECT Username FROM User').ended);
  check('sf data query with that login', true, query.result?.records?.length > 0);
}

async function refused(browser) {
  const login = sf('org', 'login', 'web', '--instance-url', kit.standard_url);
  const context = await browser.createBrowserContext();
  const page = await context.newPage();
  await page.goto(await opened());
  await logIn(page, user('billing'));
  check('an API Only user is refused in the browser', /OAUTH_APPROVAL_ERROR_GENERIC/, await words(page));
  login.child.kill();
  await login.ended;
  await context.close();
}

(async () => {
  furnish();
  const browser = await puppeteer.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    // root needs --no-sandbox, and containers have a small /dev/shm
    args: ['--no-sandbox', '--disable-dev-shm-usage', '--disable-gpu'],
    env: environment,
  });
  try {
    await granted(browser);
    await refused(browser);
  } finally {
    await browser.close();
    rmSync(home, { recursive: true, force: true });
  }
  process.exitCode = failed ? 1 : 0;
})().catch((error) => {
  console.log(`FAILED  ${error.stack}`);
  process.exitCode = 1;
});
