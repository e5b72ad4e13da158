// jsforce with its certificate in the wrong place, as every guide before version 3.10.17 has it: it sends none.
//
//     node mistaken.cjs     (mockorg doctor -- node mistaken.cjs)
'use strict';

const { readFileSync } = require('node:fs');
const https = require('node:https');

const { Connection } = require('jsforce');

const env = process.env;
https.globalAgent.options.cert = readFileSync(env.MOCKORG_CLIENT_BILLING_CERT);
https.globalAgent.options.key = readFileSync(env.MOCKORG_CLIENT_BILLING_KEY);

const connection = new Connection({ loginUrl: env.MOCKORG_MUTUAL_URL, logLevel: 'ERROR' });
connection.login('billing@acme.example', 'billing-password').catch((error) => {
  console.error(error.message);
  process.exitCode = 1;
});
