/** Imported before anything else: an old Node gets a sentence, not a syntax error. */
const needed = [20, 19];
const [major, minor] = process.versions.node.split(".").map(Number);
if (major < needed[0] || (major === needed[0] && minor < needed[1])) {
  console.error(
    `\nThis needs Node ${needed.join(".")} or later; here is ${process.versions.node}. Install a current Node from nodejs.org.\n`,
  );
  process.exit(1);
}
