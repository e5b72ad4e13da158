// jsforce; with CERTIFICATE=forgotten its second call presents none, and it is content with a refusal.
//
//     node billing.cjs     (mockorg run org.toml -- node billing.cjs)
'use strict';

const { readFileSync } = require('node:fs');

const { Connection } = require('jsforce');
const request = require('jsforce/lib/request');
const { Agent } = require('undici');

const env = process.env;
const identity = { cert: readFileSync(env.MOCKORG_CLIENT_BILLING_CERT), key: readFileSync(env.MOCKORG_CLIENT_BILLING_KEY) };

function present(identity) {
  request.setDispatcher(new Agent({ connect: { allowH2: false, ...identity } }));
}

async function main() {
  present(identity);
  const login = new Connection({ loginUrl: env.MOCKORG_MUTUAL_URL, logLevel: 'ERROR' });
  await login.login('billing@acme.example', 'billing-password');
  // the session alone, at the mutual port
  const org = new Connection({ instanceUrl: env.MOCKORG_MUTUAL_URL, accessToken: login.accessToken, logLevel: 'ERROR' });
  await org.query('SELECT Id FROM User');
  if (env.CERTIFICATE === 'forgotten') {
    present({});
    await org.query('SELECT Id FROM User').catch((error) => console.log(error.message));
  }
}

main().then(
  () => process.exit(0),
  (error) => {
    console.error(error);
    process.exit(1);
  },
);
