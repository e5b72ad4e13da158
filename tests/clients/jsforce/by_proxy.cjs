// jsforce through the proxy door: no address, no agent, nothing but a name and a password.
//
//     node by_proxy.cjs KIT    (in the kit's environment: HTTPS_PROXY and NODE_EXTRA_CA_CERTS)
'use strict';

const { readFileSync } = require('node:fs');
const { join } = require('node:path');

const { Connection } = require('jsforce');

const kit = JSON.parse(readFileSync(join(process.argv[2], 'kit.json'), 'utf8'));
const host = `${kit.org.my_domain}.my.salesforce.com`;
const USERS = 'SELECT Id, Username FROM User';

async function login(user) {
  const conn = new Connection({ logLevel: 'ERROR' });
  await conn.login(`${user}@acme.example`, `${user}-password`);
  return conn;
}

function say(holds, name, difference) {
  console.log(holds ? `ok      ${name}` : `FAILED  ${name}: found ${difference}`);
  if (!holds) process.exitCode = 1;
}

async function main() {
  const conn = await login('reports');
  say(conn.instanceUrl === `https://${host}`, 'the instance URL returned', conn.instanceUrl);
  const found = await conn.query(`${USERS} WHERE Username = 'reports@acme.example'`);
  say(found.records[0].Username === 'reports@acme.example', 'query', JSON.stringify(found));

  const { accessToken } = await login('billing');
  for (const instanceUrl of [`https://${host}`, `https://${host}:8443`]) {
    const org = new Connection({ instanceUrl, accessToken, logLevel: 'ERROR' });
    const told = await org.query(USERS).then(JSON.stringify, (error) => `${error.errorCode} ${error.message}`);
    const refused = told.includes('MUTUAL_AUTHENTICATION_FAILED');
    say(refused, `a call at ${instanceUrl} without a certificate is refused`, told);
  }
}

main().catch((error) => say(false, 'the script', error.stack));
