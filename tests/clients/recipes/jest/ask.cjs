// One request to a door of the org that org.cjs started, with a client's certificate or none.
'use strict';

const https = require('node:https');

module.exports = function ask(url, { client, token, form } = {}) {
  const options = {
    ...org.tls(client),
    method: form ? 'POST' : 'GET',
    agent: false,
    timeout: 10_000,
    headers: {
      ...(token && { Authorization: `Bearer ${token}` }),
      ...(form && { 'Content-Type': 'application/x-www-form-urlencoded' }),
    },
  };
  return new Promise((resolve, reject) => {
    const request = https.request(url, options, (response) => {
      let body = '';
      response.on('data', (chunk) => (body += chunk));
      response.on('end', () => resolve({ status: response.statusCode, body: JSON.parse(body) }));
      response.on('error', reject);
    });
    request.on('error', reject);
    request.on('timeout', () => request.destroy(new Error('no answer')));
    request.end(form && new URLSearchParams(form).toString());
  });
};
