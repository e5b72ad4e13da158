// One org for each Jest worker. A test environment, because only that lives outside the sandbox of a test file: the
// worker loads it once, so all test files of a worker share one org. It goes when the worker goes. Under `mockorg run` it is run's, for all workers.
'use strict';

const { TestEnvironment } = require('jest-environment-node');
const { attach, start } = require('mockorg');

let started;

module.exports = class extends TestEnvironment {
  async setup() {
    await super.setup();
    started ??= process.env.MOCKORG_KIT ? attach() : start({ scenario: process.env.MOCKORG_SCENARIO });
    this.global.org = await started;
  }
};
