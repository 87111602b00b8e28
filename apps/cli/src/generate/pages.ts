import { accessPage } from './access-page.js';
import { eventsPage } from './events-page.js';
import { instrumentsPage } from './instruments-page.js';
import { openApiDocument } from './openapi-document.js';
import { pathwayPage } from './pathway-page.js';

/** Every file that is written from the sources, by its name in docs/. */
export const PAGES: Readonly<Record<string, () => string | Promise<string>>> = {
  'access.md': accessPage,
  'care-pathway.md': pathwayPage,
  'events.md': eventsPage,
  'instruments.md': instrumentsPage,
  'openapi.json': openApiDocument,
};
