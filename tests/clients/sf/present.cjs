// Preloaded into sf (NODE_OPTIONS=--require): it then presents SF_TEST_CERT and SF_TEST_KEY, files in PEM, or nothing, and
// reaches no host but this one: after a refusal sf tries its assertion at login.salesforce.com too.
//
// sf has no option for a client certificate. It asks by jsforce-node, which passes a dispatcher of its own to undici: the
// global one and https.globalAgent have no effect, so this one takes its place.
'use strict';

const { readFileSync } = require('node:fs');
const dns = require('node:dns');

const { SF_TEST_CERT, SF_TEST_KEY, SF_TEST_PACKAGES } = process.env;
const { setDispatcher } = require(`${SF_TEST_PACKAGES}/@jsforce/jsforce-node/lib/request`);
const { Agent } = require(`${SF_TEST_PACKAGES}/undici`);

function lookup(host, options, done) {
  if (host === 'localhost') dns.lookup(host, options, done);
  else done(new Error(`${host} is not this machine`));
}

const identity = SF_TEST_CERT ? { cert: readFileSync(SF_TEST_CERT), key: readFileSync(SF_TEST_KEY) } : {};
setDispatcher(new Agent({ connect: { allowH2: false, lookup, ...identity } }));
