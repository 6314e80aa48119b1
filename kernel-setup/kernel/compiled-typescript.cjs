/**
 * tslab's TypeScript is nine megabytes of JavaScript. Compiled code is kept in .cache/kernel, which makes every later start
 * 0.1 s faster (of 0.8 s until the first cell can run). V8 itself refuses code of another version.
 */
const fs = require("node:fs");
const Module = require("node:module");
const path = require("node:path");
const vm = require("node:vm");

const file = require.resolve("@tslab/typescript-for-tslab", { paths: [require.resolve("tslab")] });
const { version } = Module.createRequire(file)("../package.json");
const cacheDir = path.resolve(__dirname, "..", "..", ".cache", "kernel");
const cacheFile = path.join(
  cacheDir,
  `typescript-${version}-node-${process.versions.node}-${process.arch}.bin`,
);

let script;
let isKept = false;

/** Puts TypeScript among the loaded modules. Past the hook (tsx), which would parse it all once more. */
function loadCompiledTypeScript() {
  const cachedData = fs.existsSync(cacheFile) ? fs.readFileSync(cacheFile) : undefined;
  script = new vm.Script(Module.wrap(fs.readFileSync(file, "utf8")), { filename: file, cachedData });
  isKept = cachedData !== undefined && !script.cachedDataRejected;
  const loaded = new Module(file, module);
  loaded.filename = file;
  loaded.paths = Module._nodeModulePaths(path.dirname(file));
  Module._cache[file] = loaded;
  const run = script.runInThisContext();
  run.call(loaded.exports, loaded.exports, Module.createRequire(file), loaded, file, path.dirname(file));
  loaded.loaded = true;
}

/** To be called when the compiler has worked a little: what V8 has compiled by then is kept too. */
function keepCompiledTypeScript() {
  if (isKept) return;
  isKept = true;
  const unfinished = `${cacheFile}.${process.pid}`;
  try {
    fs.mkdirSync(cacheDir, { recursive: true });
    fs.writeFileSync(unfinished, script.createCachedData());
    fs.renameSync(unfinished, cacheFile);
  } catch {
    // A checkout that cannot be written to starts as fast as without.
    fs.rmSync(unfinished, { force: true });
  }
}

module.exports = { loadCompiledTypeScript, keepCompiledTypeScript };
