import { Controller, Inject, Req } from '@nestjs/common';
import { z } from 'zod';
import { Destination } from '#care';
import { Answer } from '../http/answer.js';
import { Endpoint } from '../http/endpoint.js';
import { callerOf, type ApiRequest } from '../http/request.js';
import { EpisodeId } from './acts.js';
import { NoteToSend, notesToSend } from './notes-to-send.js';
import { OwnPatients } from './own-patients.js';

const Query = z.strictObject({
  destination: Destination.default('ehr').meta({ description: 'The other record, as `dispatch` names it.' }),
});

/** The way of a signed note into another record. */
@Controller()
export class NotesController {
  constructor(@Inject(OwnPatients) private readonly own: OwnPatients) {}

  @Endpoint('GET', '/v1/episodes/{id}/notes/to-send', {
    operation: 'readNotesToSend',
    summary: 'Read the signed notes that another record does not have yet',
    description:
      'With their text, for whatever files them there and then reports each with `POST …/notes/{revision}/dispatch`; from then on it is listed no more. A `NoteSigned` in the event feed says that there is one.',
    tag: 'episodes',
    params: { id: EpisodeId },
    query: Query,
    answers: {
      200: {
        description: 'Whose they are, and the notes in clinical order.',
        schema: z.object({ patientId: z.uuid(), items: z.array(NoteToSend) }),
      },
    },
  })
  async readNotesToSend(@Req() request: ApiRequest): Promise<Answer> {
    const { id } = request.params as { id: string };
    const { destination } = request.query as z.infer<typeof Query>;
    const { story } = await this.own.seeToFile(callerOf(request), id);
    return new Answer(200, { patientId: story.patientId, items: notesToSend(story, destination) });
  }
}
