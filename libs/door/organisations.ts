import {
  DEFAULT_PATHWAY,
  organisationDecider,
  refusalToAdopt,
  type OrganisationCommand,
  type OrganisationContext,
  type OrganisationEvent,
  type OrganisationState,
  type RecordedOrganisationEvent,
} from '#care';
import { NOT_FOUND } from './answers.js';
import type { Definition } from './definition.js';
import type { Door } from './handle.js';
import { absent } from './loaded.js';
import type { Envelope, Loaded, Outcome } from './port.js';
import type { LoadOptions } from './stream-door.js';

const definition: Definition<
  OrganisationState,
  OrganisationCommand,
  OrganisationEvent,
  RecordedOrganisationEvent,
  OrganisationContext
> = {
  decider: organisationDecider,
  contextFor: async () => ({
    context: { refusalToAdopt: (pathway, inForce) => refusalToAdopt(pathway, DEFAULT_PATHWAY, inForce) },
  }),
  subjectOf: (streamId) => `organisation:${streamId.slice('organisation-'.length)}`,
  siteOf: () => '',
  pinOf: () => '',
};

export const organisationStream = (organisation: string): string => `organisation-${organisation}`;

/** The door of organisations: sites, hours, pathways, staff. */
export class Organisations {
  constructor(private readonly parts: { readonly door: Door }) {}

  load(organisation: string, options?: LoadOptions): Promise<Loaded<OrganisationState>> {
    return this.parts.door.load(definition, organisationStream(organisation), options);
  }

  /** An organisation changes only itself. */
  async handle(organisation: string, envelope: Envelope<OrganisationCommand>): Promise<Outcome<OrganisationState>> {
    const streamId = organisationStream(organisation);
    if (envelope.organisation !== organisation) {
      return { kind: 'refused', refusal: NOT_FOUND, loaded: absent(streamId, definition.decider.initial) };
    }
    return this.parts.door.handle(definition, streamId, envelope);
  }
}
