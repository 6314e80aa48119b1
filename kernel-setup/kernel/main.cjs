// node --conditions=import main.cjs CONNECTION_FILE: what the kernelspec starts. The same file starts the I/O thread.
// JavaScript, because it registers the hook (tsx) through which every TypeScript file after it is loaded.
const { isMainThread } = require("node:worker_threads");

if (isMainThread) require("./compiled-typescript.cjs").loadCompiledTypeScript();
require("tsx/cjs");
require(isMainThread ? "./kernel" : "./io-thread");
