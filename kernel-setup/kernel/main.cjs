// node --conditions=import main.cjs CONNECTION_FILE: what the supervisor starts. The same file starts the I/O thread.
// JavaScript, because it registers the hook (tsx) through which every TypeScript file after it is loaded.
const { isMainThread } = require("node:worker_threads");

require("tsx/cjs");
if (isMainThread) {
  require("./opened-io");
  require("./compiled-typescript.cjs").loadCompiledTypeScript();
  require("./kernel");
} else {
  require("./io-thread");
}
