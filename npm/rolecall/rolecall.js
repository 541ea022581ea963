#!/usr/bin/env node
// Runs the program in the package of this platform, which npm chooses by `os` and `cpu`: nothing is run at installation.
'use strict';
const { spawn } = require('node:child_process');

const name = `@rolecall/${process.platform}-${process.arch}`;
const known = require('./package.json').optionalDependencies;
const stop = (message) => {
  console.error(`rolecall: ${message}`);
  process.exit(4);
};

let program;
try {
  program = require.resolve(`${name}/rolecall${process.platform === 'win32' ? '.exe' : ''}`);
} catch {
  stop(name in known
    ? `the package ${name} is not installed. Lock files made on another platform leave it out (npm/cli#4828): delete node_modules and package-lock.json, then run \`npm install\`, without --omit=optional.`
    : `there is no package ${name}; there are ${Object.keys(known).join(', ')}.`);
}

const child = spawn(program, process.argv.slice(2), { stdio: 'inherit' });
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
child.on('error', (error) => stop(error.message));
child.on('exit', (code, signal) => {
  if (!signal) process.exit(code);
  process.removeAllListeners(signal);
  process.kill(process.pid, signal);
});
