// What Node's https makes of each identity; the lines of a plan on standard input.
import fs from 'node:fs';
import https from 'node:https';

const ca = fs.readFileSync(process.env.SEES_CA);
const headers = { Authorization: `Bearer ${process.env.SEES_SESSION}` };

for (const line of fs.readFileSync(0, 'utf8').split('\n').filter(Boolean)) {
  const [flaw, tls, cert, key] = line.split('\t');
  const [outcome, message] = await call(`TLSv${tls}`, fs.readFileSync(cert), fs.readFileSync(key));
  console.log([flaw, tls, outcome, message.replace(/\s+/g, ' ')].join('\t'));
}

function call(version, cert, key) {
  return new Promise((resolve) => {
    const failed = (outcome) => (error) => resolve([outcome, `${error.name}: ${error.message} (code ${error.code})`]);
    try {
      const options = { ca, cert, key, headers, agent: false, timeout: 10_000, minVersion: version, maxVersion: version };
      const request = https.request(process.env.SEES_URL, options, (answer) => {
        let body = '';
        answer.on('data', (chunk) => (body += chunk));
        answer.on('error', failed('failed'));
        answer.on('end', () => resolve(['answered', `${answer.statusCode} ${body}`]));
      });
      request.on('timeout', () => request.destroy(new Error('10 s went by')));
      // a key that cannot be loaded is thrown at once, when the context is made
      request.on('error', failed('failed'));
      request.end();
    } catch (error) {
      failed('unloaded')(error);
    }
  });
}
