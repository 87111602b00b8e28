#!/usr/bin/env node
// The command `followthrough`: installs and builds what is missing, then runs the program on Node 26.
// Only Node's own modules here and in run/: this file works before anything is installed.

if (Number(process.versions.node.split('.')[0]) < 20) {
  console.error(`followthrough: Node 20 or newer is needed to start (this is ${process.versions.node}).`);
  process.exit(1);
}

import('./run/main.mjs')
  .then(({ main }) => main(process.argv.slice(2)))
  .then(
    (exitCode) => process.exit(exitCode),
    (error) => {
      console.error(error?.name === 'Stop' ? `followthrough: ${error.message}` : error);
      process.exit(1);
    },
  );
