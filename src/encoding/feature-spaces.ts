/** Some regressors that belong together: a model, a layer, a modality. */
export interface FeatureSpace {
  name: string;
  /** Their columns in the statistics. */
  regressors: readonly number[];
}

/** Throws unless the spaces share out the regressors: each in exactly one. */
export function checkSpaces(caller: string, spaces: readonly FeatureSpace[], nRegressors: number): void {
  const all = spaces.flatMap(({ regressors }) => regressors).sort((a, b) => a - b);
  const empty = spaces.find(({ regressors }) => regressors.length === 0);
  if (empty || all.length !== nRegressors || all.some((j, i) => j !== i)) {
    throw new Error(
      `${caller}: invalid feature spaces: ${spaces.map(({ name, regressors }) => `${name} (${regressors.length})`).join(", ")} of ${nRegressors} regressors; expected every regressor in exactly one of them. Check the column numbers.`,
    );
  }
}
