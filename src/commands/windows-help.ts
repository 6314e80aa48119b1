/** What the help of every command that takes a table of windows says of it. */
export const WINDOWS_HELP = `A table of windows is tab-separated and has a line for each stretch of each run:
  run         1, 2, … in order
  start_tr    its first TR, counted from 0 in the run
  end_tr      the TR after its last
  kind        clip, validation (kept out of learning and scores) or rest
  first_step  the step (row of the activations) that is shown at start_tr, one step a TR from there on; n/a in rest
Or name hcp-movie: the Human Connectome Project's four 7T movie runs, a step for each of their 3,655 TRs.`;
