export { censusWorkflow } from './census.js';
export { episodeWorkflow } from './episode.js';
