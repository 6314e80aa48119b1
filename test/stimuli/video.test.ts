import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { chmodSync, copyFileSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { type FrameSource, openVideo } from "../../src/stimuli";
import { runProgram } from "../../src/stimuli/ffmpeg";
import { readPpms } from "../../src/stimuli/ppm-stream";

const hasFfmpeg = ["ffmpeg", "ffprobe"].every((program) => spawnSync(program, ["-version"]).status === 0);
const skip = !hasFfmpeg && "ffmpeg is not installed";
const noShell = process.platform === "win32" && "the stand-in programs are shell scripts";
const folder = mkdtempSync(join(tmpdir(), "brainlens-"));

/** Frame n of a film is grey of luma 16 + n: 200 frames can be told apart. The codecs keep it exactly. */
const COUNTING = "format=yuv420p,geq=lum=16+N:cb=128:cr=128";
const CODECS = { mp4: ["-c:v", "libx264", "-qp", "0"], mkv: ["-c:v", "ffv1"], avi: ["-c:v", "ffv1"] };

function makeFilm(name: string, framesPerSec: string, nFrames: number, ...more: string[]): string {
  const path = join(folder, name);
  const codec = CODECS[name.slice(-3) as keyof typeof CODECS];
  const picture = ["-f", "lavfi", "-i", `nullsrc=s=34x18:r=${framesPerSec},${COUNTING}`];
  execFileSync("ffmpeg", ["-v", "error", ...picture, "-frames:v", `${nFrames}`, ...codec, ...more, path]);
  return path;
}

/** The numbers of the frames that a source gives. */
async function numbersOf(frames: FrameSource, indices = frames.names.map((_, i) => i)): Promise<number[]> {
  const numbers: number[] = [];
  for await (const { data, width, height } of frames.read(indices)) {
    assert.deepEqual([width, height, data.length], [34, 18, 34 * 18 * 3]);
    numbers.push(Math.round((data[0] * 219) / 255)); // of limited range: luma 16 … 235 is grey 0 … 255
  }
  return numbers;
}

test("openVideo gives each TR the frame on the screen at its middle, in mp4, mkv and avi", {
  skip,
}, async () => {
  for (const container of ["mp4", "mkv", "avi"]) {
    for (const [rate, perSec] of [
      ["25", 25],
      ["30000/1001", 30_000 / 1001],
    ] as const) {
      const path = makeFilm(`film-${rate.slice(0, 2)}.${container}`, rate, 150);
      for (const [trSec, startSec] of [
        [0.72, 0],
        [1, 0.4],
        [0.37, 0.013],
      ]) {
        const nTrs = Math.floor((150 / perSec - startSec) / trSec - 0.5);
        const frames = await openVideo(path, { trSec, nTrs, startSec });
        // The last frame whose time is not after the middle; mkv rounds times to milliseconds, hence its half of one.
        const tickSec = container === "mkv" ? 0.0005 : 1e-6;
        const at = (tr: number) => (startSec + (tr + 0.5) * trSec) * perSec;
        const bounds = Array.from({ length: nTrs }, (_, tr) => [
          Math.floor(at(tr) - tickSec * perSec),
          Math.floor(at(tr) + tickSec * perSec),
        ]);
        const numbers = await numbersOf(frames);
        assert.equal(numbers.length, nTrs);
        numbers.forEach((number, tr) => {
          assert.ok(
            bounds[tr].includes(number),
            `${path}, TR ${trSec}: ${tr} has ${number}, not ${bounds[tr]}`,
          );
        });
      }
    }
  }
});

test("openVideo reads any ascending choice of frames as it reads all, and names them by their time", {
  skip,
}, async () => {
  const frames = await openVideo(makeFilm("choice.mp4", "25", 100), { trSec: 0.5, nTrs: 8, startSec: 0 });
  assert.deepEqual(frames.names.slice(0, 3), ["0.25 s", "0.75 s", "1.25 s"]);
  assert.deepEqual(await numbersOf(frames), [6, 18, 31, 43, 56, 68, 81, 93]);
  assert.deepEqual(await numbersOf(frames, [3, 4, 4, 7, 7]), [43, 56, 56, 93, 93]);
  assert.deepEqual(await numbersOf(frames, []), []);
  await assert.rejects(numbersOf(frames, [4, 3]), {
    message: `openVideo: invalid order of frames of ${frames.source}; expected indices that do not descend. Sort them and put the rows in order afterwards.`,
  });
});

test("openVideo goes through the film once for reads that follow each other, and anew for one that goes back", {
  skip: skip || noShell,
}, async () => {
  const frames = await openVideo(makeFilm("batches.mp4", "25", 100), { trSec: 0.5, nTrs: 8, startSec: 0 });
  const where = (program: string) => execFileSync("which", [program], { encoding: "utf8" }).trim();
  const log = join(folder, "starts");
  writeFileSync(log, "");
  const counted = `echo x >> ${log}; exec ${where("ffmpeg")} "$@"`;
  await withPrograms({ ffmpeg: counted }, async () => {
    const nStarts = () => readFileSync(log, "utf8").length / 2;
    for (const [indices, numbers, starts] of [
      [[0, 1], [6, 18], 1],
      [[1, 2], [18, 31], 1], // the frame that it stands at, once more
      [[4], [56], 1],
      [[4, 4], [56, 56], 1],
      [[3], [43], 2],
      [[7], [93], 2],
      [[0], [6], 3],
    ] as const) {
      assert.deepEqual(await numbersOf(frames, [...indices]), numbers);
      assert.equal(nStarts(), starts, `reading ${indices}`);
    }
    const controller = new AbortController();
    controller.abort();
    await assert.rejects(
      async () => {
        for await (const _ of frames.read([1], controller.signal));
      },
      { name: "AbortError" },
    );
  });
});

test("a film that is left half read keeps no process from ending", { skip }, async () => {
  const path = makeFilm("left.mp4", "25", 150, "-vf", "scale=1280:720:flags=neighbor"); // more than a pipe holds
  const script = `
    const { openVideo } = require(${JSON.stringify(join(__dirname, "..", "..", "src", "stimuli"))});
    (async () => {
      const frames = await openVideo(${JSON.stringify(path)}, { trSec: 0.1, nTrs: 50, startSec: 0 });
      for await (const { width } of frames.read([0, 1])) console.log(width);
    })();`;
  const out = execFileSync(process.execPath, ["--require", "tsx/cjs", "--eval", script], {
    encoding: "utf8",
    timeout: 30_000,
  });
  assert.equal(out, "1280\n1280\n");
});

test("openVideo keeps showing a frame until the next one comes", { skip }, async () => {
  const frames = await openVideo(makeFilm("slow.mkv", "1", 4), { trSec: 0.4, nTrs: 9, startSec: 0 });
  assert.deepEqual(await numbersOf(frames), [0, 0, 1, 1, 1, 2, 2, 3, 3]);
});

test("openVideo's hash follows the film and the times, and nothing else", { skip }, async () => {
  const path = makeFilm("hash.mp4", "25", 50);
  const copy = join(folder, "copy.mp4");
  copyFileSync(path, copy);
  const timing = { trSec: 0.5, nTrs: 3, startSec: 0 };
  const hash = async (file: string, more = {}) => (await openVideo(file, { ...timing, ...more })).sha256;
  const first = await hash(path);
  assert.equal(await hash(copy), first);
  const others = [
    await hash(path, { nTrs: 2 }),
    await hash(path, { startSec: 0.1 }),
    await hash(makeFilm("hash2.mp4", "25", 51)),
  ];
  for (const other of others) assert.notEqual(other, first);
});

test("openVideo takes names that look like options and addresses for files", { skip }, async () => {
  const film = makeFilm("plain.mp4", "25", 50);
  const here = process.cwd();
  process.chdir(folder);
  try {
    for (const name of ["-y.mp4", "a:b.mp4", "it's; $(here) %d.mp4"]) {
      copyFileSync(film, name);
      assert.deepEqual(await numbersOf(await openVideo(name, { trSec: 1, nTrs: 2, startSec: 0 })), [12, 37]);
    }
  } finally {
    process.chdir(here);
  }
});

test("openVideo reads no other file and no address that a file names", { skip }, async () => {
  makeFilm("secret.mp4", "25", 50);
  const list = join(folder, "list.mp4");
  const address = "http://127.0.0.1:1/a.mp4";
  for (const content of [
    "ffconcat version 1.0\nfile secret.mp4\n",
    `#EXTM3U\n#EXT-X-TARGETDURATION:9\n#EXTINF:9,\n${address}\n#EXT-X-ENDLIST\n`,
  ]) {
    writeFileSync(list, content);
    await assert.rejects(openVideo(list, { trSec: 1, nTrs: 1, startSec: 0 }), (error: Error) =>
      error.message.startsWith(`openVideo: invalid video ${list}: ffprobe says "`),
    );
  }
  await assert.rejects(openVideo(address, { trSec: 1, nTrs: 1, startSec: 0 }), {
    message: `openVideo: missing video: ${address}; expected an mp4, mkv or avi file. Check the path.`,
  });
});

test("openVideo names a film that is shorter than the scan", { skip }, async () => {
  const path = makeFilm("short.mp4", "25", 50);
  await assert.rejects(openVideo(path, { trSec: 1, nTrs: 3, startSec: 0 }), {
    message: `openVideo: mismatched length of ${path}: it lasts 2 s; expected a frame at 2.5 s for 3 TRs. The scan has more TRs than the stimulus, or the file is truncated: check nTrs, startSec and the file.`,
  });
  await openVideo(path, { trSec: 1, nTrs: 2, startSec: 0 });
});

test("openVideo names a file without pictures, one that is no film and one that is cut off", {
  skip,
}, async () => {
  const timing = { trSec: 1, nTrs: 4, startSec: 0 };
  const sound = join(folder, "sound.mp4");
  execFileSync("ffmpeg", ["-v", "error", "-f", "lavfi", "-i", "sine=d=6", "-c:a", "aac", sound]);
  await assert.rejects(openVideo(sound, timing), {
    message: `openVideo: missing frames in ${sound}: it has no stream of pictures; expected a film. Pass the video file, not its sound.`,
  });

  const text = join(folder, "text.mp4");
  writeFileSync(text, "onset,text\n");
  const said = (path: string) => (error: Error) =>
    error.message.startsWith(`openVideo: invalid video ${path}: ffprobe says "`) &&
    error.message.endsWith("Download it again or convert it.");
  await assert.rejects(openVideo(text, timing), said(text));

  // An mp4 with its index at the end loses it; an mkv says its length and stops before.
  const cut = (name: string, share: number) => {
    const bytes = readFileSync(makeFilm(`whole-${name}`, "25", 125));
    const path = join(folder, name);
    writeFileSync(path, bytes.subarray(0, Math.floor(bytes.length * share)));
    return path;
  };
  const mp4 = cut("cut.mp4", 0.6);
  await assert.rejects(openVideo(mp4, timing), said(mp4));
  const mkv = cut("cut.mkv", 0.5);
  const frames = await openVideo(mkv, timing);
  await assert.rejects(numbersOf(frames), (error: Error) =>
    /^openVideo: (mismatched length|invalid video)/.test(error.message),
  );
});

test("openVideo refuses times that make no grid", async () => {
  for (const trSec of [0, -1, Number.NaN, 1 / 3]) {
    await assert.rejects(openVideo("a.mp4", { trSec, nTrs: 1, startSec: 0 }), {
      message: `openVideo: invalid trSec: ${trSec}; expected a positive number of whole milliseconds. Pass the repetition time of the scan.`,
    });
  }
  await assert.rejects(openVideo("a.mp4", { trSec: 1, nTrs: 0, startSec: -1 }), {
    message:
      "openVideo: invalid nTrs or startSec: 0, -1; expected a positive integer and a time of at least 0 s. Pass how many TRs the film fills and where in it the first one starts.",
  });
});

/** Runs `work` with a PATH of its own, on which the programs are the given shell scripts. */
async function withPrograms(scripts: Record<string, string>, work: () => Promise<void>): Promise<void> {
  const programs = mkdtempSync(join(tmpdir(), "brainlens-"));
  for (const [name, script] of Object.entries(scripts)) {
    writeFileSync(join(programs, name), `#!/bin/sh\n${script}\n`);
    chmodSync(join(programs, name), 0o755);
  }
  const kept = process.env.PATH;
  process.env.PATH = programs;
  try {
    await work();
  } finally {
    process.env.PATH = kept;
  }
}

test("openVideo says how to install ffmpeg when there is none", async () => {
  const path = join(folder, "any.mp4");
  writeFileSync(path, "");
  await withPrograms({}, async () => {
    await assert.rejects(openVideo(path, { trSec: 1, nTrs: 1, startSec: 0 }), {
      message:
        'openVideo: missing program: ffprobe (ENOENT); expected FFmpeg on the PATH. Install it ("apt install ffmpeg", "brew install ffmpeg", "winget install ffmpeg"), or pass the frames as a folder of pictures.',
    });
  });
});

test("runProgram stops a program that hangs, one that is interrupted and one whose reader stops", {
  skip: noShell,
}, async () => {
  const hang = "echo $$; exec /bin/sleep 60";
  const isAlive = (pid: number) => {
    try {
      return process.kill(pid, 0);
    } catch {
      return false;
    }
  };
  const ended = async (pid: number) => {
    for (let i = 0; i < 100 && isAlive(pid); i++) await new Promise((done) => setTimeout(done, 20));
    return !isAlive(pid);
  };
  await withPrograms({ ffmpeg: hang }, async () => {
    let pid = 0;
    const read = async (options: { silenceSec?: number; signal?: AbortSignal }, onChunk = () => true) => {
      for await (const chunk of runProgram("ffmpeg", [], {
        caller: "openVideo",
        path: "a.mp4",
        ...options,
      })) {
        pid = Number(chunk.toString());
        if (!onChunk()) break;
      }
    };
    await assert.rejects(read({ silenceSec: 0.3 }), {
      message:
        "openVideo: interrupted ffmpeg: it was silent for 0.3 s over a.mp4; expected it to go on. Try the file in a player.",
    });
    assert.ok(await ended(pid));
    const controller = new AbortController();
    const interrupted = read({ signal: controller.signal }, () => {
      setTimeout(() => controller.abort(), 20);
      return true;
    });
    await assert.rejects(interrupted, { name: "AbortError" });
    assert.ok(await ended(pid));
    await read({}, () => false);
    assert.ok(await ended(pid));
  });
});

test("readPpms gives the same pictures however the stream is cut", async () => {
  const picture = (value: number) => Buffer.concat([Buffer.from("P6\n3 2\n255\n"), Buffer.alloc(18, value)]);
  const stream = Buffer.concat([picture(1), picture(2), picture(10)]);
  for (let size = 1; size <= stream.length; size++) {
    const chunks = async function* () {
      for (let at = 0; at < stream.length; at += size) yield stream.subarray(at, at + size);
    };
    const seen: number[][] = [];
    for await (const { width, height, data } of readPpms(chunks(), "a.mp4")) {
      seen.push([width, height, data.length, data[0], data[17]]);
    }
    assert.deepEqual(seen, [
      [3, 2, 18, 1, 1],
      [3, 2, 18, 2, 2],
      [3, 2, 18, 10, 10],
    ]);
  }
});

test("readPpms names a stream that is none or that ends inside a picture", async () => {
  const read = async (text: string) => {
    const chunks = async function* () {
      yield Buffer.from(text);
    };
    for await (const _ of readPpms(chunks(), "a.mp4"));
  };
  const says = (got: string) => ({
    message: `openVideo: invalid pictures of a.mp4: ${got}; expected whole pictures from ffmpeg. Try another version of it.`,
  });
  await assert.rejects(read(`P5\n3 2\n255\n${"x".repeat(40)}`), says('"P5\\n3 2\\n255\\nx"'));
  await assert.rejects(read("P6\n3 2\n255\nxyz"), says("it ends inside a picture"));
  await assert.rejects(read("P6\n3 "), says("it ends inside a picture"));
  await assert.rejects(read("P6\n99999 99999\n255\nxyz"), says("99999 × 99999 pixels"));
});
